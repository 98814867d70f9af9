// group: overview
// title: Prefectures side by side
// about: For each prefecture its public bodies with ties that came about, their partners outside the public sector, how many of those partners deal with another prefecture's public bodies too, and the ties between the two.
// columns: prefecture, public_bodies, partners, shared_partners, pairs
MATCH (p:Organization {sector: 'public'})-[:TIED_TO]-(c:Organization)
WHERE p.prefecture IS NOT NULL AND coalesce(c.sector, '') <> 'public'
WITH c, p.prefecture AS prefecture, collect(p) AS bodies
WITH c, collect({prefecture: prefecture, bodies: bodies}) AS places
UNWIND places AS place
UNWIND place.bodies AS body
WITH place.prefecture AS prefecture, body, c, size(places) > 1 AS elsewhere
RETURN prefecture, count(DISTINCT body) AS public_bodies, count(DISTINCT c) AS partners,
       count(DISTINCT CASE WHEN elsewhere THEN c END) AS shared_partners, count(*) AS pairs
ORDER BY pairs DESC, prefecture
