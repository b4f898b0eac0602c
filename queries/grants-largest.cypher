//+ summary: Grants of at least so much money, all their records added
//+ description: >-
//+   Each row is one grant. The records of a joint grant, and those before and after a transfer, are
//+   one grant, and its pounds are what they add together. The project is the record that stands for
//+   the grant; its title is shown, and the lead organisations and funders of all its records. Sums
//+   are not corrected for inflation, and kinds of grant differ much in size.
//+ parameters:
//+   min_pounds: {type: decimal, default: "10000000", example: "10000000", summary: least money in pounds}
//+ columns:
//+   project: {type: project, meaning: record that stands for the grant}
//+   title: {meaning: its title}
//+   lead_organisation: {many: true, meaning: organisations that lead its records}
//+   funder: {many: true, meaning: agencies or programmes that fund it}
//+   records: {type: integer, unit: projects, meaning: records of the grant}
//+   pounds: {type: decimal, unit: GBP, meaning: money of all records}
//+ order: [-pounds, title, project]
//+ ask:
//+   - grants of at least {min_pounds} pounds
//+   - largest grants
//+   - biggest grants
//+ tags: [projects, organisations, funders, money]
//+ heavy: reads all projects
MATCH (r:Project)
WITH r.grant_key AS number, sum(r.counted_amount) AS pounds, collect(r) AS parts,
  count(r.counted_amount) AS known
WHERE known > 0 AND pounds >= $min_pounds
MATCH (p:Project {id: number})
UNWIND parts AS r
OPTIONAL MATCH (r)-[:LED_BY]->(lead:Organisation)
OPTIONAL MATCH (r)-[:FUNDED_BY]->(f)
RETURN p.iri AS project, p.title AS title, collect(DISTINCT lead.name) AS lead_organisation,
  collect(DISTINCT f.name) AS funder, count(DISTINCT r) AS records, pounds
ORDER BY pounds DESC, title, project
