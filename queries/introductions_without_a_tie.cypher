// group: intermediaries
// title: Introductions of which nothing more is known
// about: Introductions that came about, or that somebody was engaged for, without a tie that they led to and without any agreement between those whom they brought together.
// param level = null: claimed, contracted or evidenced; null for all
// param limit = 200: rows at most, the latest first
// columns: intermediary, level, date, connected, sentence, id
MATCH (b:Organization)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
WHERE act.status IN ['concluded', 'renewed', 'ended'] AND ($level IS NULL OR coalesce(act.level, 'evidenced') = $level)
  AND NOT EXISTS { (act)-[:LED_TO]->(:Tie) }
WITH b, act, COLLECT { MATCH (c:Organization)-[:PARTY_TO {role: 'connected'}]->(act) RETURN c ORDER BY c.name } AS them
WHERE NOT EXISTS { UNWIND range(0, size(them) - 2) AS i UNWIND them[i + 1..] AS y
                   WITH them[i] AS x, y MATCH (x)-[:TIED_TO]-(y) RETURN x }
WITH b, act, them ORDER BY act.latest IS NULL, act.latest DESC, b.name, act.id LIMIT $limit
RETURN b.name AS intermediary, coalesce(act.level, 'evidenced') AS level, act.date AS date,
       [c IN them | c.name] AS connected,
       COLLECT { MATCH (:Release)-[s:STATES]->(act) RETURN s.sentence ORDER BY s.confidence DESC, s.sentence }[0] AS sentence,
       act.id AS id
ORDER BY act.latest IS NULL, act.latest DESC, intermediary, id
