// group: evidence
// title: The words that state the ties of an organisation
// about: For each tie of one organisation the sentence, its place in the release, and the confidence.
// param organization = "湯沢市": a name as any release writes it
// columns: tie, kind, sentence, fields, starts, ends, confidence, release, url
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS o
WITH o WHERE (o.name = $organization OR $organization IN o.names)
MATCH (o)-[:PARTY_TO]->(t:Tie)<-[s:STATES]-(r:Release)
RETURN DISTINCT t.id AS tie, t.kind AS kind, s.sentence AS sentence, s.fields AS fields, s.starts AS starts, s.ends AS ends,
       s.confidence AS confidence, r.title AS release, r.url AS url
ORDER BY tie, release, sentence
