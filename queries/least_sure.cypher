// group: quality
// title: What to check first
// about: Ties of which no statement is surer than a bound, the least sure first, with the sentence to check; confidence is the share of such statements that are right.
// param below = 0.8: confidence below which a tie is listed
// param limit = 50: rows at most
// columns: confidence, kind, status, parties, sentence, release, url, id
MATCH (r:Release)-[s:STATES]->(t:Tie)
WITH t, max(s.confidence) AS confidence
WHERE confidence < $below
WITH t, confidence ORDER BY confidence, t.id LIMIT $limit
CALL (t) {
  MATCH (r:Release)-[s:STATES]->(t)
  RETURN r, s ORDER BY s.confidence DESC, r.id, s.statement LIMIT 1
}
RETURN confidence, t.kind AS kind, t.status AS status,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS parties,
       s.sentence AS sentence, r.title AS release, r.url AS url, t.id AS id
ORDER BY confidence, id
