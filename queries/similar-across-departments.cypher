//+ summary: Pairs of similar questions that two departments ask
//+ description: >-
//+   Each row is a pair of similar questions of different departments, once for each word it stands on;
//+   the question with the smaller address comes first. Published similarities have no score: they are
//+   always shown, whatever least score is asked for. Bodies that were renamed are different
//+   departments here. Scores of different methods cannot be compared.
//+ parameters:
//+   min_score: {type: decimal, default: "0.8", example: "0.8", summary: "least score, from 0 to 1"}
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks one of the two}
//+ columns:
//+   question: {type: question, meaning: the question with the smaller address}
//+   text: {meaning: its wording}
//+   department: {meaning: body that asks it}
//+   other: {type: question, meaning: the other question}
//+   other_text: {meaning: its wording}
//+   other_department: {meaning: body that asks that}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   score: {type: decimal, meaning: "how similar, from 0 to 1"}
//+   duplicate: {type: boolean, meaning: whether computation takes the two for one question published twice}
//+   reason: {meaning: "what the two have in common, in the words of the computation"}
//+   shared_aspects: {many: true, meaning: aspects of both}
//+ order: [question, other, origin]
//+ network: [question, other]
//+ ask:
//+   - questions of {department} similar by at least {min_score} to questions of other departments
//+   - questions of {department} similar to questions of other departments
//+   - similar questions across departments with at least {min_score}
//+   - similar questions across departments
//+ tags: [questions, departments, similar, network]
//+ heavy: without a department it reads every similarity
MATCH (y:Similarity)-[:FROM_QUESTION]->(one:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE y.score IS NULL OR y.score >= $min_score
MATCH (y)-[:TO_QUESTION]->(two:ResearchQuestion)-[:ASKED_BY]->(e:Department)
WHERE d.id <> e.id AND ($department IS NULL OR d.id = $department OR e.id = $department)
WITH y, CASE WHEN one.iri < two.iri THEN [one, d, two, e] ELSE [two, e, one, d] END AS pair
WITH y, pair[0] AS q, pair[1] AS d, pair[2] AS other, pair[3] AS e
WITH q, other, y.origin AS origin, max(y.score) AS score, true IN collect(y.is_duplicate) AS duplicate,
  min(y.reason) AS reason, min(d.name) AS department, min(e.name) AS other_department
OPTIONAL MATCH (q)-[:HAS_ASPECT]->(a:Aspect)<-[:HAS_ASPECT]-(other)
WITH q, other, origin, score, duplicate, reason, department, other_department,
  collect(DISTINCT a.name) AS aspects
RETURN q.iri AS question, q.text AS text, department, other.iri AS other, other.text AS other_text,
  other_department, origin, score, duplicate, reason, aspects AS shared_aspects
ORDER BY question, other, origin
