//+ summary: Links to projects that come without an explanation, counted by question
//+ description: >-
//+   Each row is a question with the number of its assessments that have no explanation, beside the
//+   number of all its assessments. One pair may have two assessments, one published and one computed.
//+   Degree "none" is left out. Where the list is capped there are ten or more published projects.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+   min_links: {type: integer, default: "1", example: "1", summary: least links without an explanation}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   unexplained: {type: integer, unit: links, meaning: assessments without an explanation}
//+   links: {type: integer, unit: links, meaning: all its assessments}
//+   capped: {type: boolean, meaning: whether the published list has reached its limit of ten}
//+ order: [-unexplained, question]
//+ ask:
//+   - questions of {department} with at least {min_links} unexplained links
//+   - unexplained links of questions of {department}
//+   - links without explanation for questions of {department}
//+   - links without explanation
//+ tags: [questions, departments, curation]
//+ heavy: without a department it reads every assessment
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(s:Assessment)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH q, count(s) AS links, sum(CASE WHEN s.explanation IS NULL THEN 1 ELSE 0 END) AS unexplained
WHERE unexplained >= $min_links
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  unexplained, links, coalesce(q.list_is_capped, false) AS capped
ORDER BY unexplained DESC, question
