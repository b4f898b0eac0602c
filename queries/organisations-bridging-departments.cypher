//+ summary: Organisations whose projects speak to questions of several departments
//+ description: >-
//+   Each row is an organisation and what the projects that it leads are said to speak to: how many
//+   departments' questions, how many questions, and how many grants of its own do so. A link counts
//+   on anybody's word, published or computed, and whatever its degree but none. The records of a
//+   joint grant count as one grant. A department that was renamed counts under each name that it
//+   asked questions under.
//+ parameters:
//+   min_departments: {type: integer, default: "5", example: "5", summary: "only organisations with at least so many departments"}
//+ columns:
//+   organisation: {type: organisation, meaning: organisation that leads the projects}
//+   name: {meaning: its name}
//+   departments: {type: integer, unit: departments, meaning: departments whose questions its projects speak to}
//+   questions: {type: integer, unit: questions, meaning: questions that its projects speak to}
//+   grants: {type: integer, unit: grants, meaning: its grants that speak to a question of a department}
//+ order: [-departments, -questions, organisation]
//+ ask:
//+   - organisations bridging at least {min_departments} departments
//+   - organisations bridging departments
//+   - organisations whose projects speak to several departments
//+ tags: [organisations, departments, questions]
//+ heavy: reads every link between a project and a question
MATCH (d:Department)<-[:ASKED_BY]-(q:ResearchQuestion)<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none'
WITH DISTINCT d, q, p
MATCH (p)-[:LED_BY]->(o:Organisation)
WITH o, count(DISTINCT d) AS departments, count(DISTINCT q) AS questions,
  count(DISTINCT p.grant_key) AS grants
WHERE departments >= $min_departments
RETURN o.iri AS organisation, o.name AS name, departments, questions, grants
ORDER BY departments DESC, questions DESC, organisation
