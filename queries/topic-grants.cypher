//+ summary: Topics of projects by grants and money
//+ description: >-
//+   Each row is one topic that a source gives to at least that many grants. Joint grants and transfers
//+   count once for each topic. Pounds are what the records with the topic add; a record with several
//+   topics counts in full for each, so do not add up the rows. Sources label unevenly, and topics that
//+   read alike in two schemes are two topics.
//+ parameters:
//+   min_grants: {type: integer, default: "20", example: "20", summary: fewest grants that have the topic}
//+ columns:
//+   topic: {type: topic, meaning: the topic}
//+   name: {meaning: its name}
//+   scheme: {type: code, meaning: list that the topic belongs to}
//+   grants: {type: integer, unit: grants, meaning: grants that have the topic}
//+   pounds: {type: decimal, unit: GBP, meaning: money of their records}
//+ order: [-grants, name, topic]
//+ ask:
//+   - topics of at least {min_grants} grants
//+   - topics by grants and money
//+   - most common topics of projects
//+ tags: [topics, projects, money]
//+ heavy: reads the topics of all projects
// A pair has this relationship once, so that the money needs no DISTINCT (which takes ten times as long).
MATCH (p:Project)-[:HAS_TOPIC]->(t:Topic)
WITH t, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
WHERE grants >= $min_grants
RETURN t.iri AS topic, t.name AS name, t.scheme AS scheme, grants, pounds
ORDER BY grants DESC, name, topic
