//+ summary: Topics of questions, with how many questions and departments have them
//+ description: >-
//+   Each row is a topic that sources give to questions: how many questions have it and how many
//+   departments ask them. One name may stand in several lists (topics, fields of research, tags), and
//+   each is a row of its own. Sources label unevenly: a question without a topic was not labelled.
//+ parameters:
//+   min_questions: {type: integer, default: "1", example: "1", summary: "only topics of at least so many questions"}
//+ columns:
//+   topic: {type: topic, meaning: the topic}
//+   name: {meaning: its name}
//+   scheme: {type: code, meaning: list that it belongs to}
//+   questions: {type: integer, unit: questions, meaning: questions that have it}
//+   departments: {type: integer, unit: departments, meaning: departments that ask those questions}
//+ order: [-questions, topic]
//+ ask:
//+   - topics of at least {min_questions} questions
//+   - topics of questions
//+   - which topics do departments ask about
//+ tags: [topics, questions, departments]
//+ heavy: reads the topics of every question
MATCH (q:ResearchQuestion)-[:HAS_TOPIC]->(t:Topic)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH t, count(DISTINCT q) AS questions, count(DISTINCT d) AS departments
WHERE questions >= $min_questions
RETURN t.iri AS topic, t.name AS name, t.scheme AS scheme, questions, departments
ORDER BY questions DESC, topic
