//+ summary: Questions of a department and of the bodies that it succeeded
//+ description: >-
//+   Each row is a question asked by the department or by a body that came before it, any number of steps
//+   back. A body that gave only a part to the department is counted with all its questions, and a
//+   body that was split is counted with each of its successors. Where a body came back under an
//+   old name (MHCLG, DLUHC, MHCLG), each of the two is before the other. A question that no source
//+   calls archived counts as current.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   asked_by: {type: department, meaning: body that asked it}
//+   asked_by_name: {meaning: its name}
//+   issued: {type: date, meaning: day of issue}
//+   archived: {type: boolean, meaning: whether a source calls it archived}
//+ order: [question, asked_by]
//+ ask:
//+   - questions of {department} including its predecessors
//+   - questions of {department} and the bodies before it
//+ tags: [departments, questions, time]
MATCH (d:Department {id: $department})
OPTIONAL MATCH (before:Department)-[:SUCCEEDED_BY*1..20]->(d)
WITH d, collect(DISTINCT before.id) AS ids
UNWIND ids + [d.id] AS id
WITH DISTINCT id
MATCH (b:Department {id: id})<-[:ASKED_BY]-(q:ResearchQuestion)
// A question has several values of "archived" where sources differ: true if one of them says so.
RETURN q.iri AS question, q.text AS text, b.iri AS asked_by, b.name AS asked_by_name,
  q.issued AS issued, true IN ([] + coalesce(q.archived, [])) AS archived
ORDER BY question, asked_by
