// group: needs
// title: Which themes were solved through an intermediary
// about: For each theme the agreements that an introduction led to, beside all agreements about it, and who introduced: where intermediaries matter.
// columns: theme, agreements, introduced, share, intermediaries, theme_id
MATCH (h:Theme)<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH h, count(t) AS agreements
OPTIONAL MATCH (b:Organization)-[:BROKERED]->(t:Agreement)-[:ABOUT]->(h)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH h, agreements, b, t ORDER BY b.name
WITH h, agreements, count(DISTINCT t) AS introduced, collect(DISTINCT b.name) AS intermediaries
WHERE introduced > 0
RETURN h.name AS theme, agreements, introduced, round(toFloat(introduced) / agreements, 2) AS share, intermediaries,
       h.id AS theme_id
ORDER BY introduced DESC, share DESC, theme
