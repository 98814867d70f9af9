// group: collectives
// title: What collectives are like
// about: Five features of a collective as releases tell them (purpose: a goal or a place; membership: closed and expert or open and diverse; ties: explicit roles or loose; horizon: short or long; orientation: output or community), with the words; empty where a release does not say.
// columns: collective, type, purpose, membership, tie, horizon, orientation, release, sentence, id
MATCH (r:Release)-[d:DESCRIBES]->(c:Organization)
RETURN c.name AS collective, c.type AS type, d.purpose AS purpose, d.membership AS membership, d.tie AS tie,
       d.horizon AS horizon, d.orientation AS orientation, r.title AS release, d.sentence AS sentence, c.id AS id
ORDER BY collective, release, sentence, id
