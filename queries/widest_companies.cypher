// group: companies
// title: Companies with the most public partners
// about: Firms and banks by the number of public bodies that they have agreements with which came about.
// param limit = 20: rows at most
// columns: company, public_bodies, prefectures, id
MATCH (c:Organization {sector: 'private'})-[:PARTY_TO]->(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended']
RETURN c.name AS company, count(DISTINCT p) AS public_bodies, count(DISTINCT p.prefecture) AS prefectures,
       c.id AS id
ORDER BY public_bodies DESC, company, id
LIMIT $limit
