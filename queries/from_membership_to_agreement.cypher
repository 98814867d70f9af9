// group: collectives
// title: From a membership to an agreement
// about: Members of one collective, one public and one not, that have an agreement of their own which names no collective: is it the table at which partners meet? Says whether the agreement is later than the first report of the memberships, where both are dated.
// param collective = null: the collective's name; null for all
// param limit = 100: rows at most
// columns: collective, public_body, partner, agreement, date, after_joining, collective_id, id
MATCH (a:Organization {sector: 'public'})-[x:MEMBER_OF]->(c:Organization)<-[y:MEMBER_OF]-(b:Organization)
WHERE coalesce(b.sector, '') <> 'public' AND ($collective IS NULL OR c.name = $collective OR $collective IN c.names)
MATCH (a)-[:TIED_TO]-(b)
MATCH (one:Tie {id: x.tie}), (two:Tie {id: y.tie})
MATCH (a)-[:PARTY_TO]->(t:Agreement)<-[:PARTY_TO]-(b)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND NOT EXISTS { (c)-[:PARTY_TO]->(t) }
WITH c, a, b, t, min(CASE WHEN one.latest > two.latest THEN one.latest ELSE two.latest END) AS joined
RETURN c.name AS collective, a.name AS public_body, b.name AS partner, t.kind AS agreement, t.date AS date,
       coalesce(t.earliest, t.latest) >= joined AS after_joining, c.id AS collective_id, t.id AS id
ORDER BY collective, public_body, partner, date, id
LIMIT $limit
