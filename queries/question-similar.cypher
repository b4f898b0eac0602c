//+ summary: Questions that resemble a question, and why
//+ description: >-
//+   Each row is a question that a similarity ties to the one asked for, in either direction, with the
//+   word it stands on, and what the two have in common: aspects, topics and grants that speak to both.
//+   A computed similarity runs both ways and has one row. Published similarities have no score, and
//+   scores of different methods cannot be compared. Common grants count on anybody's word, without
//+   degree "none".
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   origin: {type: origin, default: null, example: computed, summary: on whose word the two are similar}
//+ columns:
//+   question: {type: question, meaning: the similar question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   archived: {type: boolean, meaning: whether a source calls it archived}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   score: {type: decimal, meaning: "how similar, from 0 to 1"}
//+   duplicate: {type: boolean, meaning: whether computation takes the two for one question published twice}
//+   reason: {meaning: "what the two have in common, in the words of the computation"}
//+   shared_aspects: {many: true, meaning: aspects of both}
//+   shared_topics: {many: true, meaning: topics of both}
//+   shared_grants: {type: integer, unit: grants, meaning: grants that speak to both}
//+ order: [question, origin]
//+ ask:
//+   - questions similar to question {question} by {origin}
//+   - questions similar to question {question}
//+   - similar questions to {question}
//+ tags: [questions, similar]
MATCH (q:ResearchQuestion {id: $question})<-[:FROM_QUESTION|TO_QUESTION]-(y:Similarity)
WHERE $origin IS NULL OR y.origin = $origin
MATCH (y)-[:FROM_QUESTION|TO_QUESTION]->(other:ResearchQuestion)
WHERE other.id <> q.id
WITH q, other, y.origin AS origin, max(y.score) AS score,
  true IN collect(y.is_duplicate) AS duplicate, min(y.reason) AS reason
OPTIONAL MATCH (q)-[:HAS_ASPECT]->(a:Aspect)<-[:HAS_ASPECT]-(other)
WITH q, other, origin, score, duplicate, reason, collect(DISTINCT a.name) AS aspects
OPTIONAL MATCH (q)-[:HAS_TOPIC]->(t:Topic)<-[:HAS_TOPIC]-(other)
WITH q, other, origin, score, duplicate, reason, aspects, collect(DISTINCT t.name) AS topics
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none'
WITH q, other, origin, score, duplicate, reason, aspects, topics, collect(DISTINCT p.grant_key) AS keys
OPTIONAL MATCH (other)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND p.grant_key IN keys
WITH other, origin, score, duplicate, reason, aspects, topics, count(DISTINCT p.grant_key) AS shared
RETURN other.iri AS question, other.text AS text,
  [(other)-[:ASKED_BY]->(d) | d.name] AS department,
  // A question that two sources call archived and not archived has a list of both.
  true IN ([] + coalesce(other.archived, [])) AS archived,
  origin, score, duplicate, reason, aspects AS shared_aspects, topics AS shared_topics, shared AS shared_grants
ORDER BY question, origin
