// group: needs
// title: Whom to ask about a theme
// about: Organisations outside the public sector that have agreements about a theme which came about, without a tie of their own to the town that asks: by the public bodies they did it for, with the nearest of them and who is tied to both.
// param theme = "農林水産・食": the theme
// param organization = "湯沢市": the town, a name as any release writes it
// param limit = 20: rows at most
// columns: partner, type, public_bodies, agreements, last, nearest, km, common_contacts, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names) AND me.sector = 'public'
MATCH (:Theme {name: $theme})<-[:ABOUT]-(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND p <> me
WITH me, t, p, [coalesce(point.distance(me.location, p.location) / 1000, 99999), p.name, p.id] AS near
MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public'
WITH me, o, count(DISTINCT p) AS public_bodies, count(DISTINCT t) AS agreements, max(t.latest) AS last, min(near) AS near
WHERE NOT EXISTS { (me)-[:TIED_TO]-(o) }
WITH me, o, public_bodies, agreements, last, near[1] AS nearest, CASE WHEN near[0] < 99999 THEN near[0] END AS km
ORDER BY public_bodies DESC, agreements DESC, km, o.name, o.id LIMIT $limit
RETURN o.name AS partner, o.type AS type, public_bodies, agreements, last, nearest, round(km, 1) AS km,
       COLLECT { MATCH (me)-[:TIED_TO]-(v:Organization)-[:TIED_TO]-(o) RETURN v.name ORDER BY v.name } AS common_contacts,
       o.id AS id
ORDER BY public_bodies DESC, agreements DESC, km, partner, id
