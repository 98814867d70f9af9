// group: time
// title: What a release added
// about: The ties that a release states, and whether it was the first to do so or which release had them before; then the organisations that no other release names.
// param release = "https://release.example/takarazuka": a release's address, or its id
// columns: what, name, new, status, first_told, others, id
MATCH (r:Release) WHERE r.url = $release OR r.id = $release
CALL (r) {
  MATCH (r)-[s:STATES]->(t:Tie)
  WITH t, r, collect(s.status)[0] AS status
  OPTIONAL MATCH (other:Release)-[:STATES]->(t) WHERE other <> r
  WITH t, r, status, collect(DISTINCT other) AS others
  WITH t, status, size(others) AS count,
       [o IN others WHERE o.latest < r.earliest OR r.earliest IS NULL AND o.latest IS NOT NULL | o.published] AS earlier
  UNWIND CASE WHEN earlier = [] THEN [null] ELSE earlier END AS told
  RETURN 'tie' AS what, coalesce(t.title, t.label_used, t.kind) AS name, min(told) IS NULL AS new, status,
         min(told) AS first_told, count AS others, t.id AS id
  UNION
  MATCH (r)-[:NAMES]->(o:Organization)
  WHERE NOT EXISTS { MATCH (o)<-[:NAMES]-(other:Release) WHERE other <> r }
  RETURN DISTINCT 'organization' AS what, o.name AS name, true AS new, null AS status, null AS first_told,
         0 AS others, o.id AS id
}
RETURN what, name, new, status, first_told, others, id
ORDER BY what DESC, name, id
