// group: intermediaries
// title: Who introduced whom, and to what it led
// about: Every broker act that came about, with the organisations it connected and the tie that followed.
// param theme = null: only acts about this theme, or that led to a tie about it, e.g. 観光・交流
// columns: broker, level, connected, led_to, date, release, sentence, intermediary_id, id
MATCH (broker:Organization)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
MATCH (r:Release)-[s:STATES]->(act)
WHERE act.status IN ['concluded', 'renewed', 'ended']
  AND ($theme IS NULL OR EXISTS { (act)-[:ABOUT]->(:Theme {name: $theme}) }
       OR EXISTS { (act)-[:LED_TO]->(:Tie)-[:ABOUT]->(:Theme {name: $theme}) })
OPTIONAL MATCH (act)-[:LED_TO]->(followed:Tie)
RETURN broker.name AS broker, coalesce(act.level, 'evidenced') AS level,
       COLLECT { MATCH (c:Organization)-[:PARTY_TO {role: 'connected'}]->(act) RETURN c.name ORDER BY c.name } AS connected,
       followed.kind AS led_to, coalesce(followed.date, act.date) AS date, r.title AS release, s.sentence AS sentence,
       broker.id AS intermediary_id, act.id AS id
ORDER BY broker, date, release, sentence, id
