//+ summary: An organisation's projects against the departments whose questions they speak to
//+ description: >-
//+   Each row is a department, with the grants in which the organisation has a part and which speak to
//+   the department's questions. A grant may serve several departments, so rows must not be added up.
//+   Without a role every part counts, that of a named partner as much as that of the lead. Degree
//+   "none" is left out; without an origin, links count on anybody's word.
//+ parameters:
//+   organisation: {type: organisation, example: University of Sheffield, summary: the organisation}
//+   role: {type: role, default: null, example: lead, summary: its part in the projects}
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   department: {type: department, meaning: the department}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants of the organisation that speak to its questions}
//+   questions: {type: integer, unit: questions, meaning: its questions that they speak to}
//+ order: [-grants, department]
//+ ask:
//+   - departments whose questions projects of {organisation} as {role} speak to
//+   - departments whose questions projects of {organisation} speak to
//+   - which departments does {organisation} serve
//+ tags: [organisations, departments, questions]
//+ heavy: it reads all projects of an organisation, and a large university has thousands
MATCH (o:Organisation {id: $organisation})
MATCH (o)<-[r:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HOSTS_FELLOW|HAS_PARTICIPANT]-(p:Project)
WHERE $role IS NULL OR $role = CASE type(r) WHEN 'LED_BY' THEN 'lead' WHEN 'PARTNERED_BY' THEN 'partner'
  WHEN 'COLLABORATES_WITH' THEN 'collaborator' WHEN 'CO_FUNDED_BY' THEN 'cofunder'
  WHEN 'HOSTS_FELLOW' THEN 'fellow' ELSE 'participant' END
WITH DISTINCT p
MATCH (p)-[a:ADDRESSES]->(q:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
WITH d, count(DISTINCT p.grant_key) AS grants, count(DISTINCT q) AS questions
RETURN d.iri AS department, d.name AS name, grants, questions
ORDER BY grants DESC, department
