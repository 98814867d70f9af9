// group: collectives
// title: Agreements with many parties
// about: Agreements that came about of at least so many parties from at least two sectors.
// param parties = 3: parties at least
// param limit = 200: rows at most
// columns: agreement, kind, date, parties, sectors, id
MATCH (t:Agreement)
WHERE COUNT { (t)<-[:PARTY_TO]-() } >= $parties AND t.status IN ['concluded', 'renewed', 'ended']
MATCH (o:Organization)-[:PARTY_TO]->(t)
WITH t, count(DISTINCT o) AS parties, collect(DISTINCT o) AS them
WHERE parties >= $parties
WITH t, parties, them ORDER BY parties DESC, t.date, t.title, t.kind, t.id
WHERE size(COLLECT { UNWIND them AS o RETURN DISTINCT o.sector LIMIT 2 }) = 2
WITH t, parties, them LIMIT $limit
RETURN t.title AS agreement, t.kind AS kind, t.date AS date, parties,
       COLLECT { UNWIND them AS o WITH DISTINCT o.sector AS sector WHERE sector IS NOT NULL RETURN sector ORDER BY sector } AS sectors,
       t.id AS id
ORDER BY parties DESC, date, agreement, kind, id
