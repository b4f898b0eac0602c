//+ summary: The links around a question, up to two steps away
//+ description: >-
//+   Each row is one link, from one thing to another, in the neighbourhood of the question: all links
//+   of the question itself, of the projects that are said to speak to it, and of the questions that
//+   are similar to it. Followed are ADDRESSES (of any origin, but not with degree none), ASKED_BY,
//+   HAS_ASPECT, SIMILAR_TO and LED_BY. Departments, aspects and organisations are shown but not
//+   followed further, because they would bring in hundreds of questions and projects that have
//+   nothing else in common with the question. A link stands here once, however many sources say it;
//+   a computed similarity runs both ways and stands here for either.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question in the middle}
//+ columns:
//+   from: {type: thing, meaning: where the link begins}
//+   from_label: {meaning: "its name, title or wording"}
//+   relation: {meaning: "type of the relationship, as in the property graph"}
//+   to: {type: thing, meaning: where the link ends}
//+   to_label: {meaning: "its name, title or wording"}
//+ order: [relation, from, to]
//+ ask:
//+   - neighbourhood of question {question}
//+   - network around question {question}
//+   - links around question {question}
//+ tags: [network, questions, projects, similar]
//+ network: [from, to]
//+ heavy: "projects that speak to many questions bring all their links"
MATCH (q:ResearchQuestion {id: $question})
OPTIONAL MATCH (q)-[l:ADDRESSES|SIMILAR_TO]-(n)
WHERE coalesce(l.degree, '') <> 'none'
WITH q, collect(DISTINCT n) AS others
UNWIND [q] + others AS near
MATCH (near)-[r:ADDRESSES|ASKED_BY|HAS_ASPECT|SIMILAR_TO|LED_BY]-()
WHERE coalesce(r.degree, '') <> 'none'
WITH DISTINCT startNode(r) AS a, type(r) AS relation, endNode(r) AS b
RETURN a.iri AS `from`,
  coalesce(a.text, a.title) AS from_label,
  relation, b.iri AS `to`,
  CASE labels(b)[0] WHEN 'ResearchQuestion' THEN b.text ELSE b.name END AS to_label
ORDER BY relation, `from`, `to`
