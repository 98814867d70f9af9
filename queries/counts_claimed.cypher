// group: evidence
// title: Counts that releases claim, beside what the graph knows
// about: «50自治体と協定» and the like: how many partners a release counts without naming them, and how many public bodies the graph ties to the organisation.
// param limit = 100: rows at most, the largest counts
// columns: organization, claimed, known, release, sentence, id
MATCH (r:Release)-[s:STATES]->(claim:Claim {kind: 'count'})-[:CLAIMED_OF]->(o:Organization)
WITH r, s, claim, o ORDER BY claim.count DESC, o.name, claim.id, r.id LIMIT $limit
RETURN o.name AS organization, claim.count AS claimed,
       COUNT { (o)-[:TIED_TO]-(:Organization {sector: 'public'}) } AS known,
       r.title AS release, s.sentence AS sentence, claim.id AS id
ORDER BY claimed DESC, organization, release, sentence, id
