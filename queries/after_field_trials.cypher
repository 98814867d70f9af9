// group: needs
// title: What became of field trials
// about: Field trials that came about or were called off, with the agreements that the same public body and partner made afterwards; empty where none is known.
// param organization = null: one of the two, a name as any release writes it; null for all
// param limit = 100: rows at most, those with something afterwards and the latest first
// columns: public_body, partner, trial, status, date, afterwards, id
MATCH (trial:Agreement {kind: 'field_trial'})
WHERE trial.status IN ['concluded', 'renewed', 'ended', 'cancelled']
MATCH (trial)<-[:PARTY_TO]-(a:Organization {sector: 'public'})
MATCH (trial)<-[:PARTY_TO]-(b:Organization)
WHERE coalesce(b.sector, '') <> 'public'
  AND ($organization IS NULL OR $organization IN [a.name, b.name] OR $organization IN a.names OR $organization IN b.names)
WITH DISTINCT a, b, trial, EXISTS { MATCH (a)-[r:TIED_TO]-(b) WHERE r.ties > 1 OR trial.status = 'cancelled' } AS more
ORDER BY more DESC, trial.latest DESC, trial.id, a.id, b.id LIMIT $limit
RETURN a.name AS public_body, b.name AS partner, trial.title AS trial, trial.status AS status, trial.date AS date,
       COLLECT { MATCH (a)-[:PARTY_TO]->(t:Agreement)<-[:PARTY_TO]-(b)
                 WHERE more AND t <> trial AND t.latest > trial.latest AND t.status IN ['concluded', 'renewed', 'ended']
                 RETURN DISTINCT t.kind + coalesce(' ' + t.date, '') AS what ORDER BY what } AS afterwards, trial.id AS id
ORDER BY size(afterwards) DESC, date DESC, public_body, partner, id
