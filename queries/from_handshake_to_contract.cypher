// group: municipalities
// title: From the handshake to the contract
// about: Public bodies and partners with both an agreement to work together (partnership, memorandum, trial and the like) and a paid one (outsourcing, designated manager, PFI): which came first, and how many days lie between. Bounds of the days are compared where a date is not exact; «same» is what cannot be told apart.
// param organization = null: one of the two, a name as any release writes it; null for all
// param limit = 100: pairs of the two at most, and rows
// columns: public_body, partner, came_first, agreement, agreed, contract, contracted, days, public_body_id, partner_id, agreement_id, contract_id
MATCH (c:Agreement)
WHERE c.kind IN ['outsourcing', 'designated_manager', 'pfi'] AND c.status IN ['concluded', 'renewed', 'ended']
MATCH (c)<-[:PARTY_TO]-(a:Organization {sector: 'public'})
MATCH (c)<-[:PARTY_TO]-(b:Organization)
WHERE coalesce(b.sector, '') <> 'public'
  AND ($organization IS NULL OR $organization IN [a.name, b.name] OR $organization IN a.names OR $organization IN b.names)
WITH a, b, collect(c) AS contracts
MATCH (a)-[r:TIED_TO]-(b) WHERE r.ties > size(contracts)
WITH a, b, contracts ORDER BY a.name, b.name, a.id, b.id LIMIT $limit
CALL (a, b) {
  MATCH (b)-[:PARTY_TO]->(h:Agreement)
  WHERE h.kind IN ['comprehensive_partnership', 'partnership', 'disaster_support', 'memorandum', 'basic_agreement',
                   'field_trial', 'joint_research'] AND h.status IN ['concluded', 'renewed', 'ended']
    AND EXISTS { (a)-[:PARTY_TO]->(h) }
  RETURN h
}
UNWIND contracts AS c
WITH DISTINCT a, b, h, c, CASE WHEN h.latest < coalesce(c.earliest, c.latest) THEN 'handshake'
                               WHEN c.latest < coalesce(h.earliest, h.latest) THEN 'contract' ELSE 'same' END AS came_first
RETURN a.name AS public_body, b.name AS partner, came_first, h.kind AS agreement, h.date AS agreed, c.kind AS contract,
       c.date AS contracted, CASE WHEN h.precision = 'day' AND c.precision = 'day'
                                  THEN duration.inDays(h.latest, c.latest).days END AS days,
       a.id AS public_body_id, b.id AS partner_id, h.id AS agreement_id, c.id AS contract_id
ORDER BY public_body, partner, agreed, contracted, agreement_id, contract_id
LIMIT $limit
