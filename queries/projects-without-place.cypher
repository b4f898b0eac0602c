//+ summary: Projects of a funder for which no place is known
//+ description: >-
//+   Each row is one record of a project whose lead organisation has no known place and whose title
//+   and abstract name none. Such projects are missing from every count by place. It does not mean
//+   that the work is done nowhere in the United Kingdom: the organisation may be abroad, or not
//+   matched to a place. Joint grants and transfers have a row for each record; pounds are what that
//+   record adds.
//+ parameters:
//+   funder: {type: funder, example: STFC, summary: agency or programme that funds them}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   lead_organisation: {meaning: organisation that leads it}
//+   start: {type: date, meaning: day on which it starts}
//+   pounds: {type: decimal, unit: GBP, meaning: money that the record adds}
//+ order: [title, project]
//+ ask:
//+   - projects of {funder} without a place
//+   - projects funded by {funder} that have no place
//+ tags: [projects, places, funders, curation]
MATCH (f)<-[:FUNDED_BY]-(p:Project)
WHERE f.id = $funder AND (f:Funder OR f:Programme)
  AND NOT EXISTS { (p)-[:LOCATED_IN|CONCERNS_PLACE]->(:Place) }
WITH DISTINCT p
OPTIONAL MATCH (p)-[:LED_BY]->(lead:Organisation)
RETURN p.iri AS project, p.title AS title, lead.name AS lead_organisation,
  p.start_date AS start, p.counted_amount AS pounds
ORDER BY title, project
