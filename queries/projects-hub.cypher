//+ summary: Grants that speak to many questions, and how well that is explained
//+ description: >-
//+   Each row is one grant that speaks to at least so many questions, with the number of departments
//+   that ask them. All records of a grant count together, and degree "none" is left out. "Explained"
//+   is the share of its links (pairs of a record and a question) whose degree somebody states. That a
//+   grant is listed often does not make it important: a broad abstract matches much. Without an
//+   origin, links count on anybody's word.
//+ parameters:
//+   min_questions: {type: integer, default: "20", example: "20", summary: how many questions at least}
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: "the grant, by the first of its records that are on lists"}
//+   title: {meaning: its title}
//+   funder: {many: true, meaning: agency or programme that funds these records}
//+   questions: {type: integer, unit: questions, meaning: questions that the grant speaks to}
//+   departments: {type: integer, unit: departments, meaning: bodies that ask them}
//+   links: {type: integer, unit: links, meaning: pairs of a record of the grant and a question}
//+   explained: {type: decimal, meaning: share of these whose degree is stated}
//+ order: [-questions, project]
//+ ask:
//+   - grants that speak to at least {min_questions} questions according to {origin}
//+   - grants that speak to at least {min_questions} questions
//+   - projects that serve most questions
//+ tags: [projects, questions]
//+ heavy: it counts the links of every project
MATCH (p:Project)-[a:ADDRESSES]->(q:ResearchQuestion)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH p, q, d, p.id + ' ' + q.id AS pair, a.degree AS degree,
  a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin) AS counts
WITH p.grant_key AS grant_key, min(p.iri) AS project, min(p.title) AS title,
  collect(DISTINCT p) AS records,
  count(DISTINCT CASE WHEN counts THEN q.id END) AS questions,
  count(DISTINCT CASE WHEN counts THEN d.id END) AS departments,
  count(DISTINCT CASE WHEN counts THEN pair END) AS links,
  count(DISTINCT CASE WHEN counts AND degree <> 'unstated' THEN pair END) AS stated
WHERE links > 0 AND questions >= $min_questions
UNWIND records AS record
OPTIONAL MATCH (record)-[:FUNDED_BY]->(f)
RETURN project, title, collect(DISTINCT f.name) AS funder, questions, departments, links,
  toFloat(stated) / links AS explained
ORDER BY questions DESC, project
