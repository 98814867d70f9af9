// group: time
// title: From the announcement to the signing
// about: Ties that a release announced before another said that they had come about, with the day of the announcement and how long it took; and those of which nothing was heard since.
// param open = true: also announcements without a conclusion
// param limit = 100: rows at most
// columns: announced, concluded, days, kind, agreement, parties, id
MATCH (t:Tie)
WHERE ($open AND t.status IN ['planned', 'preliminary'])
   OR (size(coalesce(t.history, [])) > 1 AND t.status IN ['concluded', 'renewed', 'ended'])
WITH t, [h IN coalesce(t.history, []) WHERE h ENDS WITH ' planned' OR h ENDS WITH ' preliminary' | split(h, ' ')[0]] AS plans,
     t.status IN ['concluded', 'renewed', 'ended'] AS came_about
WHERE NOT came_about OR size(plans) > 0
WITH t, came_about, coalesce(plans[0], toString(COLLECT { MATCH (t)<-[:STATES]-(r:Release) WHERE r.published IS NOT NULL
                                                          RETURN r.published ORDER BY r.published }[0])) AS announced
RETURN announced, CASE WHEN came_about THEN coalesce(t.date, toString(t.latest)) END AS concluded,
       CASE WHEN came_about AND size(announced) = 10 AND t.precision = 'day'
            THEN duration.inDays(date(announced), t.latest).days END AS days, t.kind AS kind, t.title AS agreement,
       COLLECT { MATCH (p:Organization)-[:PARTY_TO]->(t) RETURN DISTINCT p.name ORDER BY p.name } AS parties, t.id AS id
ORDER BY concluded IS NULL, announced, kind, parties, id
LIMIT $limit
