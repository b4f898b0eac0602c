//+ summary: Aspects of a department's questions, and for how many a listed project is said to cover them
//+ description: >-
//+   Each row is an aspect of questions of the department: how many questions have it, and for how many
//+   of these some assessment says that a project covers it. For the others no listed project is said to
//+   cover it, which does not mean that there is none: most links come without an explanation. One
//+   question has several aspects, so rows must not be added up.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+   origin: {type: origin, default: null, example: computed, summary: on whose word it is covered}
//+ columns:
//+   aspect: {type: aspect, meaning: the aspect}
//+   name: {meaning: its name}
//+   questions: {type: integer, unit: questions, meaning: questions of the department with this aspect}
//+   covered: {type: integer, unit: questions, meaning: those that a listed project is said to cover}
//+   not_covered: {type: integer, unit: questions, meaning: those that no listed project is said to cover}
//+ order: [-questions, aspect]
//+ ask:
//+   - aspects of the questions of {department} covered according to {origin}
//+   - aspects of the questions of {department}
//+ tags: [departments, questions, aspects]
MATCH (d:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)-[:HAS_ASPECT]->(x:Aspect)
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:COVERS_ASPECT]->(x)
WHERE $origin IS NULL OR s.origin = $origin
WITH x, q, count(s) AS times
WITH x, count(DISTINCT q) AS questions, count(DISTINCT CASE WHEN times > 0 THEN q.id END) AS covered
RETURN x.iri AS aspect, x.name AS name, questions, covered, questions - covered AS not_covered
ORDER BY questions DESC, aspect
