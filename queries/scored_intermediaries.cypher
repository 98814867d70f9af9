// title: Scores of the best-ranked organisations
// about: The measures of the newest analysis as they are written in the graph.
// param limit = 20: rows at most
// columns: organization, type, rank, acts, open_pairs, betweenness, constraint, analysis
MATCH (o:Organization)-[s:SCORED]->(a:Analysis)
WHERE s.rank IS NOT NULL
RETURN o.name AS organization, o.type AS type, s.rank AS rank, s.acts AS acts, s.open_pairs AS open_pairs,
       s.betweenness AS betweenness, s.constraint AS constraint, a.id AS analysis
ORDER BY analysis, rank
LIMIT $limit
