//+ summary: Aspects of questions that no listed project is said to cover
//+ description: >-
//+   Each row is an aspect of a question that no listed project is said to cover, with the number of
//+   listed grants that are said to miss it. An aspect that no explanation mentions stands here too, so
//+   this says what is not known to be covered, not that research is lacking; nor does it where
//+   computation found no mention in the texts held. Anybody's word counts, published or computed,
//+   unless an origin is given; degree "none" is left out. Where the list is capped there are ten or
//+   more published projects.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   question: {type: question, default: null, example: "16604", summary: one question alone}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   aspect: {type: aspect, meaning: the aspect}
//+   aspect_name: {meaning: its name}
//+   missed_by: {type: integer, unit: grants, meaning: "listed grants that are said to miss it, or (computed) whose text made no mention of it"}
//+   grants: {type: integer, unit: grants, meaning: grants listed for the question}
//+   capped: {type: boolean, meaning: whether the published list has reached its limit of ten}
//+ order: [-missed_by, question, aspect]
//+ ask:
//+   - aspects of question {question} that no listed project covers
//+   - open aspects of question {question}
//+   - open aspects of questions of {department}
//+   - aspects of questions of {department} that no listed project covers
//+   - open aspects of questions
//+ tags: [questions, aspects, departments]
//+ heavy: without a department or question it reads every assessment
MATCH (q:ResearchQuestion)
WHERE ($question IS NULL OR q.id = $question)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, count(DISTINCT p.grant_key) AS grants
// What is covered and missed is gathered by question: to look for it aspect by aspect takes longer.
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:COVERS_ASPECT]->(c:Aspect)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, grants, collect(DISTINCT c.id) AS covered
OPTIONAL MATCH (m:Aspect)<-[:MISSES_ASPECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q),
  (s)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, grants, covered, collect(DISTINCT m.id + ' ' + p.grant_key) AS missed
MATCH (q)-[:HAS_ASPECT]->(a:Aspect)
WHERE NOT a.id IN covered
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  a.iri AS aspect, a.name AS aspect_name,
  size([x IN missed WHERE x STARTS WITH a.id + ' ']) AS missed_by, grants,
  coalesce(q.list_is_capped, false) AS capped
ORDER BY missed_by DESC, question, aspect
