// group: intermediaries
// title: Introductions of which nothing more is known
// about: Introductions that came about, or that somebody was engaged for, without a tie that they led to and without any agreement between those whom they brought together.
// param level = null: claimed, contracted or evidenced; null for all
// columns: intermediary, level, date, connected, sentence, id
MATCH (b:Organization)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
WHERE act.status IN ['concluded', 'renewed', 'ended'] AND ($level IS NULL OR coalesce(act.level, 'evidenced') = $level)
  AND NOT EXISTS { (act)-[:LED_TO]->(:Tie) }
  AND NOT EXISTS { MATCH (act)<-[:PARTY_TO {role: 'connected'}]-(x:Organization)-[:TIED_TO]-(y:Organization)
                   WHERE EXISTS { (y)-[:PARTY_TO {role: 'connected'}]->(act) } }
RETURN b.name AS intermediary, coalesce(act.level, 'evidenced') AS level, act.date AS date,
       COLLECT { MATCH (c:Organization)-[:PARTY_TO {role: 'connected'}]->(act) RETURN c.name ORDER BY c.name } AS connected,
       COLLECT { MATCH (:Release)-[s:STATES]->(act) RETURN s.sentence ORDER BY s.confidence DESC, s.sentence }[0] AS sentence,
       act.id AS id
ORDER BY intermediary, date, connected, id
