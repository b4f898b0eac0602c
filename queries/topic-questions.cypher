//+ summary: Questions with a topic
//+ description: >-
//+   Each row is a question to which its source gave the topic, or a topic of the same name from
//+   another list (topics, fields of research, tags); large and small letters are the same. Sources
//+   label unevenly: other questions may be about the same subject without having the topic.
//+ parameters:
//+   topic: {type: topic, example: gtr-topic-wind-power, summary: the topic}
//+ columns:
//+   question: {type: question, meaning: question that has the topic}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   topics: {type: topic, many: true, meaning: "the topic of that name that it has, one or several"}
//+ order: [question]
//+ ask:
//+   - questions with topic {topic}
//+   - questions on topic {topic}
//+ tags: [topics, questions, departments]
MATCH (given:Topic {id: $topic})
MATCH (t:Topic)
WHERE toLower(t.name) = toLower(given.name)
MATCH (t)<-[:HAS_TOPIC]-(q:ResearchQuestion)
WITH q, collect(DISTINCT t.iri) AS topics
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, topics, collect(DISTINCT d.name) AS department
RETURN q.iri AS question, q.text AS text, department, topics
ORDER BY question
