// title: Companies with the most public partners
// about: Firms and banks by the number of different municipalities and prefectures they have agreements with.
// param limit = 20: rows at most
// columns: company, public_bodies, prefectures
MATCH (c:Organization {sector: 'private'})-[:PARTY_TO]->(:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
RETURN c.name AS company, count(DISTINCT p) AS public_bodies, count(DISTINCT p.prefecture) AS prefectures
ORDER BY public_bodies DESC, company
LIMIT $limit
