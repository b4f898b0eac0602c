//+ summary: Aspects of a question, with the projects said to cover and to miss each
//+ description: >-
//+   Each row is an aspect of the question, with the number of listed grants that are said to cover it
//+   and to miss it, and the titles of their projects. A grant can stand on both sides, where two
//+   assessments differ. An aspect that no explanation mentions has zero on both sides, which tells
//+   nothing of the research; nor does it where computation found no mention in the text held. Anybody's
//+   word counts, published or computed, unless an origin is given; degree "none" is left out.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   aspect: {type: aspect, meaning: the aspect}
//+   aspect_name: {meaning: its name}
//+   covered_by: {type: integer, unit: grants, meaning: grants that are said to cover it}
//+   missed_by: {type: integer, unit: grants, meaning: "grants that are said to miss it, or (computed) whose text made no mention of it"}
//+   covering: {many: true, meaning: titles of projects that are said to cover it}
//+   missing: {many: true, meaning: titles of the projects of these}
//+ order: [aspect_name, aspect]
//+ ask:
//+   - aspects of question {question} by {origin}
//+   - aspects of question {question}
//+   - which aspects of question {question} are covered
//+ tags: [questions, aspects, projects]
MATCH (q:ResearchQuestion {id: $question})-[:HAS_ASPECT]->(a:Aspect)
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
OPTIONAL MATCH (s)-[c:COVERS_ASPECT]->(a)
OPTIONAL MATCH (s)-[m:MISSES_ASPECT]->(a)
RETURN a.iri AS aspect, a.name AS aspect_name,
  count(DISTINCT CASE WHEN c IS NOT NULL THEN p.grant_key END) AS covered_by,
  count(DISTINCT CASE WHEN m IS NOT NULL THEN p.grant_key END) AS missed_by,
  collect(DISTINCT CASE WHEN c IS NOT NULL THEN p.title END) AS covering,
  collect(DISTINCT CASE WHEN m IS NOT NULL THEN p.title END) AS missing
ORDER BY aspect_name, aspect
