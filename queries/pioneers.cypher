// group: time
// title: Who was first
// about: The first dated agreement about each theme that came about, of a public body and a partner of another sector; by its last possible day where it is not dated exactly.
// param prefecture = null: only public bodies of this prefecture; null for all
// columns: theme, date, public_side, other_side, agreement, agreements_since, id
MATCH (h:Theme)<-[:ABOUT]-(t:Agreement)
WHERE t.date IS NOT NULL AND t.status IN ['concluded', 'renewed', 'ended']
WITH h, t WHERE
     EXISTS { MATCH (t)<-[:PARTY_TO]-(p:Organization {sector: 'public'}) WHERE $prefecture IS NULL OR p.prefecture = $prefecture }
     AND EXISTS { MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public' }
WITH h, min(toString(t.latest) + ' ' + t.id) AS first, count(t) - 1 AS since
MATCH (t:Kakehashi {id: split(first, ' ')[1]})
RETURN h.name AS theme, t.date AS date,
       COLLECT { MATCH (p:Organization {sector: 'public'})-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS public_side,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) WHERE coalesce(p.sector, '') <> 'public'
                 RETURN DISTINCT p.name ORDER BY p.name } AS other_side,
       t.title AS agreement, since AS agreements_since, t.id AS id
ORDER BY date, theme
