// group: companies
// title: Which public bodies has a company agreements with
// about: Municipalities, prefectures and other public bodies with agreements that came about, their kinds and the first date.
// param organization = "株式会社ヒナタマート": a name as any release writes it
// columns: public_body, code, kinds, first, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS c
WITH c WHERE (c.name = $organization OR $organization IN c.names)
MATCH (c)-[:PARTY_TO]->(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH c, p, t ORDER BY t.kind
RETURN p.name AS public_body, p.code AS code, collect(DISTINCT t.kind) AS kinds, min(t.date) AS first, p.id AS id
ORDER BY code, public_body
