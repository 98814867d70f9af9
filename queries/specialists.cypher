// group: themes
// title: Who is at home in a theme
// about: Organisations outside the public sector by their agreements about a theme that came about; quotient compares the theme's share among an organisation's agreements with its share among all (above 1: more than others).
// param theme = "農林水産・食": the theme
// param at_least = 1: agreements about the theme at least
// param limit = 30: rows at most
// columns: organization, type, agreements, of_all, quotient, public_bodies, id
MATCH (every:Agreement) WHERE every.status IN ['concluded', 'renewed', 'ended'] AND EXISTS { (every)-[:ABOUT]->() }
WITH count(every) AS every
MATCH (:Theme {name: $theme})<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH every, collect(t) AS ties
UNWIND ties AS t
MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE coalesce(o.sector, '') <> 'public'
WITH every, size(ties) AS about, o, count(DISTINCT t) AS agreements
WHERE agreements >= $at_least
WITH every, about, o, agreements ORDER BY agreements DESC, o.name, o.id LIMIT $limit
WITH every, about, o, agreements,
     COUNT { MATCH (o)-[:PARTY_TO]->(a:Agreement) WHERE a.status IN ['concluded', 'renewed', 'ended']
             AND EXISTS { (a)-[:ABOUT]->() } RETURN DISTINCT a } AS of_all
RETURN o.name AS organization, o.type AS type, agreements, of_all,
       round(toFloat(agreements) / of_all / (toFloat(about) / every), 2) AS quotient,
       COUNT { MATCH (o)-[:PARTY_TO]->(t:Agreement)-[:ABOUT]->(:Theme {name: $theme})
               WHERE t.status IN ['concluded', 'renewed', 'ended']
               MATCH (t)<-[:PARTY_TO]-(p:Organization {sector: 'public'}) RETURN DISTINCT p } AS public_bodies, o.id AS id
ORDER BY agreements DESC, organization, id
