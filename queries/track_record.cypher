// group: intermediaries
// title: What became of each intermediary's introductions
// about: For each organisation that introduced others: how many introductions came about, how many are known to have led to a tie, whom they brought together, and the middle number of days from introduction to tie where both are dated to the day.
// param at_least = 1: introductions at least
// columns: intermediary, type, introductions, led_to_ties, public_bodies, others, prefectures, median_days, first, last, id
MATCH (b:Organization)-[:PARTY_TO {role: 'broker'}]->(act:Tie {kind: 'brokerage'})
WHERE act.status IN ['concluded', 'renewed', 'ended']
WITH b, collect(DISTINCT act) AS acts
WHERE size(acts) >= $at_least
CALL (acts) {
  UNWIND acts AS act
  OPTIONAL MATCH (act)<-[:PARTY_TO {role: 'connected'}]-(c:Organization)
  RETURN count(DISTINCT CASE WHEN c.sector = 'public' THEN c END) AS public_bodies,
         count(DISTINCT CASE WHEN coalesce(c.sector, '') <> 'public' THEN c END) AS others,
         count(DISTINCT c.prefecture) AS prefectures, min(act.date) AS first, max(act.date) AS last
}
CALL (acts) {
  UNWIND acts AS act
  MATCH (act)-[:LED_TO]->(t:Tie)
  RETURN count(DISTINCT t) AS led_to_ties,
         percentileCont(CASE WHEN act.precision = 'day' AND t.precision = 'day'
                             THEN duration.inDays(act.latest, t.latest).days END, 0.5) AS median_days
}
RETURN b.name AS intermediary, b.type AS type, size(acts) AS introductions, led_to_ties, public_bodies, others,
       prefectures, median_days, first, last, b.id AS id
ORDER BY introductions DESC, led_to_ties DESC, intermediary, id
