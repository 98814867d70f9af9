// group: quality
// title: Names that may mean several organisations
// about: Organisations that resolution left open, with those that are in the graph and may be meant, by the ties that hang on them: what `kakehashi review` asks about.
// columns: name, prefecture, ties, releases, candidates, candidate_ids, id
MATCH (o:Organization) WHERE size(coalesce(o.candidates, [])) > 0
RETURN o.name AS name, o.prefecture AS prefecture, COUNT { MATCH (o)-[:PARTY_TO]->(t:Tie) RETURN DISTINCT t } AS ties,
       COUNT { MATCH (o)<-[:NAMES]-(r:Release) RETURN DISTINCT r } AS releases,
       COLLECT { UNWIND o.candidates AS one MATCH (c:Kakehashi {id: one}) RETURN c.name ORDER BY c.name } AS candidates,
       o.candidates AS candidate_ids, o.id AS id
ORDER BY ties DESC, releases DESC, name, id
