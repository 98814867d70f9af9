// group: time
// title: Who was first
// about: The first dated agreement about each theme that came about, of a public body and a partner of another sector; by its last possible day where it is not dated exactly. Beside it how many other dated agreements there are about the theme.
// param prefecture = null: only public bodies of this prefecture; null for all
// columns: theme, date, public_side, other_side, agreement, other_agreements, id
MATCH (h:Theme)
CALL (h) {
  MATCH (h)<-[:ABOUT]-(t:Agreement)
  WHERE t.date IS NOT NULL AND t.status IN ['concluded', 'renewed', 'ended']
  RETURN count(t) - 1 AS since
}
CALL (h) {
  MATCH (h)<-[:ABOUT]-(t:Agreement)
  WHERE t.date IS NOT NULL AND t.status IN ['concluded', 'renewed', 'ended']
  WITH t ORDER BY t.latest, t.id
  WHERE EXISTS { MATCH (t)<-[:PARTY_TO]-(p:Organization {sector: 'public'}) WHERE $prefecture IS NULL OR p.prefecture = $prefecture }
    AND EXISTS { MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public' }
  RETURN t LIMIT 1
}
RETURN h.name AS theme, t.date AS date,
       COLLECT { MATCH (p:Organization {sector: 'public'})-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS public_side,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) WHERE coalesce(p.sector, '') <> 'public'
                 RETURN DISTINCT p.name ORDER BY p.name } AS other_side,
       t.title AS agreement, since AS other_agreements, t.id AS id
ORDER BY date, theme
