// group: municipalities
// title: From the handshake to the contract
// about: A row for each public body and partner with both an agreement to work together (partnership, memorandum, trial and the like) and a paid one (outsourcing, designated manager, PFI): the first of either, which of them came first, and how many days lie between where both days are known; how many there are of either, and how many contracts came after the first agreement. A date that is not exact counts where all its days do, else it is «unknown» what came first.
// param organization = null: one of the two, a name as any release writes it; null for all
// param limit = 100: rows at most
// columns: public_body, partner, came_first, agreement, agreed, contract, contracted, days, agreements, contracts, contracts_after, public_body_id, partner_id, agreement_ids, contract_ids
MATCH (a:Organization {sector: 'public'})
WHERE EXISTS { MATCH (a)-[:PARTY_TO]->(c:Agreement)
               WHERE c.kind IN ['outsourcing', 'designated_manager', 'pfi'] AND c.status IN ['concluded', 'renewed', 'ended'] }
CALL (a) {
  MATCH (a)-[:PARTY_TO]->(c:Agreement)<-[:PARTY_TO]-(b:Organization)
  WHERE c.kind IN ['outsourcing', 'designated_manager', 'pfi'] AND c.status IN ['concluded', 'renewed', 'ended']
    AND coalesce(b.sector, '') <> 'public' AND ($organization IS NULL OR $organization IN [a.name, b.name]
                                                OR $organization IN a.names OR $organization IN b.names)
  RETURN collect(DISTINCT b) AS paid
}
CALL (a, paid) {
  MATCH (a)-[:PARTY_TO]->(h:Agreement)<-[:PARTY_TO]-(b:Organization)
  WHERE h.kind IN ['comprehensive_partnership', 'partnership', 'disaster_support', 'memorandum', 'basic_agreement',
                   'field_trial', 'joint_research'] AND h.status IN ['concluded', 'renewed', 'ended'] AND b IN paid
  RETURN DISTINCT b
}
WITH a, b ORDER BY a.name, b.name, a.id, b.id LIMIT $limit
WITH a, b, COLLECT { MATCH (b)-[:PARTY_TO]->(h:Agreement)<-[:PARTY_TO]-(a)
                     WHERE h.kind IN ['comprehensive_partnership', 'partnership', 'disaster_support', 'memorandum',
                                      'basic_agreement', 'field_trial', 'joint_research']
                       AND h.status IN ['concluded', 'renewed', 'ended']
                     WITH DISTINCT h RETURN h ORDER BY h.latest, h.earliest, h.id } AS agreements,
     COLLECT { MATCH (b)-[:PARTY_TO]->(c:Agreement)<-[:PARTY_TO]-(a)
               WHERE c.kind IN ['outsourcing', 'designated_manager', 'pfi'] AND c.status IN ['concluded', 'renewed', 'ended']
               WITH DISTINCT c RETURN c ORDER BY c.latest, c.earliest, c.id } AS contracts
WITH a, b, agreements, contracts, agreements[0] AS h, contracts[0] AS c
RETURN a.name AS public_body, b.name AS partner,
       CASE WHEN all(one IN contracts WHERE h.latest < one.earliest) THEN 'handshake'
            WHEN all(one IN agreements WHERE c.latest < one.earliest) THEN 'contract'
            WHEN h.precision = 'day' AND c.precision = 'day' AND h.latest = c.latest THEN 'same day'
            ELSE 'unknown' END AS came_first,
       h.kind AS agreement, h.date AS agreed, c.kind AS contract, c.date AS contracted,
       CASE WHEN h.precision = 'day' AND c.precision = 'day' THEN duration.inDays(h.latest, c.latest).days END AS days,
       size(agreements) AS agreements, size(contracts) AS contracts,
       size([one IN contracts WHERE h.latest < one.earliest]) AS contracts_after, a.id AS public_body_id,
       b.id AS partner_id, [one IN agreements | one.id] AS agreement_ids, [one IN contracts | one.id] AS contract_ids
ORDER BY public_body, partner, public_body_id, partner_id
