// group: companies
// title: Which organisations work beside a company
// about: Organisations outside the public sector by the number of public bodies that they share with one company, whether the two are tied themselves, and how much of the company's public side the other covers.
// param organization = "株式会社オリヅル共創": a name as any release writes it
// param limit = 30: rows at most
// columns: organization, type, shared_public_bodies, share, tied_themselves, public_bodies, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names)
MATCH (me)-[:TIED_TO]-(p:Organization {sector: 'public'})
WITH me, collect(DISTINCT p) AS mine
UNWIND mine AS p
MATCH (p)-[:TIED_TO]-(c:Organization) WHERE c <> me AND coalesce(c.sector, '') <> 'public'
WITH me, c, size(mine) AS own, collect(p.name) AS names
WITH me, c, own, names ORDER BY size(names) DESC, c.name, c.id LIMIT $limit
UNWIND names AS name
WITH me, c, own, name ORDER BY name
WITH me, c, own, collect(name) AS names
RETURN c.name AS organization, c.type AS type, size(names) AS shared_public_bodies,
       round(toFloat(size(names)) / own, 2) AS share, EXISTS { (me)-[:TIED_TO]-(c) } AS tied_themselves,
       names AS public_bodies, c.id AS id
ORDER BY shared_public_bodies DESC, organization, id
