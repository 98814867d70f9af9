// group: overview
// title: What there is of each kind of tie
// about: Ties by kind: how many came about, are announced or were called off, with their parties, the first and last year, and how sure the reader was on average.
// columns: kind, came_about, announced, called_off, parties, most_parties, first_year, last_year, confidence
MATCH (t:Tie)
WITH t, COUNT { (t)<-[:PARTY_TO]-() } AS parties, COLLECT { MATCH (t)<-[s:STATES]-() RETURN s.confidence } AS sure
RETURN t.kind AS kind, sum(CASE WHEN t.status IN ['concluded', 'renewed', 'ended'] THEN 1 ELSE 0 END) AS came_about,
       sum(CASE WHEN t.status IN ['planned', 'preliminary'] THEN 1 ELSE 0 END) AS announced,
       sum(CASE WHEN t.status = 'cancelled' THEN 1 ELSE 0 END) AS called_off, round(avg(parties), 2) AS parties,
       max(parties) AS most_parties, min(t.earliest.year) AS first_year, max(t.latest.year) AS last_year,
       round(avg(reduce(sum = 0.0, one IN sure | sum + one) / size(sure)), 2) AS confidence
ORDER BY came_about DESC, kind
