//+ summary: Projects that computation finds for a question and no published list names
//+ description: >-
//+   Each row is a computed link between a project and a question where no record of the project's grant
//+   has a published assessment for that question: what the published list leaves out, or what was found
//+   wrongly. Degree "none" is left out. Nobody has checked these links: read the quotes (link-evidence)
//+   before you use one. A published list ends at ten, so many of them may be as good as those in it.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: body that asks the questions}
//+   question: {type: question, default: null, example: "16604", summary: one question alone}
//+   degree: {type: degree, default: null, example: direct, summary: the computed degree}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   degree: {type: code, meaning: how far it speaks to the question by computation}
//+   rank: {type: integer, meaning: place in the computed list}
//+   score: {type: decimal, meaning: "score from 0 to 1, which ranks within one method and is no probability"}
//+   covers: {many: true, meaning: aspects of which its text makes mention}
//+   explanation: {meaning: what was found in its text}
//+ order: [question, project]
//+ ask:
//+   - projects only computed for question {question} of {department}
//+   - "{degree} projects only computed for questions of {department}"
//+   - projects only computed for questions of {department}
//+   - links to questions of {department} that only computation makes
//+ tags: [questions, projects, departments]
//+ heavy: "without a question it reads all that is computed for a department, thousands of links"
MATCH (:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)
WHERE $question IS NULL OR q.id = $question
MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.origin = 'computed' AND s.degree <> 'none' AND ($degree IS NULL OR s.degree = $degree)
// The grants that are published for a question are gathered by question.
WITH q, collect([s, p]) AS found
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(x:Assessment)-[:ASSESSES_PROJECT]->(record:Project)
WHERE x.origin <> 'computed'
WITH q, found, collect(DISTINCT record.grant_key) AS published
UNWIND found AS pair
WITH q, published, pair[0] AS s, pair[1] AS p
WHERE NOT p.grant_key IN published
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  p.iri AS project, p.title AS title, s.degree AS degree, s.rank AS rank, s.score AS score,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  s.explanation AS explanation
ORDER BY question, project
