// group: needs
// title: What the neighbours have agreed on and my town has not
// about: Themes of agreements that came about of public bodies of the same type within so many kilometres, on which the town has no agreement; with the nearest town and its partners.
// param organization = "湯沢市": the town, a name as any release writes it
// param km = 150: kilometres at most, as the crow flies between offices
// columns: theme, neighbours, agreements, nearest, km, partners, theme_id, nearest_id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names) AND me.sector = 'public'
MATCH (town:Organization {type: me.type})
WHERE town <> me AND point.distance(me.location, town.location) <= 1000 * $km
MATCH (town)-[:PARTY_TO]->(t:Agreement)-[:ABOUT]->(h:Theme)
WHERE t.status IN ['concluded', 'renewed', 'ended']
  AND NOT EXISTS { MATCH (me)-[:PARTY_TO]->(own:Agreement)-[:ABOUT]->(h) WHERE own.status IN ['concluded', 'renewed', 'ended'] }
WITH h, town, t, point.distance(me.location, town.location) / 1000 AS km ORDER BY km, t.latest IS NULL, t.latest DESC, town.id, t.id
WITH h, count(DISTINCT town) AS neighbours, count(DISTINCT t) AS agreements, collect(town)[0] AS nearest, min(km) AS km,
     collect(t)[0] AS example
RETURN h.name AS theme, neighbours, agreements, nearest.name AS nearest, round(km, 1) AS km,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(example) WHERE coalesce(p.sector, '') <> 'public'
                 RETURN DISTINCT p.name ORDER BY p.name } AS partners, h.id AS theme_id, nearest.id AS nearest_id
ORDER BY neighbours DESC, agreements DESC, theme
