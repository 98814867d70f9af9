// group: themes
// title: What a prefecture's public bodies have no agreement about
// about: Themes without any agreement of a public body of the prefecture, by the share of the public bodies of other prefectures that have one, the largest first; only public bodies with an agreement that came about count, and only those whose prefecture is known.
// param prefecture = "兵庫県": the prefecture
// columns: theme, share_elsewhere, public_bodies_elsewhere, prefectures, agreements_elsewhere, partners, theme_id
CALL () {
  MATCH (:Organization {sector: 'public', prefecture: $prefecture})-[:PARTY_TO]->(t:Agreement)
  WHERE t.status IN ['concluded', 'renewed', 'ended']
  MATCH (t)-[:ABOUT]->(h:Theme)
  RETURN collect(DISTINCT h) AS there
}
CALL () {
  MATCH (p:Organization {sector: 'public'})
  WHERE p.prefecture <> $prefecture
    AND EXISTS { MATCH (p)-[:PARTY_TO]->(t:Agreement) WHERE t.status IN ['concluded', 'renewed', 'ended'] }
  RETURN count(p) AS bodies_elsewhere
}
MATCH (h:Theme) WHERE NOT h IN there
MATCH (h)<-[:ABOUT]-(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND p.prefecture <> $prefecture
WITH h, bodies_elsewhere, collect(DISTINCT t) AS agreements, count(DISTINCT p) AS bodies,
     count(DISTINCT p.prefecture) AS places
WITH h, bodies, places, size(agreements) AS agreements, 1.0 * bodies / bodies_elsewhere AS share,
     COLLECT { UNWIND agreements AS t MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public'
               WITH o, count(DISTINCT t) AS times ORDER BY times DESC, o.name, o.id LIMIT 3 RETURN o.name } AS partners
RETURN h.name AS theme, round(share, 3) AS share_elsewhere, bodies AS public_bodies_elsewhere,
       places AS prefectures, agreements AS agreements_elsewhere, partners, h.id AS theme_id
ORDER BY share DESC, prefectures DESC, agreements_elsewhere DESC, theme
