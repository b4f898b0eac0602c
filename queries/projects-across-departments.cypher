//+ summary: Grants that speak to questions of several departments
//+ description: >-
//+   Each row is one grant that speaks to questions of at least so many departments; all its records
//+   count together. Degree "none" is left out. Departments that were renamed or split count as the
//+   bodies that they were when they asked. Without an origin, links count on anybody's word.
//+ parameters:
//+   min_departments: {type: integer, default: "5", example: "5", summary: how many departments at least}
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: "the grant, by the first of its records that are on lists"}
//+   title: {meaning: its title}
//+   departments: {type: integer, unit: departments, meaning: how many bodies ask the questions}
//+   department: {many: true, meaning: these bodies}
//+   questions: {type: integer, unit: questions, meaning: their questions that the grant speaks to}
//+ order: [-departments, -questions, project]
//+ ask:
//+   - grants that speak to questions of at least {min_departments} departments according to {origin}
//+   - grants that speak to questions of at least {min_departments} departments
//+   - projects that matter to several departments
//+ tags: [projects, departments, questions]
//+ heavy: it counts the links of every project
MATCH (p:Project)-[a:ADDRESSES]->(q:ResearchQuestion)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH p, q, d, a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin) AND d IS NOT NULL AS counts
WITH p.grant_key AS grant_key, min(p.iri) AS project, min(p.title) AS title,
  count(DISTINCT CASE WHEN counts THEN q.id END) AS questions,
  count(DISTINCT CASE WHEN counts THEN d.id END) AS departments,
  collect(DISTINCT CASE WHEN counts THEN d.name END) AS department
WHERE questions > 0 AND departments >= $min_departments
RETURN project, title, departments, department, questions
ORDER BY departments DESC, questions DESC, project
