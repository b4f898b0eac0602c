//+ summary: Documents in which departments published their questions
//+ description: >-
//+   Each row is a document with the number of its questions that are in the graph. With a department,
//+   only documents that it published are listed. The copies of the database do not always say which
//+   document a question came from, so a small number says little about the document.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: the body that published it}
//+ columns:
//+   document: {type: thing, meaning: the document}
//+   title: {meaning: its title}
//+   publisher: {many: true, meaning: body that published it}
//+   questions: {type: integer, unit: questions, meaning: questions known to stand in it}
//+ order: [title, document]
//+ ask:
//+   - documents published by {department}
//+   - all documents with questions
//+ tags: [departments, questions]
MATCH (s:QuestionSet)
OPTIONAL MATCH (s)-[:PUBLISHED_BY]->(d:Department)
WITH s, collect(DISTINCT d.name) AS publisher, collect(DISTINCT d.id) AS ids
WHERE $department IS NULL OR $department IN ids
OPTIONAL MATCH (s)<-[:PART_OF]-(q:ResearchQuestion)
WITH s, publisher, count(DISTINCT q) AS questions
RETURN s.iri AS document, s.title AS title, publisher, questions
ORDER BY title, document
