//+ summary: Departments that ask similar questions
//+ description: >-
//+   Each row is a pair of departments with at least so many pairs of similar questions, one question from
//+   each. A pair of questions counts once, whoever says that they are similar and in whichever direction;
//+   so does a pair of departments. A near duplicate has a score of 0.98 or more. Scores are computed and
//+   rank within one method; a pair that only a published list names has none, and counts as 0 for the
//+   best score. Questions within one department are not compared.
//+ parameters:
//+   min_pairs: {type: integer, default: "5", example: "5", summary: how many pairs of similar questions at least}
//+ columns:
//+   department: {type: department, meaning: one department}
//+   name: {meaning: its name}
//+   other_department: {type: department, meaning: the other department}
//+   other_name: {meaning: its name}
//+   similar: {type: integer, unit: pairs, meaning: pairs of similar questions}
//+   near_duplicates: {type: integer, unit: pairs, meaning: those with a score of 0.98 or more}
//+   best_score: {type: decimal, meaning: highest score of a pair}
//+ order: [-similar, department, other_department]
//+ ask:
//+   - departments that ask at least {min_pairs} similar questions
//+   - which departments ask similar questions
//+ tags: [departments, questions, similar, network]
//+ network: [department, other_department]
//+ heavy: it reads every similarity
MATCH (d:Department)<-[:ASKED_BY]-(x:ResearchQuestion)-[s:SIMILAR_TO]-(y:ResearchQuestion)
MATCH (y)-[:ASKED_BY]->(e:Department)
WHERE d.iri < e.iri
WITH d, e, x, y, max(coalesce(s.score, 0.0)) AS score
WITH d, e, count(*) AS similar, max(score) AS best_score,
  sum(CASE WHEN score >= 0.98 THEN 1 ELSE 0 END) AS near_duplicates
WHERE similar >= $min_pairs
RETURN d.iri AS department, d.name AS name, e.iri AS other_department, e.name AS other_name,
  similar, near_duplicates, best_score
ORDER BY similar DESC, department, other_department
