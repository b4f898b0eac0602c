//+ summary: Pairs of questions to which the same grants speak, for one department
//+ description: >-
//+   Each row is a pair of questions, at least one of them asked by the department, and how many
//+   grants are said to speak to both; each pair stands here once. A link counts on anybody's word,
//+   published or computed, and whatever its degree but none. The records of a joint grant, and those
//+   before and after a transfer, count as one grant. Some projects are linked to more than a hundred
//+   questions, so a single grant in common says little.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: body that asks one of the two questions}
//+   min_grants: {type: integer, default: "2", example: "2", summary: "only pairs with at least so many grants in common"}
//+ columns:
//+   first: {type: question, meaning: one question}
//+   first_text: {meaning: its wording}
//+   first_department: {many: true, meaning: body that asks it}
//+   second: {type: question, meaning: the other question}
//+   second_text: {meaning: its wording}
//+   second_department: {many: true, meaning: body that asks it}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to both}
//+ order: [-grants, first, second]
//+ ask:
//+   - pairs of questions sharing at least {min_grants} grants for {department}
//+   - questions sharing projects with questions of {department}
//+   - pairs of questions of {department} with the same projects
//+ tags: [questions, projects, departments, similar, network]
//+ network: [first, second]
//+ heavy: reads every link of every grant that speaks to the department
MATCH (:Department {id: $department})<-[:ASKED_BY]-(own:ResearchQuestion)<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none'
WITH DISTINCT own, p
MATCH (r:Project {grant_key: p.grant_key})
WITH DISTINCT own, p.grant_key AS award, r
MATCH (r)-[b:ADDRESSES]->(other:ResearchQuestion)
WHERE b.degree <> 'none' AND other <> own
WITH own, other, count(DISTINCT award) AS grants
WHERE grants >= $min_grants
// A pair of two questions of the department is found from either side.
WITH DISTINCT CASE WHEN own.iri < other.iri THEN own ELSE other END AS one,
  CASE WHEN own.iri < other.iri THEN other ELSE own END AS two, grants
OPTIONAL MATCH (one)-[:ASKED_BY]->(d:Department)
WITH one, two, grants, collect(DISTINCT d.name) AS bodies
OPTIONAL MATCH (two)-[:ASKED_BY]->(e:Department)
WITH one, two, grants, bodies, collect(DISTINCT e.name) AS others
RETURN one.iri AS `first`, one.text AS first_text, bodies AS first_department,
  two.iri AS second, two.text AS second_text, others AS second_department, grants
ORDER BY grants DESC, `first`, second
