// group: companies
// title: How a company spread over the public sector
// about: For each fiscal year (April to March) the public bodies with which an organisation had its first agreement, and how many it had reached by then; a date that is not exact counts by its last possible day.
// param organization = "株式会社ヒナタマート": a name as any release writes it
// columns: fiscal_year, new, reached, prefectures, public_bodies, public_bodies_ids
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS c
WITH c WHERE (c.name = $organization OR $organization IN c.names)
MATCH (c)-[:PARTY_TO]->(t:Agreement)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE t.status IN ['concluded', 'renewed', 'ended']
  AND t.latest IS NOT NULL AND p <> c
WITH p, min(t.latest) AS first
WITH p, (first - duration({months: 3})).year AS fiscal_year ORDER BY fiscal_year, p.name, p.id
WITH fiscal_year, collect(p) AS bodies ORDER BY fiscal_year
WITH collect({year: fiscal_year, bodies: bodies}) AS years
UNWIND range(0, size(years) - 1) AS i
WITH years[i].year AS fiscal_year, years[i].bodies AS bodies, years[..i + 1] AS until
RETURN fiscal_year, size(bodies) AS new, reduce(sum = 0, one IN until | sum + size(one.bodies)) AS reached,
       COUNT { UNWIND until AS year UNWIND year.bodies AS body WITH body.prefecture AS place
               WHERE place IS NOT NULL RETURN DISTINCT place } AS prefectures,
       [body IN bodies | body.name] AS public_bodies, [body IN bodies | body.id] AS public_bodies_ids
ORDER BY fiscal_year
