//+ summary: Questions of a department with their grants by degree and their open aspects
//+ description: >-
//+   Each row is a question of the department, with the number of listed grants of each degree and in
//+   all. One grant may have several degrees, so the columns need not add up to the total. Degree "none"
//+   is left out. An open aspect is one that no listed project is said to cover. Anybody's word counts,
//+   published or computed, unless an origin is given. Where the list is capped there are ten or more
//+   published projects, so do not rank questions by the length of their lists.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   full: {type: integer, unit: grants, meaning: grants of degree full}
//+   direct: {type: integer, unit: grants, meaning: grants of degree direct}
//+   partial: {type: integer, unit: grants, meaning: grants of degree partial}
//+   indirect: {type: integer, unit: grants, meaning: grants of degree indirect}
//+   unstated: {type: integer, unit: grants, meaning: grants of degree unstated}
//+   grants: {type: integer, unit: grants, meaning: grants listed in all}
//+   capped: {type: boolean, meaning: whether the published list has reached its limit of ten}
//+   aspects: {type: integer, unit: aspects, meaning: aspects of the question}
//+   aspects_open: {type: integer, unit: aspects, meaning: aspects that no listed project is said to cover}
//+ order: [question]
//+ ask:
//+   - coverage of questions of {department} by {origin}
//+   - coverage of questions of {department}
//+   - how well are questions of {department} covered
//+ tags: [questions, departments, aspects]
MATCH (:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, count(DISTINCT CASE WHEN s.degree = 'full' THEN p.grant_key END) AS full,
  count(DISTINCT CASE WHEN s.degree = 'direct' THEN p.grant_key END) AS direct,
  count(DISTINCT CASE WHEN s.degree = 'partial' THEN p.grant_key END) AS partial,
  count(DISTINCT CASE WHEN s.degree = 'indirect' THEN p.grant_key END) AS indirect,
  count(DISTINCT CASE WHEN s.degree = 'unstated' THEN p.grant_key END) AS unstated,
  count(DISTINCT p.grant_key) AS grants
// What is covered is gathered by question: to look for it aspect by aspect takes longer.
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:COVERS_ASPECT]->(c:Aspect)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, full, direct, partial, indirect, unstated, grants, collect(DISTINCT c.id) AS covered
OPTIONAL MATCH (q)-[:HAS_ASPECT]->(a:Aspect)
WITH q, full, direct, partial, indirect, unstated, grants, count(a) AS aspects,
  sum(CASE WHEN a IS NOT NULL AND NOT a.id IN covered THEN 1 ELSE 0 END) AS aspects_open
RETURN q.iri AS question, q.text AS text, full, direct, partial, indirect, unstated, grants,
  coalesce(q.list_is_capped, false) AS capped, aspects, aspects_open
ORDER BY question
