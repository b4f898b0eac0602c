//+ summary: Projects that computation links to many questions
//+ description: >-
//+   Each row is a project with at least so many computed links, and for how many questions a publisher
//+   lists it. A project that is near to everything says little about each question, so treat its links
//+   with care: it is generic, a centre or a training grant often, not important. The number was counted
//+   when the links were computed. To count published links, or those of a whole grant, use projects-hub.
//+ parameters:
//+   min_questions: {type: integer, default: "20", example: "20", summary: how many questions at least}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   linked_questions: {type: integer, unit: questions, meaning: questions that computation links it to}
//+   listed: {type: integer, unit: questions, meaning: "questions that a publisher lists it for, degree none left out"}
//+ order: [-linked_questions, project]
//+ ask:
//+   - generic projects linked to at least {min_questions} questions
//+   - generic projects
//+   - projects that computation links to many questions
//+ tags: [projects, questions, curation]
//+ heavy: Neo4j looks at every project
MATCH (p:Project)
WHERE p.linked_questions >= $min_questions
OPTIONAL MATCH (p)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE s.origin <> 'computed' AND s.degree <> 'none'
WITH p, count(DISTINCT q) AS listed
RETURN p.iri AS project, p.title AS title,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  p.linked_questions AS linked_questions, listed
ORDER BY linked_questions DESC, project
