// group: intermediaries
// title: Scores of the best-ranked organisations
// about: The measures over the whole graph as the last run wrote them, with the ledger's version that was measured. open_pairs are its pairs of a public body and a company without a tie of their own, each divided by the number of organisations tied to both.
// param limit = 20: rows at most
// columns: organization, type, rank, acts, open_pairs, betweenness, constraint, ledger_version, id
MATCH (o:Organization)-[s:SCORED]->(a:Analysis)
WHERE s.rank IS NOT NULL AND a.prefecture IS NULL AND a.theme IS NULL AND a.since IS NULL AND a.until IS NULL
  AND NOT a.loose AND a.statuses = ['concluded', 'ended', 'renewed']
RETURN o.name AS organization, o.type AS type, s.rank AS rank, s.acts AS acts, s.open_pairs AS open_pairs,
       s.betweenness AS betweenness, s.constraint AS constraint, a.ledger_version AS ledger_version,
       o.id AS id
ORDER BY rank, organization
LIMIT $limit
