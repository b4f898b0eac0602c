//+ summary: Links to projects that come without an explanation, counted by question
//+ description: >-
//+   Each row is a question with the number of its links that nobody explains, beside the number of
//+   all its links. A project that is both published and computed for a question is one link, and is
//+   explained if either is, unless an origin is chosen. Degree "none" is left out. Where the list is
//+   capped there are ten or more published projects.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+   min_links: {type: integer, default: "1", example: "1", summary: least links without an explanation}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   unexplained: {type: integer, unit: links, meaning: projects linked to it without an explanation}
//+   links: {type: integer, unit: links, meaning: all projects linked to it}
//+   capped: {type: boolean, meaning: whether the published list has reached its limit of ten}
//+ order: [-unexplained, question]
//+ ask:
//+   - questions of {department} with at least {min_links} unexplained links
//+   - unexplained links of questions of {department}
//+   - links without explanation for questions of {department}
//+   - links without explanation
//+ tags: [questions, departments, curation]
//+ heavy: without a department it reads every assessment
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH q, p, max(CASE WHEN s.explanation IS NULL THEN 0 ELSE 1 END) AS told
WITH q, count(*) AS links, sum(1 - told) AS unexplained
WHERE unexplained >= $min_links
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  unexplained, links, coalesce(q.list_is_capped, false) AS capped
ORDER BY unexplained DESC, question
