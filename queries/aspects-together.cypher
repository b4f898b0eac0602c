//+ summary: Pairs of aspects that stand on the same questions
//+ description: >-
//+   Each row is a pair of aspects and how many questions have both of them; each pair stands here
//+   once. Aspects are read from the wording of the questions, so a pair says that departments name
//+   the two together, not that research covers both. Frequent aspects meet by chance alone; compare
//+   with how many questions have each of them (aspects-overview).
//+ parameters:
//+   min_questions: {type: integer, default: "5", example: "5", summary: "only pairs that stand together on at least so many questions"}
//+ columns:
//+   first: {type: aspect, meaning: one aspect}
//+   first_name: {meaning: its name}
//+   second: {type: aspect, meaning: the other aspect}
//+   second_name: {meaning: its name}
//+   questions: {type: integer, unit: questions, meaning: questions that have both}
//+ order: [-questions, first, second]
//+ ask:
//+   - aspects together on at least {min_questions} questions
//+   - aspects that stand together
//+   - pairs of aspects
//+ tags: [aspects, questions, network]
//+ network: [first, second]
//+ heavy: reads the aspects of every question
MATCH (one:Aspect)<-[:HAS_ASPECT]-(q:ResearchQuestion)-[:HAS_ASPECT]->(other:Aspect)
WHERE one.iri < other.iri
WITH one, other, count(DISTINCT q) AS questions
WHERE questions >= $min_questions
RETURN one.iri AS `first`, one.name AS first_name, other.iri AS second, other.name AS second_name,
  questions
ORDER BY questions DESC, `first`, second
