// group: collectives
// title: What collectives are made of
// about: Councils, consortia and platforms with their members by sector, who runs and who founded them.
// param at_least = 1: members at least
// columns: collective, type, members, public, private, academic, civil, hybrid, run_by, founded_by, id
MATCH (c:Organization)<-[:MEMBER_OF]-(o:Organization)
WITH c, collect(DISTINCT o) AS members
WHERE size(members) >= $at_least
RETURN c.name AS collective, c.type AS type, size(members) AS members,
       size([o IN members WHERE o.sector = 'public']) AS public, size([o IN members WHERE o.sector = 'private']) AS private,
       size([o IN members WHERE o.sector = 'academic']) AS academic, size([o IN members WHERE o.sector = 'civil']) AS civil,
       size([o IN members WHERE o.sector = 'hybrid']) AS hybrid,
       COLLECT { MATCH (c)<-[:OPERATES]-(x:Organization) RETURN DISTINCT x.name ORDER BY x.name } AS run_by,
       COLLECT { MATCH (c)<-[:FOUNDED]-(x:Organization) RETURN DISTINCT x.name ORDER BY x.name } AS founded_by, c.id AS id
ORDER BY members DESC, collective, id
