// group: quality
// title: What is known of each kind of tie
// about: For each kind how many of its ties are dated, dated to the day, named, about a theme, have a term or a sum, and are told by more than one release: what a table over the graph can rest on.
// columns: kind, ties, dated, to_the_day, titled, with_theme, with_term, with_amount, told_again
MATCH (t:Tie)
WITH t, EXISTS { (t)-[:ABOUT]->() } AS themed, COUNT { (t)<-[:STATES]-() } AS told
RETURN t.kind AS kind, count(t) AS ties, count(t.date) AS dated,
       sum(CASE WHEN t.precision = 'day' THEN 1 ELSE 0 END) AS to_the_day, count(t.title) AS titled,
       sum(CASE WHEN themed THEN 1 ELSE 0 END) AS with_theme, count(coalesce(t.valid_to, t.valid_from)) AS with_term,
       count(t.amount_yen) AS with_amount, sum(CASE WHEN told > 1 THEN 1 ELSE 0 END) AS told_again
ORDER BY ties DESC, kind
