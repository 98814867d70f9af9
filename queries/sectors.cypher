// group: overview
// title: Which sectors deal with which
// about: Pairs of organisations with a tie that came about, by their two sectors, with the number of ties and of the organisations on either side.
// columns: sector, other_sector, pairs, ties, organizations, other_organizations
MATCH (a:Organization)-[r:TIED_TO]->(b:Organization)
WITH coalesce(a.sector, 'unknown') AS one, coalesce(b.sector, 'unknown') AS two, a, b, r.ties AS ties
WITH CASE WHEN one <= two THEN one ELSE two END AS sector, CASE WHEN one <= two THEN two ELSE one END AS other_sector,
     CASE WHEN one <= two THEN a ELSE b END AS x, CASE WHEN one <= two THEN b ELSE a END AS y, ties
RETURN sector, other_sector, count(*) AS pairs, sum(ties) AS ties, count(DISTINCT x) AS organizations,
       count(DISTINCT y) AS other_organizations
ORDER BY pairs DESC, sector, other_sector
