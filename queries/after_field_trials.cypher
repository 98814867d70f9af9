// group: needs
// title: What became of field trials
// about: Field trials that came about or were called off, with the agreements that the same public body and partner made on later days; empty where none is known.
// param organization = null: one of the parties, a name as any release writes it; null for all
// param limit = 200: trials at most, the latest
// columns: public_body, partner, trial, status, date, afterwards, id
MATCH (trial:Agreement {kind: 'field_trial'})
WHERE trial.status IN ['concluded', 'renewed', 'ended', 'cancelled']
  AND ($organization IS NULL OR EXISTS { MATCH (o:Organization)-[:PARTY_TO]->(trial)
                                         WHERE o.name = $organization OR $organization IN o.names })
WITH trial ORDER BY trial.latest IS NULL, trial.latest DESC, trial.id LIMIT $limit
MATCH (trial)<-[:PARTY_TO]-(a:Organization {sector: 'public'})
MATCH (trial)<-[:PARTY_TO]-(b:Organization)
WHERE coalesce(b.sector, '') <> 'public'
WITH DISTINCT a, b, trial
RETURN a.name AS public_body, b.name AS partner, trial.title AS trial, trial.status AS status, trial.date AS date,
       COLLECT { MATCH (b)-[:PARTY_TO]->(t:Agreement)
                 WHERE t <> trial AND t.earliest > trial.latest AND t.status IN ['concluded', 'renewed', 'ended']
                   AND EXISTS { (a)-[:PARTY_TO]->(t) }
                 RETURN DISTINCT t.kind + coalesce(' ' + t.date, '') AS what ORDER BY what } AS afterwards, trial.id AS id
ORDER BY size(afterwards) DESC, date IS NULL, date DESC, public_body, partner, id
