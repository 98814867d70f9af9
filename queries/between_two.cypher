// group: evidence
// title: Everything between two organisations, with the words
// about: Every tie that two organisations are parties to, whatever its status, and every sentence that states it.
// param organization = "宝塚市": one of them, a name as any release writes it
// param other = "株式会社オリヅル共創": the other, a name as any release writes it
// columns: date, kind, status, roles, sentence, confidence, release, published, url, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS a
WITH a WHERE (a.name = $organization OR $organization IN a.names)
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($other, '"', ' '), '\\', ' ') + '"') YIELD node AS b
WITH a, b WHERE (b.name = $other OR $other IN b.names) AND a <> b
MATCH (a)-[x:PARTY_TO]->(t:Tie)<-[y:PARTY_TO]-(b)
MATCH (t)<-[s:STATES]-(r:Release)
WITH t, s, r, min(x.role + ' – ' + y.role) AS roles
RETURN t.date AS date, t.kind AS kind, t.status AS status, roles, s.sentence AS sentence, s.confidence AS confidence,
       r.title AS release, r.published AS published, r.url AS url, t.id AS id
ORDER BY date, kind, published, sentence, id
