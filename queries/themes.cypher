// group: overview
// title: What the agreements are about
// about: Themes by the number of agreements that came about, of public bodies and of private organisations.
// param prefecture = null: only agreements with a public body of this prefecture, e.g. 大阪府
// columns: theme, agreements, public_bodies, private_organizations, theme_id
MATCH (theme:Theme)<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND ($prefecture IS NULL
   OR EXISTS { (t)<-[:PARTY_TO]-(:Organization {sector: 'public', prefecture: $prefecture}) })
WITH theme, collect(t) AS ties
UNWIND ties AS t
MATCH (t)<-[:PARTY_TO]-(o:Organization)
WITH theme, size(ties) AS agreements, o, count(*) AS times
WITH theme, agreements, o.sector AS sector, count(o) AS organizations
RETURN theme.name AS theme, agreements, sum(CASE WHEN sector = 'public' THEN organizations ELSE 0 END) AS public_bodies,
       sum(CASE WHEN sector = 'private' THEN organizations ELSE 0 END) AS private_organizations, theme.id AS theme_id
ORDER BY agreements DESC, theme
