// group: municipalities
// title: Public bodies with the same partners
// about: Public bodies that share the most partners outside the public sector with one of them; likeness is Jaccard's index, shared partners by all partners of the two.
// param organization = "湯沢市": a name as any release writes it
// param limit = 20: rows at most
// columns: public_body, prefecture, shared, likeness, partners, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names)
MATCH (me)-[:TIED_TO]-(c:Organization) WHERE coalesce(c.sector, '') <> 'public'
WITH me, collect(DISTINCT c) AS mine
UNWIND mine AS c
MATCH (c)-[:TIED_TO]-(p:Organization {sector: 'public'}) WHERE p <> me
WITH p, size(mine) AS own, collect(c.name) AS names
WITH p, own, names, COUNT { MATCH (p)-[:TIED_TO]-(x:Organization) WHERE coalesce(x.sector, '') <> 'public' } AS theirs
WITH p, names, size(names) AS shared, toFloat(size(names)) / (own + theirs - size(names)) AS likeness
ORDER BY shared DESC, likeness DESC, p.name, p.id LIMIT $limit
UNWIND names AS name
WITH p, shared, likeness, name ORDER BY name
RETURN p.name AS public_body, p.prefecture AS prefecture, shared, round(likeness, 3) AS likeness,
       collect(name) AS partners, p.id AS id
ORDER BY shared DESC, likeness DESC, public_body, id
