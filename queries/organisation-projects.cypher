//+ summary: Projects in which an organisation takes part, with its roles
//+ description: >-
//+   Each row is one record of a project with every role that the organisation has in it. With a role,
//+   only projects in which it has that role are listed, and only that role is shown. Joint grants and
//+   transfers have a row for each record; pounds are what that record adds to its lead organisation,
//+   not what this organisation receives. With a date, projects without a start date are left out.
//+ parameters:
//+   organisation: {type: organisation, example: University of Dundee, summary: the organisation}
//+   role: {type: role, default: null, example: lead, summary: the part that it takes}
//+   from: {type: date, default: null, example: "2010-01-01", summary: first day on which it may start}
//+   to: {type: date, default: null, example: "2020-12-31", summary: last day on which it may start}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   role: {type: code, many: true, meaning: parts that the organisation takes}
//+   lead_organisation: {meaning: organisation that leads it}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   start: {type: date, meaning: day on which it starts}
//+   pounds: {type: decimal, unit: GBP, meaning: money that the record adds}
//+ order: [title, project]
//+ ask:
//+   - projects of {organisation} as {role} from {from} to {to}
//+   - projects of {organisation} from {from} to {to}
//+   - projects of {organisation} as {role}
//+   - projects of {organisation}
//+ tags: [organisations, projects, funders, money, time]
//+ heavy: "of a large university, hundreds of projects are described"
MATCH (:Organisation {id: $organisation})
  <-[r:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]-(p:Project)
WHERE ($from IS NULL OR p.start_date >= date($from)) AND ($to IS NULL OR p.start_date <= date($to))
WITH p, CASE type(r) WHEN 'LED_BY' THEN 'lead' WHEN 'PARTNERED_BY' THEN 'partner'
  WHEN 'COLLABORATES_WITH' THEN 'collaborator' WHEN 'CO_FUNDED_BY' THEN 'cofunder'
  WHEN 'HOSTS_FELLOW' THEN 'fellow' ELSE 'participant' END AS part
WHERE $role IS NULL OR part = $role
WITH p, collect(DISTINCT part) AS parts
OPTIONAL MATCH (p)-[:LED_BY]->(lead:Organisation)
OPTIONAL MATCH (p)-[:FUNDED_BY]->(f)
WITH p, parts, lead, collect(DISTINCT f.name) AS funder
RETURN p.iri AS project, p.title AS title, parts AS role, lead.name AS lead_organisation, funder,
  p.start_date AS start, p.counted_amount AS pounds
ORDER BY title, project
