// group: themes
// title: Which themes rise and which fall
// about: Agreements about each theme in the fiscal years up to one, and in as many before them; change is the difference of the themes' shares in percentage points, so that more releases in all do not look like a rise.
// param fiscal_year = 2024: the last fiscal year (April to March)
// param years = 2: fiscal years in each of the two spans
// columns: theme, before, now, share_before, share_now, change, theme_id
MATCH (h:Theme)<-[:ABOUT]-(t:Agreement)
WHERE t.status IN ['concluded', 'renewed', 'ended'] AND t.latest IS NOT NULL
  AND t.latest >= date({year: $fiscal_year - 2 * $years + 1, month: 4, day: 1})
  AND t.latest <= date({year: $fiscal_year + 1, month: 3, day: 31})
WITH h, sum(CASE WHEN t.latest < date({year: $fiscal_year - $years + 1, month: 4, day: 1}) THEN 1 ELSE 0 END) AS before,
     count(t) AS both
WITH collect({theme: h, before: before, now: both - before}) AS rows, sum(before) AS all_before, sum(both - before) AS all_now
UNWIND rows AS row
WITH row, CASE WHEN all_before = 0 THEN 0.0 ELSE 100.0 * row.before / all_before END AS share_before,
     CASE WHEN all_now = 0 THEN 0.0 ELSE 100.0 * row.now / all_now END AS share_now
RETURN row.theme.name AS theme, row.before AS before, row.now AS now, round(share_before, 1) AS share_before,
       round(share_now, 1) AS share_now, round(share_now - share_before, 1) AS change, row.theme.id AS theme_id
ORDER BY change DESC, now DESC, theme
