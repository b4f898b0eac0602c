//+ summary: Funders against the departments whose questions their grants speak to
//+ description: >-
//+   Each row is a funder or programme and a department, with the grants of the one that speak to
//+   questions of the other. A grant may have several funders and serve several departments, so rows
//+   must not be added up. Pounds are what the linked records of these grants add to a sum, each once
//+   for each row; the whole sum stands with each of several funders. Degree "none" is left out;
//+   without an origin, links count on anybody's word.
//+ parameters:
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   funder: {type: thing, meaning: the funder or programme}
//+   funder_name: {meaning: its name}
//+   department: {type: department, meaning: the department}
//+   department_name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants of the funder that speak to its questions}
//+   questions: {type: integer, unit: questions, meaning: its questions that they speak to}
//+   pounds: {type: decimal, unit: GBP, meaning: counted amounts of these grants}
//+ order: [funder_name, funder, -grants, department]
//+ ask:
//+   - funders against departments according to {origin}
//+   - funders against departments
//+   - which funders serve which departments
//+ tags: [funders, departments, questions, money, network]
//+ network: [funder, department]
//+ heavy: it reads the links of every project twice
MATCH (p:Project)-[a:ADDRESSES]->(q:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
MATCH (p)-[:FUNDED_BY]->(f:Funder|Programme)
WITH f, d, p, collect(DISTINCT q.id) AS ids
WITH f, d, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0.0)) AS pounds,
  collect(ids) AS lists
UNWIND lists AS ids
UNWIND ids AS id
WITH f, d, grants, pounds, count(DISTINCT id) AS questions
RETURN f.iri AS funder, f.name AS funder_name, d.iri AS department, d.name AS department_name,
  grants, questions, pounds
ORDER BY funder_name, funder, grants DESC, department
