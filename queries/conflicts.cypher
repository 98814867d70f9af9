// group: quality
// title: Where releases disagree
// about: Ties whose releases do not agree on kind, date, amount or term, with what each of them says.
// param field = null: kind, date, amount_yen, valid_from or valid_to; null for all
// columns: agreement, kind, conflicts, said, id
MATCH (t:Tie)
WHERE size(coalesce(t.conflicts, [])) > 0 AND ($field IS NULL OR $field IN t.conflicts)
RETURN t.title AS agreement, t.kind AS kind, t.conflicts AS conflicts,
       COLLECT { MATCH (r:Release)-[s:STATES]->(t)
                 RETURN coalesce(r.published, '?') + ': ' + s.kind + ', ' + coalesce(s.date, 'undated')
                        + coalesce(', ' + toString(s.amount_yen) + ' yen', '') AS line ORDER BY line } AS said,
       t.id AS id
ORDER BY kind, agreement, id
