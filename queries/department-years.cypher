//+ summary: Questions of a department by year of issue
//+ description: >-
//+   Each row is a year in which the department issued questions under this name; years without questions
//+   have no row, and questions without a date of issue are left out. A question that no source calls
//+   archived counts as current.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+ columns:
//+   year: {type: integer, unit: years, meaning: year of issue}
//+   questions: {type: integer, unit: questions, meaning: questions issued in it}
//+   current: {type: integer, unit: questions, meaning: how many of these are current}
//+   archived: {type: integer, unit: questions, meaning: how many of these are archived}
//+ order: [year]
//+ ask:
//+   - questions of {department} by year
//+   - when did {department} ask its questions
//+ tags: [departments, questions, time]
MATCH (d:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)
WHERE q.issued IS NOT NULL
// A question has several values of "archived" where sources differ: true if one of them says so.
WITH q, q.issued.year AS year, true IN ([] + coalesce(q.archived, [])) AS old
WITH year, count(DISTINCT q) AS questions, count(DISTINCT CASE WHEN old THEN q.id END) AS archived
RETURN year, questions, questions - archived AS current, archived
ORDER BY year
