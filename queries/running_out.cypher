// group: time
// title: What runs out
// about: Agreements whose term ends between two days, both included, that neither renew themselves nor are known to have been renewed or ended.
// param since = "2024-04-01": the first day
// param until = "2031-03-31": the last day
// columns: valid_to, kind, agreement, date, parties, id
MATCH (t:Agreement)
WHERE t.valid_to IS NOT NULL AND t.status IN ['concluded', 'renewed'] AND NOT coalesce(t.auto_renew, false)
  AND t.valid_to >= left($since, size(t.valid_to)) AND t.valid_to <= left($until, size(t.valid_to))
  AND NOT EXISTS { (t)<-[:RENEWS|ENDS]-(:Tie) }
RETURN t.valid_to AS valid_to, t.kind AS kind, t.title AS agreement, t.date AS date,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS parties, t.id AS id
ORDER BY valid_to, kind, parties, id
