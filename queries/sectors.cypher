// group: overview
// title: Which sectors deal with which
// about: Pairs of organisations with a tie that came about, by their two sectors, with the number of ties and how many a pair has.
// columns: sector, other_sector, pairs, ties, ties_of_a_pair
MATCH (a:Organization)
WITH a, coalesce(a.sector, 'unknown') AS one
MATCH (a)-[r:TIED_TO]->(b:Organization)
WITH one, coalesce(b.sector, 'unknown') AS two, count(*) AS pairs, sum(r.ties) AS ties
WITH CASE WHEN one <= two THEN one ELSE two END AS sector, CASE WHEN one <= two THEN two ELSE one END AS other_sector,
     sum(pairs) AS pairs, sum(ties) AS ties
RETURN sector, other_sector, pairs, ties, round(toFloat(ties) / pairs, 2) AS ties_of_a_pair
ORDER BY pairs DESC, sector, other_sector
