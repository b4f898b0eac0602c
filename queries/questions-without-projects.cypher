//+ summary: Questions for which no project is listed
//+ description: >-
//+   Each row is a question of which no listed project is said to speak to it: no assessment has another
//+   degree than "none". With an origin, only assessments on that word count, so that "published-page"
//+   finds questions whose pages were read and list nothing as well as those whose pages were not read.
//+   That nothing is listed does not mean that nothing is funded. A question that no source calls
//+   archived or not archived is left out where archived is asked for.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   archived: {type: boolean, default: null, example: "false", summary: whether the question is archived}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   issued: {type: date, meaning: day on which it was published}
//+   archived: {type: boolean, meaning: whether a source calls it archived}
//+ order: [question]
//+ ask:
//+   - questions of {department} without listed projects by {origin}
//+   - questions of {department} without listed projects
//+   - questions of {department} with no listed project
//+   - questions with no listed project
//+ tags: [questions, departments, curation]
//+ heavy: without a department it reads every assessment
MATCH (q:ResearchQuestion)
WHERE ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
  // A question that two sources call archived and not archived has a list of both.
  AND ($archived IS NULL OR $archived IN ([] + coalesce(q.archived, [])))
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, count(s) AS links
WHERE links = 0
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  q.issued AS issued, true IN ([] + coalesce(q.archived, [])) AS archived
ORDER BY question
