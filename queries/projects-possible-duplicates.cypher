//+ summary: Projects of one title and one lead that are not known to be one grant
//+ description: >-
//+   Each row is a title and a lead organisation that several projects share, although nothing ties
//+   them as a joint grant or as a transfer. Some are renewals, phases or studentships under one
//+   heading and rightly apart; others may be one grant that counts twice. Titles are compared letter
//+   by letter. Grants are the different ones among the projects, where tied records count as one.
//+ parameters:
//+   min_grants: {type: integer, default: "3", example: "2", summary: "only titles of at least so many grants"}
//+ columns:
//+   title: {meaning: the title}
//+   lead: {type: organisation, meaning: organisation that leads them}
//+   lead_name: {meaning: its name}
//+   projects: {type: project, many: true, meaning: "the projects, tied records among them"}
//+   grants: {type: integer, unit: grants, meaning: different grants among the projects}
//+ order: [-grants, title, lead]
//+ ask:
//+   - projects of one title and lead with at least {min_grants} grants
//+   - projects that may be duplicates
//+   - possible duplicates among projects
//+ tags: [projects, organisations, curation]
//+ heavy: compares the titles of all projects
MATCH (p:Project)-[:LED_BY]->(o:Organisation)
WITH p.title AS title, o, count(DISTINCT p.grant_key) AS grants, collect(DISTINCT p.iri) AS projects
WHERE grants >= $min_grants AND grants > 1
RETURN title, o.iri AS lead, o.name AS lead_name, projects, grants
ORDER BY grants DESC, title, lead
