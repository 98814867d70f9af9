// group: intermediaries
// title: Called a bridge, with no introduction reported
// about: Organisations that releases call an intermediary, or engage for introductions, of which no introduction is reported that came about: what is said beside what is seen.
// columns: organization, type, level, releases, public_partners, other_partners, sentence, id
MATCH (r:Release)-[s:STATES]->(claim:Claim {kind: 'intermediary'})-[:CLAIMED_OF]->(o:Organization)
WHERE NOT EXISTS { MATCH (o)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
                   WHERE act.status IN ['concluded', 'renewed', 'ended'] }
WITH o, coalesce(claim.level, 'claimed') AS level, r, s ORDER BY s.sentence
WITH o, level, count(DISTINCT r) AS releases, collect(s.sentence)[0] AS sentence
RETURN o.name AS organization, o.type AS type, level, releases,
       COUNT { (o)-[:TIED_TO]-(:Organization {sector: 'public'}) } AS public_partners,
       COUNT { MATCH (o)-[:TIED_TO]-(p:Organization) WHERE coalesce(p.sector, '') <> 'public' } AS other_partners,
       sentence, o.id AS id
ORDER BY releases DESC, organization, level, id
