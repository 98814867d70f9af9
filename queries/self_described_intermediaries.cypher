// group: intermediaries
// title: Who is called an intermediary
// about: Organisations that a release calls a 橋渡し役, 仲介役 or 中間支援, or whose agreement includes introductions.
// param level = null: claimed or contracted; null for both
// columns: organization, type, level, release, sentence, id
MATCH (r:Release)-[s:STATES]->(claim:Claim {kind: 'intermediary'})-[:CLAIMED_OF]->(o:Organization)
WHERE $level IS NULL OR coalesce(claim.level, 'claimed') = $level
RETURN o.name AS organization, o.type AS type, coalesce(claim.level, 'claimed') AS level, r.title AS release, s.sentence AS sentence, claim.id AS id
ORDER BY organization, level, release, sentence, id
