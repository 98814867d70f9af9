// group: intermediaries
// title: Pairs of a public body and a company that only one organisation ties
// about: A public and a private organisation with no tie of their own, both tied to the same intermediary and to nobody else in common: the introductions that only it could make. Of an intermediary those partners are looked at that have the fewest ties of their own.
// param intermediary = null: a name as any release writes it; null for the ten with the most introductions reported
// param partners = 20: partners of either side that are looked at
// param limit = 50: rows at most
// columns: intermediary, public, private, intermediary_id, public_id, private_id
CALL () {
  UNWIND CASE WHEN $intermediary IS NULL THEN [] ELSE [$intermediary] END AS wanted
  CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace(wanted, '"', ' '), '\\', ' ') + '"') YIELD node AS v
  WITH v, wanted WHERE v.name = wanted OR wanted IN v.names
  RETURN v
  UNION
  UNWIND CASE WHEN $intermediary IS NULL THEN [true] ELSE [] END AS every
  MATCH (v:Organization)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
  WHERE act.status IN ['concluded', 'renewed', 'ended']
    AND NOT v:Prefecture AND NOT v:Municipality AND NOT v:Ward AND NOT v:JointAuthority AND NOT v:NationalGovernment
  WITH v, count(act) AS acts ORDER BY acts DESC, v.name, v.id LIMIT 10
  RETURN v
}
CALL (v) {
  MATCH (v)-[:TIED_TO]-(a:Organization {sector: 'public'})
  WITH a ORDER BY COUNT { (a)-[:TIED_TO]-() }, a.name, a.id LIMIT $partners
  RETURN collect(a) AS ours
}
CALL (v) {
  MATCH (v)-[:TIED_TO]-(b:Organization {sector: 'private'})
  WITH b ORDER BY COUNT { (b)-[:TIED_TO]-() }, b.name, b.id LIMIT $partners
  RETURN collect(b) AS theirs
}
UNWIND ours AS a
UNWIND theirs AS b
WITH v, a, b
WHERE NOT EXISTS { (a)-[:TIED_TO]-(b) } AND NOT EXISTS { MATCH (a)-[:TIED_TO]-(w:Organization)-[:TIED_TO]-(b) WHERE w <> v }
RETURN v.name AS intermediary, a.name AS public, b.name AS private, v.id AS intermediary_id, a.id AS public_id, b.id AS private_id
ORDER BY intermediary, public, private, intermediary_id, public_id, private_id
LIMIT $limit
