//+ summary: Pairs of questions whose similarity score is very high
//+ description: >-
//+   Each row is a pair of questions with a computed score of at least so much; a pair stands once.
//+   Scores rank within one method and are no probabilities, so look at the texts. Pairs that only a
//+   published list names have no score and are left out. A question that no source calls archived
//+   counts as current.
//+ parameters:
//+   min_score: {type: decimal, default: "0.98", example: "0.98", summary: "score at least, from 0 to 1"}
//+   department: {type: department, default: null, example: DLUHC, summary: a body that asked one of the two}
//+ columns:
//+   question: {type: question, meaning: one question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asked it}
//+   archived: {type: boolean, meaning: whether a source calls it archived}
//+   other_question: {type: question, meaning: the other question}
//+   other_text: {meaning: its wording}
//+   other_department: {many: true, meaning: body that asked it}
//+   other_archived: {type: boolean, meaning: whether a source calls it archived}
//+   score: {type: decimal, meaning: score of the pair}
//+   duplicate: {type: boolean, meaning: whether computation takes the two for one question published twice}
//+   reason: {meaning: "what the two have in common, in the words of the computation"}
//+ order: [-score, question, other_question]
//+ ask:
//+   - pairs of questions of {department} with a similarity of at least {min_score}
//+   - pairs of questions with a similarity of at least {min_score}
//+   - nearly duplicate questions
//+ tags: [questions, departments, similar, curation, network]
//+ network: [question, other_question]
//+ heavy: it reads every score of a similarity
MATCH (y:Similarity)
WHERE y.score >= $min_score
MATCH (y)-[:FROM_QUESTION|TO_QUESTION]->(q:ResearchQuestion), (y)-[:FROM_QUESTION|TO_QUESTION]->(o:ResearchQuestion)
WHERE q.iri < o.iri
WITH q, o, max(y.score) AS score, true IN collect(y.is_duplicate) AS duplicate, min(y.reason) AS reason
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, o, score, duplicate, reason, collect(DISTINCT d.name) AS department, collect(DISTINCT d.id) AS ids
OPTIONAL MATCH (o)-[:ASKED_BY]->(e:Department)
WITH q, o, score, duplicate, reason, department, ids, collect(DISTINCT e.name) AS other_department,
  collect(DISTINCT e.id) AS other_ids
WHERE $department IS NULL OR $department IN ids OR $department IN other_ids
// A question has several values of "archived" where sources differ: true if one of them says so.
RETURN q.iri AS question, q.text AS text, department,
  true IN ([] + coalesce(q.archived, [])) AS archived,
  o.iri AS other_question, o.text AS other_text, other_department,
  true IN ([] + coalesce(o.archived, [])) AS other_archived, score, duplicate, reason
ORDER BY score DESC, question, other_question
