// Words in Japanese text have no spaces between them: the cjk analyser searches pairs of characters.
CREATE FULLTEXT INDEX kakehashi_organization_names IF NOT EXISTS FOR (o:Organization) ON EACH [o.name, o.names]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}};
CREATE FULLTEXT INDEX kakehashi_release_titles IF NOT EXISTS FOR (r:Release) ON EACH [r.title]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}};
