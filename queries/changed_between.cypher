// group: time
// title: What changed between two days
// about: Everything that came about, was renewed, ended or was called off from one day to another, both included; what is not dated exactly counts where the whole of what is possible lies between them, what is not dated at all by its first report.
// param since = "2023-04-01": the first day
// param until = "2024-03-31": the last day
// param organization = null: a name as any release writes it; null for all
// columns: date, change, kind, agreement, parties, before, id
MATCH (t:Tie)
WHERE t.latest <= date($until) AND coalesce(t.earliest, t.latest) >= date($since)
  AND t.status IN ['concluded', 'renewed', 'ended', 'cancelled']
  AND ($organization IS NULL OR EXISTS { MATCH (o:Organization)-[:PARTY_TO]->(t)
                                         WHERE o.name = $organization OR $organization IN o.names })
OPTIONAL MATCH (t)-[:RENEWS|ENDS]->(old:Tie)
RETURN coalesce(t.date, toString(t.latest)) AS date, t.status AS change, t.kind AS kind, t.title AS agreement,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN p.name ORDER BY p.name } AS parties,
       old.date AS before, t.id AS id
ORDER BY date, change, kind, parties, id
