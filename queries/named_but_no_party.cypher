// group: quality
// title: Named, but party to nothing
// about: Organisations that releases name without any tie to them, by the number of releases: passers-by, or ties that were not read.
// param at_least = 1: releases at least
// param limit = 50: rows at most
// columns: organization, type, releases, example, sentence, id
MATCH (o:Organization)
WHERE NOT EXISTS { (o)-[:PARTY_TO]->() } AND COUNT { (o)<-[:NAMES]-() } >= $at_least
WITH o, COUNT { MATCH (o)<-[:NAMES]-(r:Release) RETURN DISTINCT r } AS releases
WHERE releases >= $at_least
WITH o, releases ORDER BY releases DESC, o.name, o.id LIMIT $limit
CALL (o) {
  MATCH (o)<-[n:NAMES]-(r:Release)
  RETURN r.title AS example, n.sentence AS sentence ORDER BY r.id, n.field, n.start LIMIT 1
}
RETURN o.name AS organization, o.type AS type, releases, example, sentence, o.id AS id
ORDER BY releases DESC, organization, id
