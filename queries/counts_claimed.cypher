// group: evidence
// title: Counts that releases claim, beside what the graph knows
// about: «50自治体と協定» and the like: how many partners a release counts without naming them, and how many public bodies the graph ties to the organisation.
// columns: organization, claimed, known, release, sentence, id
MATCH (r:Release)-[s:STATES]->(claim:Claim {kind: 'count'})-[:CLAIMED_OF]->(o:Organization)
RETURN o.name AS organization, claim.count AS claimed,
       COUNT { MATCH (o)-[:TIED_TO]-(p:Organization {sector: 'public'}) RETURN DISTINCT p } AS known,
       r.title AS release, s.sentence AS sentence, claim.id AS id
ORDER BY claimed DESC, organization, release, sentence, id
