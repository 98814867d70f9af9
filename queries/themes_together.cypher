// group: themes
// title: Which themes come together
// about: Pairs of themes in one agreement that came about; lift says how many times more often than if themes were independent.
// param at_least = 2: agreements at least
// columns: theme, other_theme, agreements, lift, theme_id, other_theme_id
MATCH (t:Agreement)-[:ABOUT]->(:Theme)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH count(DISTINCT t) AS every
MATCH (h:Theme)<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH every, h, collect(t) AS ties
WITH every, collect({theme: h, count: size(ties)}) AS themes
UNWIND themes AS x
WITH every, themes, x.theme AS one, x.count AS first
MATCH (one)<-[:ABOUT]-(t:Agreement)-[:ABOUT]->(two:Theme)
WHERE one.name < two.name AND t.status IN ['concluded', 'renewed', 'ended']
WITH every, themes, one, first, two, count(t) AS both
WHERE both >= $at_least
RETURN one.name AS theme, two.name AS other_theme, both AS agreements,
       round(toFloat(both) * every / (first * [y IN themes WHERE y.theme = two | y.count][0]), 2) AS lift,
       one.id AS theme_id, two.id AS other_theme_id
ORDER BY agreements DESC, lift DESC, theme, other_theme
