// group: intermediaries
// title: How two organisations are linked
// about: The shortest chains of ties from one organisation to another, those with the most ties along the way first.
// param organization = "湯沢市": where the chain begins, a name as any release writes it
// param other = "宝塚市": where it ends, a name as any release writes it
// param limit = 10: chains at most
// columns: steps, chain, ties, chain_ids
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS a
WITH a WHERE (a.name = $organization OR $organization IN a.names)
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($other, '"', ' '), '\\', ' ') + '"') YIELD node AS b
WITH a, b WHERE (b.name = $other OR $other IN b.names) AND a <> b
MATCH p = allShortestPaths((a)-[:TIED_TO*..6]-(b))
WITH length(p) AS steps, [n IN nodes(p) | n.name] AS chain, [r IN relationships(p) | r.ties] AS ties,
     [n IN nodes(p) | n.id] AS chain_ids
RETURN steps, chain, ties, chain_ids
ORDER BY steps, reduce(sum = 0, one IN ties | sum + one) DESC, chain, chain_ids
LIMIT $limit
