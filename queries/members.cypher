// group: collectives
// title: Who belongs to a council, consortium or platform
// about: Members, operators and founders of collectives.
// param collective = null: the collective's name; null for all
// param limit = 1000: rows at most
// columns: collective, type, part, organization, sector, collective_id, organization_id
MATCH (o:Organization)-[r:MEMBER_OF|OPERATES|FOUNDED]->(c:Organization)
WHERE $collective IS NULL OR c.name = $collective OR $collective IN c.names
RETURN DISTINCT c.name AS collective, c.type AS type, type(r) AS part, o.name AS organization, o.sector AS sector,
       c.id AS collective_id, o.id AS organization_id
ORDER BY collective, part, organization, organization_id
LIMIT $limit
