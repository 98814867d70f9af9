// group: municipalities
// title: Who speaks for an organisation
// about: Persons with a title, e.g. mayors and representatives, and when releases name them.
// param organization = null: a name as any release writes it; null for all
// param limit = 100: rows at most
// columns: person, title, organization, first_seen, last_seen, organization_id, id
MATCH (p:Person)-[h:HOLDS]->(o:Organization)
WHERE $organization IS NULL OR o.name = $organization OR $organization IN o.names
RETURN p.name AS person, h.title AS title, o.name AS organization, h.first_seen AS first_seen, h.last_seen AS last_seen,
       o.id AS organization_id, p.id AS id
ORDER BY organization, title, person, id
LIMIT $limit
