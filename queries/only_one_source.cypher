// group: evidence
// title: What would fall with one release
// about: Ties that only one release states, of releases that are gone from their address or are the older version of a page that was edited: what can no longer be checked where it stood.
// param standing = null: gone or kept; null for both
// columns: status, kind, agreement, date, parties, release, published, url, id
MATCH (r:Release)-[:STATES]->(t:Tie)
WHERE r.status IS NOT NULL AND ($standing IS NULL OR r.status = $standing)
  AND NOT EXISTS { MATCH (t)<-[:STATES]-(other:Release) WHERE other <> r }
RETURN DISTINCT r.status AS status, t.kind AS kind, t.title AS agreement, t.date AS date,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS parties,
       r.title AS release, r.published AS published, r.url AS url, t.id AS id
ORDER BY status, published, kind, id
