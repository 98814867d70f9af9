// group: collectives
// title: Who runs collectives, and whom that brings together
// about: Organisations that run the office of collectives or founded them, with the collectives and the number of members that they meet there.
// columns: organization, type, runs, founded, members_met, public_members, collectives, id
MATCH (o:Organization)-[r:OPERATES|FOUNDED]->(c:Organization)
WITH o, count(DISTINCT CASE WHEN type(r) = 'OPERATES' THEN c END) AS runs,
     count(DISTINCT CASE WHEN type(r) = 'FOUNDED' THEN c END) AS founded, collect(DISTINCT c) AS collectives
CALL (o, collectives) {
  UNWIND collectives AS c
  OPTIONAL MATCH (c)<-[:MEMBER_OF]-(m:Organization) WHERE m <> o
  RETURN count(DISTINCT m) AS members_met, count(DISTINCT CASE WHEN m.sector = 'public' THEN m END) AS public_members
}
RETURN o.name AS organization, o.type AS type, runs, founded, members_met, public_members,
       COLLECT { UNWIND collectives AS c RETURN c.name ORDER BY c.name } AS collectives, o.id AS id
ORDER BY members_met DESC, runs DESC, organization, id
