// group: needs
// title: Through whom a town can reach those who solved a theme
// about: Intermediaries (organisations other than public bodies) that are tied to the town and to somebody with agreements about the theme whom the town has no tie with; those first of whom introductions are reported.
// param theme = "交通・モビリティ": the theme
// param organization = "茅野市": the town, a name as any release writes it
// param contacts = 30: contacts of the town that are looked at, those with the most introductions
// param limit = 30: rows at most
// columns: intermediary, introductions, partner, solved_for, agreements, intermediary_id, partner_id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names) AND me.sector = 'public'
MATCH (h:Theme {name: $theme})
MATCH (me)-[:TIED_TO]-(v:Organization)
WHERE coalesce(v.sector, '') <> 'public' OR v:Agency OR v:RegionalBureau
WITH me, h, v, COUNT { (v)-[:BROKERED]->() } AS introductions
ORDER BY introductions DESC, v.name, v.id LIMIT $contacts
MATCH (v)-[:TIED_TO]-(o:Organization)
WHERE o <> me AND coalesce(o.sector, '') <> 'public' AND NOT EXISTS { (me)-[:TIED_TO]-(o) }
CALL (o, h) {
  MATCH (o)-[:PARTY_TO]->(t:Agreement)-[:ABOUT]->(h)
  WHERE t.status IN ['concluded', 'renewed', 'ended']
  RETURN collect(DISTINCT t) AS ties
}
WITH o, ties, v, introductions WHERE size(ties) > 0
WITH o, ties, v, introductions ORDER BY introductions DESC, size(ties) DESC, v.name, o.name, v.id, o.id LIMIT $limit
RETURN v.name AS intermediary, introductions, o.name AS partner,
       COLLECT { UNWIND ties AS t MATCH (t)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
                 RETURN DISTINCT p.name ORDER BY p.name LIMIT 5 } AS solved_for,
       size(ties) AS agreements, v.id AS intermediary_id, o.id AS partner_id
ORDER BY introductions DESC, agreements DESC, intermediary, partner, intermediary_id, partner_id
