//+ summary: Questions by how many of their links say nothing of the degree
//+ description: >-
//+   Each row is a question with links to projects whose degree is unstated: how many these are, and
//+   how many links it has in all, links of degree none left out. Unstated means that nobody said how
//+   far the project speaks to the question; it is not a weak partial. A project that is both published
//+   and computed for a question is one link, and its degree is stated if either states it, unless an
//+   origin is chosen.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: "on whose word the links stand"}
//+   min_unstated: {type: integer, default: "5", example: "1", summary: "only questions with at least so many unstated links"}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   unstated: {type: integer, unit: links, meaning: its links whose degree is unstated}
//+   links: {type: integer, unit: links, meaning: its links in all}
//+ order: [-unstated, -links, question]
//+ ask:
//+   - unstated links of questions of {department} by origin {origin}
//+   - unstated links of questions of {department}
//+   - questions with at least {min_unstated} unstated links
//+   - links of unstated degree
//+ tags: [questions, departments, projects, curation]
//+ heavy: reads every link between a project and a question
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH q, p, max(CASE WHEN s.degree = 'unstated' THEN 0 ELSE 1 END) AS told
WITH q, sum(1 - told) AS unstated, count(*) AS links
WHERE unstated >= $min_unstated
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, unstated, links, collect(DISTINCT d.name) AS department, collect(DISTINCT d.id) AS ids
WHERE $department IS NULL OR $department IN ids
RETURN q.iri AS question, q.text AS text, department, unstated, links
ORDER BY unstated DESC, links DESC, question
