// group: needs
// title: Who has solved it for a town like mine, and through whom
// about: Agreements about a theme that came about of public bodies of the same type as one, those of its prefecture first, then by distance; with the partner who did it, whom an intermediary brought there, and how many other themes of agreements the two towns share.
// param theme = "農林水産・食": the theme
// param organization = "湯沢市": the town, a name as any release writes it
// param km = 2000: kilometres at most, as the crow flies between offices; towns without a position count as near
// param limit = 30: rows at most
// columns: public_body, prefecture, km, shared_themes, date, kind, agreement, partners, through, public_body_id, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names) AND me.sector = 'public'
WITH me, COLLECT { MATCH (me)-[:PARTY_TO]->(:Agreement)-[:ABOUT]->(x:Theme) WHERE x.name <> $theme RETURN DISTINCT x } AS mine
MATCH (h:Theme {name: $theme})<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
MATCH (t)<-[:PARTY_TO]-(town:Organization)
WITH DISTINCT me, mine, t, town
WHERE town <> me AND town.type = me.type
WITH me, mine, t, town, point.distance(me.location, town.location) / 1000 AS km
WHERE km IS NULL OR km <= $km
WITH me, mine, t, town, km ORDER BY coalesce(town.prefecture = me.prefecture, false) DESC, km, t.latest IS NULL, t.latest DESC, town.id, t.id LIMIT $limit
RETURN town.name AS public_body, town.prefecture AS prefecture, round(km, 1) AS km,
       COUNT { MATCH (town)-[:PARTY_TO]->(:Agreement)-[:ABOUT]->(x:Theme) WHERE x IN mine RETURN DISTINCT x } AS shared_themes,
       t.date AS date, t.kind AS kind, t.title AS agreement,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) WHERE coalesce(p.sector, '') <> 'public'
                 RETURN DISTINCT p.name ORDER BY p.name } AS partners,
       COLLECT { MATCH (b:Organization)-[:BROKERED]->(t) RETURN DISTINCT b.name ORDER BY b.name } AS through,
       town.id AS public_body_id, t.id AS id
ORDER BY coalesce(town.prefecture = me.prefecture, false) DESC, km, t.latest IS NULL, t.latest DESC, public_body_id, id
