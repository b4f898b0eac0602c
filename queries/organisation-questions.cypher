//+ summary: Questions that an organisation's projects speak to
//+ description: >-
//+   Each row is one assessment of a project in which the organisation has a part: the question, how far
//+   the project speaks to it, and who says so. Without a role every part counts, that of a named partner
//+   as much as that of the lead. Degree "none" is left out. Records of one grant give rows of their own.
//+ parameters:
//+   organisation: {type: organisation, example: University of Sheffield, summary: the organisation}
//+   role: {type: role, default: null, example: lead, summary: its part in the projects}
//+   origin: {type: origin, default: null, example: published-link, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   question_text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   degree: {type: code, meaning: how far the project speaks to the question}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+ order: [question, project, origin]
//+ ask:
//+   - questions that projects of {organisation} as {role} speak to
//+   - questions that projects of {organisation} speak to according to {origin}
//+   - questions that projects of {organisation} speak to
//+ tags: [organisations, questions, projects]
//+ heavy: it reads all projects of an organisation, and a large university has thousands
MATCH (o:Organisation {id: $organisation})
MATCH (o)<-[r:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HOSTS_FELLOW|HAS_PARTICIPANT]-(p:Project)
WHERE $role IS NULL OR $role = CASE type(r) WHEN 'LED_BY' THEN 'lead' WHEN 'PARTNERED_BY' THEN 'partner'
  WHEN 'COLLABORATES_WITH' THEN 'collaborator' WHEN 'CO_FUNDED_BY' THEN 'cofunder'
  WHEN 'HOSTS_FELLOW' THEN 'fellow' ELSE 'participant' END
WITH DISTINCT p
MATCH (p)-[a:ADDRESSES]->(q:ResearchQuestion)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
RETURN q.iri AS question, q.text AS question_text, collect(DISTINCT d.name) AS department,
  a.degree AS degree, a.origin AS origin, p.iri AS project, p.title AS title
ORDER BY question, project, origin
