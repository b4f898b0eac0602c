//+ summary: A funder's grants against the departments whose questions they speak to
//+ description: >-
//+   Each row is a department, with the grants of one funder or programme that speak to its questions.
//+   A grant may serve several departments, so rows must not be added up. Pounds are what the records
//+   of these grants that the funder pays for and that are linked add to a sum, each once for each
//+   department. Degree "none" is left out; without an origin, links count on anybody's word.
//+ parameters:
//+   funder: {type: funder, example: ESRC, summary: the funder or programme}
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   department: {type: department, meaning: the department}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants of the funder that speak to its questions}
//+   questions: {type: integer, unit: questions, meaning: its questions that they speak to}
//+   pounds: {type: decimal, unit: GBP, meaning: counted amounts of these grants}
//+ order: [-grants, department]
//+ ask:
//+   - departments whose questions grants of {funder} speak to according to {origin}
//+   - departments whose questions grants of {funder} speak to
//+   - which departments does the portfolio of {funder} serve
//+ tags: [funders, departments, questions, money]
//+ heavy: it reads all projects of a funder, and a large funder has thousands
MATCH (f:Funder|Programme)
WHERE f.id = $funder
MATCH (f)<-[:FUNDED_BY]-(p:Project)-[a:ADDRESSES]->(q:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
WITH d, p, collect(DISTINCT q.id) AS ids
WITH d, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0.0)) AS pounds,
  collect(ids) AS lists
UNWIND lists AS ids
UNWIND ids AS id
RETURN d.iri AS department, d.name AS name, grants, count(DISTINCT id) AS questions, pounds
ORDER BY grants DESC, department
