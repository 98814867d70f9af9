// group: overview
// title: Agreements by fiscal year and kind
// about: How many concluded or renewed agreements fall in each fiscal year (April to March); left out are undated ones and those known by their calendar year only.
// param kind = null: one kind of tie, e.g. comprehensive_partnership
// columns: fiscal_year, kind, agreements
MATCH (t:Agreement)
WHERE t.status IN ['concluded', 'renewed'] AND t.date IS NOT NULL AND ($kind IS NULL OR t.kind = $kind)
WITH t, t.earliest - duration({months: 3}) AS first, t.latest - duration({months: 3}) AS last
WHERE first.year = last.year
WITH t, first.year AS fiscal_year
RETURN fiscal_year, t.kind AS kind, count(t) AS agreements
ORDER BY fiscal_year, agreements DESC, kind
