//+ summary: Departments with their questions, documents and successors
//+ description: >-
//+   Each row is a department, those that have asked nothing among them. Questions stay with the body
//+   that asked them; "became" names the bodies that a succession made of it or handed something of it
//+   to. A question has a listed project if some source links a project to it with a degree other than
//+   "none"; for the others none is listed, which does not mean that nobody works on them.
//+ columns:
//+   department: {type: department, meaning: the department}
//+   name: {meaning: its name}
//+   acronym: {meaning: its short form}
//+   questions: {type: integer, unit: questions, meaning: questions that it asked}
//+   current: {type: integer, unit: questions, meaning: those that no source calls archived}
//+   with_projects: {type: integer, unit: questions, meaning: those with a listed project}
//+   without_projects: {type: integer, unit: questions, meaning: those with no listed project}
//+   documents: {type: integer, unit: documents, meaning: documents that it published or that hold its questions}
//+   became: {many: true, meaning: bodies that succeeded it}
//+ order: [name, department]
//+ ask:
//+   - overview of all departments
//+   - how many questions has each department asked
//+ tags: [departments, questions]
//+ heavy: it looks at the links of every question
MATCH (d:Department)
OPTIONAL MATCH (d)<-[:ASKED_BY]-(q:ResearchQuestion)
OPTIONAL MATCH (q)<-[a:ADDRESSES]-(:Project)
WHERE a.degree <> 'none'
// A question has several values of "archived" where sources differ: true if one of them says so.
WITH d, q, true IN ([] + coalesce(q.archived, [])) AS old, count(a) AS links
WITH d, count(DISTINCT q) AS questions, count(DISTINCT CASE WHEN old THEN q.id END) AS archived,
  count(DISTINCT CASE WHEN links > 0 THEN q.id END) AS with_projects
OPTIONAL MATCH (d)<-[:PUBLISHED_BY]-(s:QuestionSet)
WITH d, questions, archived, with_projects, collect(DISTINCT s.id) AS published
OPTIONAL MATCH (d)<-[:ASKED_BY]-(:ResearchQuestion)-[:PART_OF]->(t:QuestionSet)
WITH d, questions, archived, with_projects, published, collect(DISTINCT t.id) AS holding
WITH d, questions, archived, with_projects,
  size(published) + size([x IN holding WHERE NOT x IN published]) AS documents
RETURN d.iri AS department, d.name AS name, d.acronym AS acronym, questions,
  questions - archived AS current, with_projects, questions - with_projects AS without_projects,
  documents, [(d)-[:SUCCEEDED_BY]->(b) | b.name] AS became
ORDER BY name, department
