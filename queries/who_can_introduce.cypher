// group: intermediaries
// title: Who could introduce one organisation to another
// about: Everybody whom both are tied to, those first of whom introductions are reported, then those with the most ties to both.
// param organization = "湯沢市": who seeks the contact, a name as any release writes it
// param other = "株式会社こもれび木質エネルギー": whom it seeks, a name as any release writes it
// param limit = 20: rows at most
// columns: contact, type, introductions, ties_with_organization, ties_with_other, last, id
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($organization, '"', ' '), '\\', ' ') + '"') YIELD node AS a
WITH a WHERE (a.name = $organization OR $organization IN a.names)
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($other, '"', ' '), '\\', ' ') + '"') YIELD node AS b
WITH a, b WHERE (b.name = $other OR $other IN b.names) AND a <> b
MATCH (a)-[one:TIED_TO]-(v:Organization)-[two:TIED_TO]-(b)
WITH v, one, two, COUNT { MATCH (v)-[:PARTY_TO {role: 'broker'}]->(act:Tie)
                          WHERE act.status IN ['concluded', 'renewed', 'ended'] } AS introductions
RETURN v.name AS contact, v.type AS type, introductions, one.ties AS ties_with_organization, two.ties AS ties_with_other,
       CASE WHEN one.last > two.last THEN two.last ELSE one.last END AS last, v.id AS id
ORDER BY introductions DESC, ties_with_organization + ties_with_other DESC, contact, id
LIMIT $limit
