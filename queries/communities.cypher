//+ summary: Communities of questions that share projects
//+ description: >-
//+   Each row is a community: a group of questions that share more projects with each other than with
//+   the rest, as graphkit computed it from all links, published and computed together. Its key is
//+   that of the question in it with the smallest key. Grants are those said to speak to at least two
//+   of its questions, whatever the degree but none; joint records count as one. A question that
//+   shares no project with another is in no community. That questions are in one community says
//+   that the same research was linked to them, not that they ask the same.
//+ parameters:
//+   min_questions: {type: integer, default: "2", example: "2", summary: "only communities of at least so many questions"}
//+ columns:
//+   community: {meaning: key of the community}
//+   questions: {type: integer, unit: questions, meaning: questions in it}
//+   departments: {many: true, meaning: bodies that ask them}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to at least two of its questions}
//+ order: [-questions, community]
//+ ask:
//+   - communities of at least {min_questions} questions
//+   - communities of questions
//+   - groups of questions that share projects
//+ tags: [questions, departments, projects, similar]
//+ heavy: reads every link between a project and a question
MATCH (q:ResearchQuestion)
WHERE q.community IS NOT NULL
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q.community AS community, count(DISTINCT q) AS questions, collect(DISTINCT q) AS members,
  collect(DISTINCT d.name) AS departments
WHERE questions >= $min_questions
UNWIND members AS q
OPTIONAL MATCH (q)<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none'
WITH community, questions, departments, p.grant_key AS award, count(DISTINCT q) AS times
WITH community, questions, departments,
  sum(CASE WHEN award IS NOT NULL AND times > 1 THEN 1 ELSE 0 END) AS grants
RETURN community, questions, departments, grants
ORDER BY questions DESC, community
