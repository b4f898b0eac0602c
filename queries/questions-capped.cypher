//+ summary: Questions whose published list of projects is full
//+ description: >-
//+   Each row is a question whose published list of projects has reached the ten that the source
//+   allows. How many projects it would list otherwise is unknown, so say "10 or more", and do not
//+   rank these questions by the length of their lists. Projects are the records in the list as it was
//+   published; links that graphkit computed are not among them, nor are those of degree none.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   capped: {type: boolean, default: "true", example: "true", summary: "true for full lists, false for those that are not full"}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   projects: {type: integer, unit: projects, meaning: "projects in its published list; where it is full, read 10 or more"}
//+   capped: {type: boolean, meaning: "whether the list is full, so that one has to say 10 or more"}
//+ order: [question]
//+ ask:
//+   - questions of {department} whose list of projects is full
//+   - capped questions of {department}
//+   - questions whose list of projects is full
//+   - capped questions
//+ tags: [questions, departments, curation]
//+ heavy: reads the published links of every such question
MATCH (q:ResearchQuestion)
WHERE q.list_is_capped = $capped
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, collect(DISTINCT d.name) AS department, collect(DISTINCT d.id) AS ids
WHERE $department IS NULL OR $department IN ids
OPTIONAL MATCH (q)<-[a:ADDRESSES]-(p:Project)
WHERE a.origin <> 'computed' AND a.degree <> 'none'
WITH q, department, count(DISTINCT p) AS projects
RETURN q.iri AS question, q.text AS text, department, projects, q.list_is_capped AS capped
ORDER BY question
