//+ summary: Questions that were asked more than once in the same words
//+ description: >-
//+   Each row is a wording, without regard to capitals, that at least two questions have. Only equal texts
//+   are grouped; for those that differ a little see questions-near-duplicates. A body may well have asked
//+   again on purpose, or a successor taken the question over.
//+ parameters:
//+   across_departments: {type: boolean, default: "false", example: "false", summary: "true for wordings of several departments only"}
//+ columns:
//+   wording: {meaning: the wording of one of them}
//+   times: {type: integer, unit: questions, meaning: questions with this wording}
//+   questions: {type: thing, many: true, meaning: these questions}
//+   departments: {many: true, meaning: bodies that asked them}
//+ order: [-times, wording]
//+ ask:
//+   - duplicate questions
//+   - questions asked more than once in the same words
//+ tags: [questions, departments, similar, curation]
//+ heavy: it compares the texts of all questions
MATCH (q:ResearchQuestion)
WHERE q.text IS NOT NULL
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH toLower(q.text) AS folded, min(q.text) AS wording, count(DISTINCT q) AS times,
  collect(DISTINCT q.iri) AS questions, collect(DISTINCT d.name) AS departments,
  count(DISTINCT d) AS bodies
WHERE times > 1 AND (NOT $across_departments OR bodies > 1)
RETURN wording, times, questions, departments
ORDER BY times DESC, wording
