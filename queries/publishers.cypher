// group: evidence
// title: Who publishes what
// about: Publishers by the releases that are here, how many of them state ties and how many ties, and from when to when; publishers that are not known as an organisation appear by the name that their source gives.
// param limit = 50: rows at most
// columns: publisher, type, releases, with_ties, ties, first, last, id
MATCH (r:Release)
OPTIONAL MATCH (r)-[:PUBLISHED_BY]->(o:Organization)
WITH o, CASE WHEN o IS NULL THEN coalesce(r.publisher, '?') ELSE o.name END AS publisher, collect(r) AS releases
ORDER BY size(releases) DESC, publisher, o.id LIMIT $limit
RETURN publisher, o.type AS type, size(releases) AS releases,
       COUNT { UNWIND releases AS r MATCH (r)-[:STATES]->(:Tie) RETURN DISTINCT r } AS with_ties,
       COUNT { UNWIND releases AS r MATCH (r)-[:STATES]->(t:Tie) RETURN DISTINCT t } AS ties,
       reduce(day = null, r IN releases | CASE WHEN day IS NULL OR r.published < day THEN r.published ELSE day END) AS first,
       reduce(day = null, r IN releases | CASE WHEN day IS NULL OR r.published > day THEN r.published ELSE day END) AS last,
       o.id AS id
ORDER BY releases DESC, publisher, id
