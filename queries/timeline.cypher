// title: Agreements by fiscal year and kind
// about: How many concluded or renewed agreements fall in each fiscal year (April to March); undated ones are left out.
// param kind = null: one kind of tie, e.g. comprehensive_partnership
// columns: fiscal_year, kind, agreements
MATCH (t:Agreement)
WHERE t.status IN ['concluded', 'renewed'] AND t.date IS NOT NULL AND ($kind IS NULL OR t.kind = $kind)
WITH t, CASE WHEN t.earliest.month >= 4 THEN t.earliest.year ELSE t.earliest.year - 1 END AS fiscal_year
RETURN fiscal_year, t.kind AS kind, count(t) AS agreements
ORDER BY fiscal_year, agreements DESC, kind
