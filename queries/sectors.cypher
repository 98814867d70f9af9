// group: overview
// title: Which sectors deal with which
// about: Pairs of organisations with a tie that came about, by their two sectors, with the number of ties and of the organisations on either side.
// columns: sector, other_sector, pairs, ties, organizations, other_organizations
MATCH (a:Organization)
WITH a, coalesce(a.sector, 'unknown') AS sector
MATCH (a)-[r:TIED_TO]-(b:Organization)
WITH sector, a, coalesce(b.sector, 'unknown') AS other_sector, count(b) AS pairs, sum(r.ties) AS ties
WITH sector, other_sector, count(a) AS organizations, sum(pairs) AS pairs, sum(ties) AS ties
WITH collect({sector: sector, other: other_sector, organizations: organizations, pairs: pairs, ties: ties}) AS cells
UNWIND cells AS x
WITH cells, x WHERE x.sector <= x.other
WITH x, [y IN cells WHERE y.sector = x.other AND y.other = x.sector | y.organizations][0] AS other_organizations,
     CASE WHEN x.sector = x.other THEN 2 ELSE 1 END AS twice
RETURN x.sector AS sector, x.other AS other_sector, x.pairs / twice AS pairs, x.ties / twice AS ties,
       x.organizations AS organizations, other_organizations
ORDER BY pairs DESC, sector, other_sector
