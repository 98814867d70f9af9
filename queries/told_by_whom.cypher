// group: evidence
// title: Whose releases tell of agreements
// about: Agreements that came about by kind, and whose own releases tell of them: only public parties', only other parties', both sides', or nobody's among the parties. What only one side reports is what a corpus of the other side's releases would miss.
// columns: kind, agreements, public_side_only, other_side_only, both_sides, neither
MATCH (t:Agreement) WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH t, EXISTS { MATCH (t)<-[:STATES]-(:Release)-[:PUBLISHED_BY]->(p:Organization {sector: 'public'})
                 WHERE EXISTS { (p)-[:PARTY_TO]->(t) } } AS public_side,
     EXISTS { MATCH (t)<-[:STATES]-(:Release)-[:PUBLISHED_BY]->(p:Organization)
              WHERE coalesce(p.sector, '') <> 'public' AND EXISTS { (p)-[:PARTY_TO]->(t) } } AS other_side
RETURN t.kind AS kind, count(t) AS agreements,
       sum(CASE WHEN public_side AND NOT other_side THEN 1 ELSE 0 END) AS public_side_only,
       sum(CASE WHEN other_side AND NOT public_side THEN 1 ELSE 0 END) AS other_side_only,
       sum(CASE WHEN public_side AND other_side THEN 1 ELSE 0 END) AS both_sides,
       sum(CASE WHEN public_side OR other_side THEN 0 ELSE 1 END) AS neither
ORDER BY agreements DESC, kind
