// group: time
// title: What is planned, preliminary, ended or cancelled
// about: Ties that a release states but that are not in force.
// param status = null: planned, preliminary, ended or cancelled; null for all four
// columns: status, kind, agreement, date, parties, id
MATCH (t:Tie)
WHERE t.status IN ['planned', 'preliminary', 'ended', 'cancelled'] AND ($status IS NULL OR t.status = $status)
RETURN t.status AS status, t.kind AS kind, t.title AS agreement, t.date AS date,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN p.name ORDER BY p.name } AS parties,
       t.id AS id
ORDER BY status, date, kind, parties, id
