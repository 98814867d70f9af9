// group: collectives
// title: From a membership to an agreement
// about: Members of one collective, one public and one not, that have an agreement of their own which names no collective: is it the table at which partners meet? Says whether the agreement is later than the first report of the memberships, where both are dated.
// param collective = null: the collective's name; null for all
// param collectives = 2: collectives that are looked at, those with the most members
// param limit = 50: pairs of members at most, those with the latest ties
// columns: collective, public_body, partner, agreement, date, after_joining, collective_id, id
MATCH (c:Organization)<-[:MEMBER_OF]-()
WHERE $collective IS NULL OR c.name = $collective OR $collective IN c.names
WITH c, count(*) AS members ORDER BY members DESC, c.name, c.id LIMIT $collectives
MATCH (b:Organization)-[:MEMBER_OF]->(c)
WHERE coalesce(b.sector, '') <> 'public'
WITH DISTINCT c, b
MATCH (b)-[r:TIED_TO]-(a:Organization)
WHERE EXISTS { (a)-[:MEMBER_OF]->(c) }
WITH c, b, a, r.last AS last
WHERE a.sector = 'public'
WITH c, a, b, last ORDER BY last IS NULL, last DESC, c.id, a.id, b.id LIMIT $limit
CALL (a, b, c) {
  MATCH (a)-[x:MEMBER_OF]->(c)<-[y:MEMBER_OF]-(b)
  MATCH (one:Kakehashi {id: x.tie}), (two:Kakehashi {id: y.tie})
  RETURN min(CASE WHEN one.latest > two.latest THEN one.latest ELSE two.latest END) AS joined
}
MATCH (b)-[:PARTY_TO]->(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND EXISTS { (a)-[:PARTY_TO]->(t) } AND NOT EXISTS { (c)-[:PARTY_TO]->(t) }
RETURN DISTINCT c.name AS collective, a.name AS public_body, b.name AS partner, t.kind AS agreement, t.date AS date,
       coalesce(t.earliest, t.latest) >= joined AS after_joining, c.id AS collective_id, t.id AS id
ORDER BY collective, public_body, partner, date, id
