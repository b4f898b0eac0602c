//+ summary: Departments that ask about an aspect
//+ description: >-
//+   Each row is a department: how many of its questions have the aspect, and of how many of these
//+   some project is said to cover it, in an assessment of whatever degree but none. With an origin
//+   only assessments of that origin count, otherwise anybody's word does. The rest are questions for
//+   which no listed project is said to cover the aspect. Questions without a department are in no row.
//+ parameters:
//+   aspect: {type: aspect, example: capacity, summary: the aspect}
//+   origin: {type: origin, default: null, example: published-page, summary: "on whose word the aspect counts as covered"}
//+ columns:
//+   department: {type: department, meaning: body that asks}
//+   name: {meaning: its name}
//+   questions: {type: integer, unit: questions, meaning: its questions that have the aspect}
//+   covered: {type: integer, unit: questions, meaning: those of them whose aspect some project is said to cover}
//+ order: [-questions, department]
//+ ask:
//+   - departments asking about {aspect} covered by origin {origin}
//+   - departments asking about {aspect}
//+   - which departments ask about {aspect}
//+ tags: [aspects, departments, questions]
MATCH (x:Aspect {id: $aspect})<-[:HAS_ASPECT]-(q:ResearchQuestion)-[:ASKED_BY]->(d:Department)
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:COVERS_ASPECT]->(x)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH d, q, count(s) AS sayings
WITH d, count(q) AS questions, sum(CASE WHEN sayings > 0 THEN 1 ELSE 0 END) AS covered
RETURN d.iri AS department, d.name AS name, questions, covered
ORDER BY questions DESC, department
