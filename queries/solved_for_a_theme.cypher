// group: needs
// title: Who does what about a theme, and for whom
// about: Agreements about one theme with their status, public and other side, the newest first and undated ones last.
// param theme = "防災・災害": the theme
// columns: date, kind, status, agreement, public_side, other_side, id
MATCH (t:Agreement)-[:ABOUT]->(:Theme {name: $theme})
WITH t,
     COLLECT { MATCH (p:Organization {sector: 'public'})-[:PARTY_TO]->(t) RETURN p.name ORDER BY p.name } AS public_side,
     COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) WHERE p.sector IS NULL OR p.sector <> 'public'
               RETURN p.name ORDER BY p.name } AS other_side
RETURN t.date AS date, t.kind AS kind, t.status AS status, t.title AS agreement, public_side, other_side,
       t.id AS id
ORDER BY date IS NULL, date DESC, kind, agreement, public_side, other_side, id
