// group: themes
// title: What a prefecture's public bodies have no agreement about
// about: Themes of agreements that came about elsewhere, by the share of public bodies there that have one, without any agreement of a public body of the prefecture; public bodies without any agreement are not counted.
// param prefecture = "兵庫県": the prefecture
// columns: theme, agreements_elsewhere, public_bodies_elsewhere, prefectures, partners, theme_id
CALL () {
  MATCH (:Organization {sector: 'public', prefecture: $prefecture})-[:PARTY_TO]->(t:Agreement)
  WHERE t.status IN ['concluded', 'renewed', 'ended']
  MATCH (t)-[:ABOUT]->(h:Theme)
  RETURN collect(DISTINCT h) AS there
}
MATCH (h:Theme) WHERE NOT h IN there
MATCH (h)<-[:ABOUT]-(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH h, collect(DISTINCT t) AS agreements, count(DISTINCT p) AS bodies, count(DISTINCT p.prefecture) AS places
RETURN h.name AS theme, size(agreements) AS agreements_elsewhere, bodies AS public_bodies_elsewhere,
       places AS prefectures,
       COLLECT { UNWIND agreements AS t MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public'
                 WITH o, count(DISTINCT t) AS times ORDER BY times DESC, o.name, o.id LIMIT 3 RETURN o.name } AS partners,
       h.id AS theme_id
ORDER BY public_bodies_elsewhere DESC, agreements_elsewhere DESC, theme
