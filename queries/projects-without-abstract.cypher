//+ summary: Projects of a funder that have no abstract
//+ description: >-
//+   Each row is a project that the funder or programme is behind and of which no source gives an
//+   abstract; the register's filler sentence is not taken for one. Such projects can be found by
//+   their title only, and graphkit can compute little for them. Each record stands here, also the
//+   single parts of a joint grant.
//+ parameters:
//+   funder: {type: funder, example: ESRC, summary: funder or programme}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   reference: {meaning: its main reference in the register}
//+   lead: {meaning: organisation that leads it}
//+ order: [title, project]
//+ ask:
//+   - projects of {funder} without abstract
//+   - projects without abstract funded by {funder}
//+ tags: [projects, funders, curation]
//+ heavy: looks at every project of the funder
MATCH (f:Funder|Programme {id: $funder})<-[:FUNDED_BY]-(p:Project)
WHERE p.abstract IS NULL
WITH DISTINCT p
OPTIONAL MATCH (p)-[:LED_BY]->(o:Organisation)
WITH p, min(o.name) AS lead
RETURN p.iri AS project, p.title AS title, p.grant_reference AS reference, lead
ORDER BY title, project
