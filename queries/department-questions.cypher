//+ summary: Questions of a department, with the number of grants listed for each
//+ description: >-
//+   Each row is a question that the department asked under this name. Grants are those that any source
//+   links to it, degree "none" left out; the records of a joint grant count once. A published list ends
//+   at ten projects: where "capped" is true, read the number as "or more". No grant means that none is
//+   listed, not that nobody works on it. A question that no source calls archived counts as current; one
//+   without a date of issue is left out where dates are given.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+   archived: {type: boolean, default: null, example: "false", summary: "true for archived ones only, false for current ones only"}
//+   from: {type: date, default: null, example: "2015-01-01", summary: issued on this day or later}
//+   to: {type: date, default: null, example: "2030-12-31", summary: issued on this day or earlier}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   issued: {type: date, meaning: day of issue}
//+   archived: {type: boolean, meaning: whether a source calls it archived}
//+   document: {many: true, meaning: document that it stands in}
//+   grants: {type: integer, unit: grants, meaning: grants listed for it}
//+   capped: {type: boolean, meaning: whether the list has reached the ten that are published}
//+ order: [question]
//+ ask:
//+   - questions asked by {department} between {from} and {to}
//+   - questions asked by {department} since {from}
//+   - questions asked by {department}
//+ tags: [departments, questions, time]
MATCH (d:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)
WHERE ($from IS NULL OR q.issued >= date($from)) AND ($to IS NULL OR q.issued <= date($to))
// A question has several values of "archived" where sources differ: true if one of them says so.
WITH q, true IN ([] + coalesce(q.archived, [])) AS archived
WHERE $archived IS NULL OR archived = $archived
OPTIONAL MATCH (p:Project)-[a:ADDRESSES]->(q)
WHERE a.degree <> 'none'
WITH q, archived, count(DISTINCT p.grant_key) AS grants
RETURN q.iri AS question, q.text AS text, q.issued AS issued, archived,
  [(q)-[:PART_OF]->(s) | s.title] AS document, grants, coalesce(q.list_is_capped, false) AS capped
ORDER BY question
