// group: needs
// title: Through whom a town can reach those who solved a theme
// about: Intermediaries (organisations other than public bodies) that are tied to the town and to somebody with agreements about the theme whom the town has no tie with; those first of whom introductions are reported.
// param theme = "交通・モビリティ": the theme
// param organization = "茅野市": the town, a name as any release writes it
// param limit = 30: rows at most
// columns: intermediary, introductions, partner, solved_for, agreements, intermediary_id, partner_id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS me
WITH me WHERE (me.name = $organization OR $organization IN me.names) AND me.sector = 'public'
MATCH (:Theme {name: $theme})<-[:ABOUT]-(t:Agreement)<-[:PARTY_TO]-(o:Organization)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND coalesce(o.sector, '') <> 'public'
WITH me, o, collect(DISTINCT t) AS ties
WHERE NOT EXISTS { (me)-[:TIED_TO]-(o) }
MATCH (me)-[:TIED_TO]-(v:Organization)-[:TIED_TO]-(o)
WHERE coalesce(v.sector, '') <> 'public' OR v:Agency OR v:RegionalBureau
WITH o, ties, v, COUNT { MATCH (v)-[:PARTY_TO {role: 'broker'}]->(act:Tie)
                         WHERE act.status IN ['concluded', 'renewed', 'ended'] } AS introductions
ORDER BY introductions DESC, size(ties) DESC, v.name, o.name, v.id, o.id LIMIT $limit
RETURN v.name AS intermediary, introductions, o.name AS partner,
       COLLECT { UNWIND ties AS t MATCH (t)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
                 RETURN DISTINCT p.name ORDER BY p.name LIMIT 5 } AS solved_for,
       size(ties) AS agreements, v.id AS intermediary_id, o.id AS partner_id
ORDER BY introductions DESC, agreements DESC, intermediary, partner, intermediary_id, partner_id
