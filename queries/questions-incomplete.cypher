//+ summary: Questions of which something is missing
//+ description: >-
//+   Each row is a question without its text, its department, any aspect or its date of issue, and
//+   which of these are missing. A short question may rightly have no aspect, and most copies of the
//+   database give no date, so not every row is a mistake. With a missing choice only questions that
//+   lack that one are shown.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   missing: {type: text, default: null, example: date, summary: "what is missing: text, department, aspects or date"}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   missing: {many: true, meaning: "what is missing: text, department, aspects, date"}
//+ order: [question]
//+ ask:
//+   - questions of {department} without {missing}
//+   - incomplete questions of {department}
//+   - questions without {missing}
//+   - incomplete questions
//+ tags: [questions, departments, curation]
//+ heavy: looks at every question
MATCH (q:ResearchQuestion)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
OPTIONAL MATCH (q)-[:HAS_ASPECT]->(x:Aspect)
WITH q, collect(DISTINCT d.id) AS ids, count(DISTINCT x) AS aspects
WHERE $department IS NULL OR $department IN ids
WITH q, [lack IN [
  CASE WHEN q.text IS NULL THEN 'text' ELSE '' END,
  CASE WHEN size(ids) = 0 THEN 'department' ELSE '' END,
  CASE WHEN aspects = 0 THEN 'aspects' ELSE '' END,
  CASE WHEN q.issued IS NULL THEN 'date' ELSE '' END
] WHERE lack <> '' AND ($missing IS NULL OR lack = $missing)] AS missing
WHERE size(missing) > 0
RETURN q.iri AS question, q.text AS text, missing
ORDER BY question
