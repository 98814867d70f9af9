// group: municipalities
// title: With whom has an organisation agreed what
// about: Every agreement of one organisation with its other parties, status and date.
// param organization = "湯沢市": a name as any release writes it
// columns: agreement, kind, status, date, partners, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS o
WITH o WHERE (o.name = $organization OR $organization IN o.names)
MATCH (o)-[:PARTY_TO]->(t:Agreement)
RETURN DISTINCT t.title AS agreement, t.kind AS kind, t.status AS status, t.date AS date,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) WHERE p <> o RETURN p.name ORDER BY p.name } AS partners,
       t.id AS id
ORDER BY date, kind, partners, id
