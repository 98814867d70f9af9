// group: municipalities
// title: Public bodies and partners that come together again and again
// about: Pairs of a public body and an organisation of another sector with at least so many ties that came about, their kinds, and the days between the first and the last.
// param at_least = 2: ties at least
// param organization = null: one of the two, a name as any release writes it; null for all
// param limit = 50: rows at most
// columns: public_body, partner, ties, kinds, first, last, public_body_id, partner_id
MATCH (a:Organization {sector: 'public'})-[r:TIED_TO]-(b:Organization)
WHERE r.ties >= $at_least AND coalesce(b.sector, '') <> 'public'
  AND ($organization IS NULL OR $organization IN [a.name, b.name] OR $organization IN a.names OR $organization IN b.names)
WITH a, b, r ORDER BY r.ties DESC, r.last IS NULL, r.last DESC, a.name, b.name, a.id, b.id LIMIT $limit
RETURN a.name AS public_body, b.name AS partner, r.ties AS ties,
       COLLECT { MATCH (a)-[x:PARTY_TO]->(t:Tie)<-[y:PARTY_TO]-(b)
                 WHERE t.status IN ['concluded', 'renewed', 'ended'] AND (x.role <> y.role OR x.role = 'party')
                 RETURN DISTINCT t.kind ORDER BY t.kind } AS kinds,
       r.first AS first, r.last AS last, a.id AS public_body_id, b.id AS partner_id
ORDER BY ties DESC, last IS NULL, last DESC, public_body, partner, public_body_id, partner_id
