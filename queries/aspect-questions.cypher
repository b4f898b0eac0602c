//+ summary: Questions that have an aspect, and the grants said to cover it
//+ description: >-
//+   Each row is a question with the aspect and how many grants are said to cover the aspect of this
//+   very question, in an assessment of whatever degree but none. With an origin only assessments of
//+   that origin count, otherwise anybody's word does. Joint records count as one grant. Zero means
//+   that no listed project is said to cover the aspect; many published links name no aspects at all.
//+ parameters:
//+   aspect: {type: aspect, example: capacity, summary: the aspect}
//+   origin: {type: origin, default: null, example: published-page, summary: "on whose word the aspect counts as covered"}
//+ columns:
//+   question: {type: question, meaning: question that has the aspect}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   covered: {type: integer, unit: grants, meaning: grants that are said to cover the aspect of the question}
//+ order: [-covered, question]
//+ ask:
//+   - questions with aspect {aspect} covered by origin {origin}
//+   - questions with aspect {aspect}
//+   - questions about {aspect}
//+ tags: [aspects, questions, departments]
MATCH (x:Aspect {id: $aspect})
OPTIONAL MATCH (x)<-[:COVERS_ASPECT]-(s:Assessment)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
OPTIONAL MATCH (s)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
OPTIONAL MATCH (s)-[:ASSESSES_PROJECT]->(p:Project)
WITH x, q.id AS id, count(DISTINCT p.grant_key) AS number
WITH x, collect({key: id, number: number}) AS sayings
MATCH (x)<-[:HAS_ASPECT]-(q:ResearchQuestion)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, sayings, collect(DISTINCT d.name) AS department
RETURN q.iri AS question, q.text AS text, department,
  coalesce(head([s IN sayings WHERE s.key = q.id | s.number]), 0) AS covered
ORDER BY covered DESC, question
