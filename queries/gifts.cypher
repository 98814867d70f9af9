// group: municipalities
// title: Gifts and what they are worth
// about: Donations that came about, the largest first and those without a sum last.
// param organization = null: who gives or receives, a name as any release writes it; null for all
// param limit = 100: rows at most
// columns: donors, recipients, amount_yen, date, agreement, id
MATCH (t:Agreement {kind: 'donation'})
WHERE t.status IN ['concluded', 'renewed', 'ended']
  AND ($organization IS NULL OR EXISTS { MATCH (o:Organization)-[:PARTY_TO]->(t)
                                         WHERE o.name = $organization OR $organization IN o.names })
WITH t ORDER BY t.amount_yen IS NULL, t.amount_yen DESC, t.date, t.id LIMIT $limit
RETURN COLLECT { MATCH (p:Organization)-[:PARTY_TO {role: 'donor'}]->(t) RETURN p.name ORDER BY p.name } AS donors,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO {role: 'recipient'}]->(t) RETURN p.name ORDER BY p.name } AS recipients,
       t.amount_yen AS amount_yen, t.date AS date, t.title AS agreement, t.id AS id
ORDER BY amount_yen IS NULL, amount_yen DESC, date, id
