// group: overview
// title: Prefectures side by side
// about: For each prefecture its public bodies with ties that came about, their partners outside the public sector, how many of those partners deal with another prefecture's public bodies too, and the ties between the two.
// columns: prefecture, public_bodies, partners, shared_partners, pairs
MATCH (p:Organization {sector: 'public'})
WHERE p.prefecture IS NOT NULL AND EXISTS { (p)-[:TIED_TO]-() }
WITH p.prefecture AS prefecture, collect(p) AS bodies
UNWIND bodies AS p
MATCH (p)-[:TIED_TO]-(c:Organization)
WITH c, prefecture, size(bodies) AS public_bodies, count(*) AS pairs
WITH c, collect([prefecture, public_bodies, pairs]) AS places
WHERE coalesce(c.sector, '') <> 'public'
UNWIND places AS place
WITH place[0] AS prefecture, place[1] AS public_bodies, place[2] AS pairs, size(places) > 1 AS elsewhere
RETURN prefecture, public_bodies, count(*) AS partners, sum(CASE WHEN elsewhere THEN 1 ELSE 0 END) AS shared_partners,
       sum(pairs) AS pairs
ORDER BY pairs DESC, prefecture
