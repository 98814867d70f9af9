// group: collectives
// title: Agreements with many parties
// about: Agreements that came about of at least so many parties from at least two sectors.
// param parties = 3: parties at least
// columns: agreement, kind, date, parties, sectors, id
MATCH (o:Organization)-[:PARTY_TO]->(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH t, o ORDER BY o.sector
WITH t, count(DISTINCT o) AS parties, collect(DISTINCT o.sector) AS sectors
WHERE parties >= $parties AND size(sectors) >= 2
RETURN t.title AS agreement, t.kind AS kind, t.date AS date, parties, sectors, t.id AS id
ORDER BY parties DESC, date, agreement, kind, id
