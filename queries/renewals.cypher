// group: time
// title: Agreements that were renewed or ended
// about: Each agreement that later releases renew or end, with the dates of its renewals and of its end.
// param organization = null: a name as any release writes it; null for all
// columns: agreement, kind, signed, renewed, ended, parties, id
MATCH (t:Tie)
WHERE EXISTS { (t)<-[:RENEWS|ENDS]-(:Tie) } AND NOT EXISTS { (t)-[:RENEWS]->(:Tie) }
  AND ($organization IS NULL OR EXISTS { MATCH (o:Organization)-[:PARTY_TO]->(t)
                                         WHERE o.name = $organization OR $organization IN o.names })
RETURN t.title AS agreement, t.kind AS kind, t.date AS signed,
       COLLECT { MATCH (t)<-[:RENEWS]-(r:Tie) RETURN coalesce(r.date, '?') AS date ORDER BY date } AS renewed,
       COLLECT { MATCH (t)<-[:RENEWS*0..1]-(:Tie)<-[:ENDS]-(e:Tie)
                 RETURN DISTINCT coalesce(e.date, '?') AS date ORDER BY date } AS ended,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN p.name ORDER BY p.name } AS parties, t.id AS id
ORDER BY signed, kind, parties, id
