// title: Which public bodies has a company agreements with
// about: Municipalities, prefectures and other public bodies tied to one company, with the kinds of tie and the first date.
// param organization = "株式会社官民連携事業研究所": a name as any release writes it
// columns: public_body, code, kinds, first
MATCH (c:Organization)-[:PARTY_TO]->(t:Tie)<-[:PARTY_TO]-(p:Organization {sector: 'public'})
WHERE c.name = $organization OR $organization IN c.names
RETURN p.name AS public_body, p.code AS code, collect(DISTINCT t.kind) AS kinds, min(t.date) AS first
ORDER BY code, public_body
