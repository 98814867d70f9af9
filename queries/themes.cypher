// group: overview
// title: What the agreements are about
// about: Themes by the number of agreements that came about, of public bodies and of private organisations.
// param prefecture = null: only agreements with a public body of this prefecture, e.g. 大阪府
// columns: theme, agreements, public_bodies, private_organizations, theme_id
MATCH (theme:Theme)<-[:ABOUT]-(t:Agreement)<-[:PARTY_TO]-(o:Organization)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND ($prefecture IS NULL
   OR EXISTS { (t)<-[:PARTY_TO]-(:Organization {sector: 'public', prefecture: $prefecture}) })
WITH theme, t, o, o.sector AS sector
RETURN theme.name AS theme, count(DISTINCT t) AS agreements, count(DISTINCT CASE WHEN sector = 'public' THEN o END) AS public_bodies,
       count(DISTINCT CASE WHEN sector = 'private' THEN o END) AS private_organizations, theme.id AS theme_id
ORDER BY agreements DESC, theme
