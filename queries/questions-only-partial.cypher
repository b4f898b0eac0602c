//+ summary: Questions to which listed projects speak only in part or from the side
//+ description: >-
//+   Each row is a question of which at least one listed project is said to answer a part ("partial") or
//+   to help from the side ("indirect"), and none is said to answer it in full or to speak to it
//+   directly. Grants are counted by degree; one grant may have several degrees. "unstated" means that
//+   nobody said how far, so such a grant may answer more. Anybody's word counts, published or computed,
//+   unless an origin is given. Where the list is capped there are ten or more published projects.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   partial: {type: integer, unit: grants, meaning: grants that answer a part of it}
//+   indirect: {type: integer, unit: grants, meaning: grants that help from the side}
//+   unstated: {type: integer, unit: grants, meaning: grants of which nobody said how far}
//+   capped: {type: boolean, meaning: whether the published list has reached its limit of ten}
//+ order: [-partial, -indirect, question]
//+ ask:
//+   - questions of {department} answered only in part by {origin}
//+   - questions of {department} answered only in part
//+   - questions of {department} with only partial projects
//+   - questions with only partial projects
//+   - questions answered only in part
//+ tags: [questions, departments]
//+ heavy: without a department it reads every assessment
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH q, count(DISTINCT CASE WHEN s.degree = 'partial' THEN p.grant_key END) AS partial,
  count(DISTINCT CASE WHEN s.degree = 'indirect' THEN p.grant_key END) AS indirect,
  count(DISTINCT CASE WHEN s.degree = 'unstated' THEN p.grant_key END) AS unstated,
  sum(CASE WHEN s.degree IN ['full', 'direct'] THEN 1 ELSE 0 END) AS better
WHERE better = 0 AND partial + indirect > 0
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  partial, indirect, unstated, coalesce(q.list_is_capped, false) AS capped
ORDER BY partial DESC, indirect DESC, question
