// group: quality
// title: Bodies that are no more, and what they had agreed
// about: Organisations that others took the place of, when and by which source, with the ties that stand under the old one and those of the new.
// columns: organization, successor, day, how, ties, ties_of_successor, source, organization_id, successor_id
MATCH (o:Organization)-[s:SUCCEEDED_BY]->(n:Organization)
RETURN o.name AS organization, n.name AS successor, s.date AS day, s.kind AS how,
       COUNT { MATCH (o)-[:PARTY_TO]->(t:Tie) RETURN DISTINCT t } AS ties,
       COUNT { MATCH (n)-[:PARTY_TO]->(t:Tie) RETURN DISTINCT t } AS ties_of_successor, s.source AS source,
       o.id AS organization_id, n.id AS successor_id
ORDER BY day, organization, successor, organization_id
