// group: time
// title: What was in force on a day
// about: Agreements that had come about by that day and had neither ended nor run out, as far as releases tell; a renewal stands in place of what it renews. Gifts are done at once and left out.
// param on = "2024-04-01": the day, e.g. 2024-04-01
// param organization = null: a name as any release writes it; null for all
// param kind = null: one kind of tie, e.g. comprehensive_partnership
// param limit = 5000: rows at most, the latest agreements
// columns: date, kind, agreement, status, valid_to, parties, id
MATCH (t:Agreement)
WHERE t.status IN ['concluded', 'renewed'] AND t.kind <> 'donation' AND t.latest <= date($on)
  AND ($kind IS NULL OR t.kind = $kind)
  AND ($organization IS NULL OR EXISTS { MATCH (o:Organization)-[:PARTY_TO]->(t)
                                         WHERE o.name = $organization OR $organization IN o.names })
  AND (t.valid_to IS NULL OR coalesce(t.auto_renew, false) OR t.valid_to >= left($on, size(t.valid_to)))
  AND NOT EXISTS { MATCH (end:Tie)-[:ENDS]->(t) WHERE coalesce(end.earliest, end.latest) <= date($on) }
  AND NOT EXISTS { MATCH (later:Tie)-[:RENEWS]->(t) WHERE later.latest <= date($on) }
  AND NOT EXISTS { MATCH (t)-[:RENEWS]->(:Tie)<-[:RENEWS]-(later:Tie)
                   WHERE later.latest > t.latest AND later.latest <= date($on) }
  AND NOT EXISTS { MATCH (t)-[:RENEWS]->(:Tie)<-[:ENDS]-(end:Tie)
                   WHERE coalesce(end.earliest, end.latest) <= date($on) AND end.latest >= t.latest }
WITH t ORDER BY t.latest DESC, t.id LIMIT $limit
RETURN t.date AS date, t.kind AS kind, t.title AS agreement, t.status AS status, t.valid_to AS valid_to,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN p.name ORDER BY p.name } AS parties, t.id AS id
ORDER BY date, kind, parties, id
