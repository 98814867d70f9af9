// group: companies
// title: Companies with the most public partners
// about: Firms and banks by the number of public bodies that they have agreements with which came about.
// param limit = 20: rows at most
// columns: company, public_bodies, prefectures, id
MATCH (p:Organization {sector: 'public'})-[:PARTY_TO]->(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
MATCH (t)<-[:PARTY_TO]-(c:Company|Bank)
WITH c, p, count(*) AS agreements
WITH c, count(p) AS public_bodies, collect(p) AS bodies
ORDER BY public_bodies DESC, c.name, c.id LIMIT $limit
UNWIND bodies AS p
RETURN c.name AS company, public_bodies, count(DISTINCT p.prefecture) AS prefectures, c.id AS id
ORDER BY public_bodies DESC, company, id
