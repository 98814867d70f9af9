// group: companies
// title: What part an organisation plays
// about: The kinds of tie that came about of one organisation and its role in them: how often, with how many others, since when and about which themes most.
// param organization = "株式会社みずなら銀行": a name as any release writes it
// columns: kind, role, ties, partners, first, last, themes
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS o
WITH o WHERE (o.name = $organization OR $organization IN o.names)
MATCH (o)-[p:PARTY_TO]->(t:Tie)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH o, t.kind AS kind, p.role AS role, collect(DISTINCT t) AS ties
RETURN kind, role, size(ties) AS ties,
       COUNT { UNWIND ties AS t MATCH (t)<-[:PARTY_TO]-(x:Organization) WHERE x <> o RETURN DISTINCT x } AS partners,
       reduce(day = null, t IN ties | CASE WHEN day IS NULL OR t.latest < day THEN t.latest ELSE day END) AS first,
       reduce(day = null, t IN ties | CASE WHEN day IS NULL OR t.latest > day THEN t.latest ELSE day END) AS last,
       COLLECT { UNWIND ties AS t MATCH (t)-[:ABOUT]->(h:Theme)
                 WITH h.name AS theme, count(*) AS times ORDER BY times DESC, theme LIMIT 3 RETURN theme } AS themes
ORDER BY ties DESC, kind, role
