// group: themes
// title: Which themes come together
// about: Pairs of themes in one agreement that came about; lift says how many times more often than if themes were independent.
// param at_least = 2: agreements at least
// columns: theme, other_theme, agreements, lift, theme_id, other_theme_id
MATCH (h:Theme)<-[:ABOUT]-(t:Agreement)
WITH t, collect(h) AS themes
WHERE t.status IN ['concluded', 'renewed', 'ended']
WITH themes, count(t) AS agreements
WITH collect({themes: themes, agreements: agreements}) AS sets, sum(agreements) AS every
UNWIND sets AS one
UNWIND one.themes AS h
WITH sets, every, h, sum(one.agreements) AS times
WITH sets, every, collect({theme: h, times: times}) AS alone
UNWIND sets AS one
UNWIND one.themes AS x
UNWIND one.themes AS y
WITH every, alone, x, y, one.agreements AS agreements
WHERE x.name < y.name
WITH every, alone, x, y, sum(agreements) AS both
WHERE both >= $at_least
RETURN x.name AS theme, y.name AS other_theme, both AS agreements,
       round(toFloat(both) * every / ([z IN alone WHERE z.theme = x | z.times][0] * [z IN alone WHERE z.theme = y | z.times][0]),
             2) AS lift,
       x.id AS theme_id, y.id AS other_theme_id
ORDER BY agreements DESC, lift DESC, theme, other_theme
