//+ summary: Topics of a department's questions
//+ description: >-
//+   Each row is a topic that a source gives to questions of the department, with the number of these
//+   questions and how many of them are archived. One question may have several topics, so rows must not
//+   be added up. Sources label unevenly: a missing topic does not mean that the subject is absent. Two
//+   topics that read alike in two schemes have a row each.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+ columns:
//+   topic: {type: topic, meaning: the topic}
//+   name: {meaning: its name}
//+   scheme: {type: code, meaning: list that the topic belongs to}
//+   questions: {type: integer, unit: questions, meaning: questions of the department with this topic}
//+   archived: {type: integer, unit: questions, meaning: how many of these are archived}
//+ order: [-questions, topic]
//+ ask:
//+   - topics of the questions of {department}
//+   - what does {department} ask about
//+ tags: [departments, questions, topics]
MATCH (d:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)-[:HAS_TOPIC]->(t:Topic)
// A question has several values of "archived" where sources differ: true if one of them says so.
WITH t, q, true IN ([] + coalesce(q.archived, [])) AS old
WITH t, count(DISTINCT q) AS questions, count(DISTINCT CASE WHEN old THEN q.id END) AS archived
RETURN t.iri AS topic, t.name AS name, t.scheme AS scheme, questions, archived
ORDER BY questions DESC, topic
