//+ summary: The questions in the same community as a question
//+ description: >-
//+   Each row is another question of the community that the question is in: the group of questions
//+   that share most projects, as graphkit computed it from all links. Grants are those said to speak
//+   to both questions, on anybody's word and whatever the degree but none; there may be none of
//+   them, because two questions can be in one community by way of a third. A question in no
//+   community gives no rows.
//+ parameters:
//+   question: {type: question, example: "9000112", summary: the question whose community is asked for}
//+ columns:
//+   question: {type: question, meaning: another question of the community}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to both questions}
//+ order: [-grants, question]
//+ ask:
//+   - community of question {question}
//+   - questions in the same community as {question}
//+ tags: [questions, departments, similar]
MATCH (given:ResearchQuestion {id: $question})
OPTIONAL MATCH (given)<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none'
OPTIONAL MATCH (r:Project {grant_key: p.grant_key})-[b:ADDRESSES]->(q:ResearchQuestion)
WHERE b.degree <> 'none' AND q <> given
WITH given, q, count(DISTINCT p.grant_key) AS grants
WITH given, collect({key: q.id, grants: grants}) AS shared
MATCH (other:ResearchQuestion)
WHERE other.community = given.community AND other <> given
OPTIONAL MATCH (other)-[:ASKED_BY]->(d:Department)
WITH other, shared, collect(DISTINCT d.name) AS department
RETURN other.iri AS question, other.text AS text, department,
  coalesce(head([s IN shared WHERE s.key = other.id | s.grants]), 0) AS grants
ORDER BY grants DESC, question
