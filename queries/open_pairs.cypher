// group: intermediaries
// title: City–firm pairs that only one organisation ties
// about: A public and a private organisation with no tie of their own, both tied to the same intermediary.
// param intermediary = null: the intermediary's name; null for all
// param limit = 50: rows at most
// columns: intermediary, public, private
MATCH (a:Organization {sector: 'public'})-[:TIED_TO]-(v:Organization)-[:TIED_TO]-(b:Organization {sector: 'private'})
WHERE ($intermediary IS NULL OR v.name = $intermediary OR $intermediary IN v.names)
  AND NOT v:Prefecture AND NOT v:Municipality AND NOT v:Ward AND NOT v:JointAuthority AND NOT v:NationalGovernment
  AND NOT (a)-[:TIED_TO]-(b)
  AND COUNT { (a)-[:TIED_TO]-(:Organization)-[:TIED_TO]-(b) } = 1
RETURN v.name AS intermediary, a.name AS public, b.name AS private
ORDER BY intermediary, public, private
LIMIT $limit
