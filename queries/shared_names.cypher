// group: quality
// title: One name, several organisations
// about: Forms of a name that releases use for more than one organisation of the graph, with their types and ties: rightly so for towns and companies of one name, a sign of something to merge otherwise.
// param limit = 100: rows at most
// columns: name, organizations, types, prefectures, ties, organization_ids
MATCH (o:Organization)
UNWIND o.names AS name
WITH name, collect(DISTINCT o) AS several
WHERE size(several) > 1
WITH name, several, reduce(sum = 0, o IN several | sum + COUNT { (o)-[:PARTY_TO]->() }) AS ties
ORDER BY ties DESC, name LIMIT $limit
RETURN name, COLLECT { UNWIND several AS o RETURN o.name ORDER BY o.name, o.id } AS organizations,
       COLLECT { UNWIND several AS o RETURN DISTINCT o.type ORDER BY o.type } AS types,
       COLLECT { UNWIND several AS o RETURN DISTINCT o.prefecture ORDER BY o.prefecture } AS prefectures, ties,
       COLLECT { UNWIND several AS o RETURN o.id ORDER BY o.id } AS organization_ids
ORDER BY ties DESC, name
