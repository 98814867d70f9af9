// group: overview
// title: Agreements by fiscal year and kind
// about: How many agreements were concluded, renewed and ended in each fiscal year (April to March). A renewal and an end are events of their own beside the signing; left out are undated ones and those known by their calendar year only.
// param kind = null: one kind of tie, e.g. comprehensive_partnership
// columns: fiscal_year, kind, concluded, renewed, ended
MATCH (t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND t.date IS NOT NULL AND ($kind IS NULL OR t.kind = $kind)
WITH t, t.earliest - duration({months: 3}) AS first, t.latest - duration({months: 3}) AS last
WHERE first.year = last.year
WITH first.year AS fiscal_year, t.kind AS kind, t.status AS status
RETURN fiscal_year, kind, sum(CASE status WHEN 'concluded' THEN 1 ELSE 0 END) AS concluded,
       sum(CASE status WHEN 'renewed' THEN 1 ELSE 0 END) AS renewed, sum(CASE status WHEN 'ended' THEN 1 ELSE 0 END) AS ended
ORDER BY fiscal_year, concluded DESC, renewed DESC, ended DESC, kind
