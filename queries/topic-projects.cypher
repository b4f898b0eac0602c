//+ summary: Projects that have a topic
//+ description: >-
//+   Each row is one record of a project to which its source gives the topic. Sources label unevenly:
//+   a project without the topic may well be about it, and topics that read alike in two schemes are
//+   two topics. Joint grants and transfers have a row for each record; pounds are what that record
//+   adds.
//+ parameters:
//+   topic: {type: topic, example: gtr-topic-human-geography, summary: the topic}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   lead_organisation: {meaning: organisation that leads it}
//+   start: {type: date, meaning: day on which it starts}
//+   pounds: {type: decimal, unit: GBP, meaning: money that the record adds}
//+ order: [title, project]
//+ ask:
//+   - projects with the topic {topic}
//+   - projects labelled {topic}
//+ tags: [topics, projects, money]
MATCH (:Topic {id: $topic})<-[:HAS_TOPIC]-(p:Project)
WITH DISTINCT p
OPTIONAL MATCH (p)-[:LED_BY]->(lead:Organisation)
RETURN p.iri AS project, p.title AS title, lead.name AS lead_organisation,
  p.start_date AS start, p.counted_amount AS pounds
ORDER BY title, project
