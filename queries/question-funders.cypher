//+ summary: Who funds the projects that speak to a question
//+ description: >-
//+   Each row is a funder or programme with the grants that speak to the question and their pounds: the
//+   counted amounts of the records that are listed, each once. A project of two funders counts in full
//+   with both, so the pounds of several rows must not be added. A missing amount adds nothing.
//+   Anybody's word counts, published or computed, unless an origin is given; degree "none" is left out.
//+   A published list ends at ten, so there may be more than it shows.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   funder: {type: funder, meaning: the funder or programme}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to the question}
//+   amount: {type: decimal, unit: GBP, meaning: counted amounts of their listed records}
//+ order: [-grants, funder]
//+ ask:
//+   - funders of projects for question {question} by {origin}
//+   - funders of projects for question {question}
//+   - who funds projects for question {question}
//+ tags: [questions, funders, money]
MATCH (:ResearchQuestion {id: $question})<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH DISTINCT p
MATCH (p)-[:FUNDED_BY]->(f:Funder|Programme)
WITH DISTINCT f, p
RETURN f.iri AS funder, f.name AS name, count(DISTINCT p.grant_key) AS grants,
  sum(coalesce(p.counted_amount, 0.0)) AS amount
ORDER BY grants DESC, funder
