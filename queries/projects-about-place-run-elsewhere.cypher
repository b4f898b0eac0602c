//+ summary: Projects that are about a place but run from outside it
//+ description: >-
//+   Each row is one record of a project whose title or abstract names the place, or a place within
//+   it, and whose lead organisation is not there. Where the lead organisation has no known place, the
//+   list of places that it is run from is empty. A lead organisation that is known by its region only
//+   may in truth be in the smaller place asked for. Joint grants and transfers have a row for each
//+   record; pounds are what that record adds.
//+ parameters:
//+   place: {type: place, example: Birmingham, summary: the place that the projects are about}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   lead_organisation: {meaning: organisation that leads it}
//+   run_from: {many: true, meaning: places of that organisation}
//+   about: {many: true, meaning: "places that title or abstract names, within the place asked for"}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   start: {type: date, meaning: day on which it starts}
//+   pounds: {type: decimal, unit: GBP, meaning: money that the record adds}
//+ order: [title, project]
//+ ask:
//+   - projects about {place} run from elsewhere
//+   - projects about {place} but not run from there
//+ tags: [places, projects, organisations]
MATCH (area:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:CONCERNS_PLACE]-(p:Project)
WITH p, collect(DISTINCT at.name) AS about
WHERE NOT EXISTS { (p)-[:LOCATED_IN]->(:Place)-[:WITHIN*0..1]->(:Place {id: $place}) }
OPTIONAL MATCH (p)-[:LED_BY]->(lead:Organisation)
OPTIONAL MATCH (p)-[:LOCATED_IN]->(home:Place)
WITH p, about, lead, collect(DISTINCT home.name) AS run_from
OPTIONAL MATCH (p)-[:FUNDED_BY]->(f)
WITH p, about, lead, run_from, collect(DISTINCT f.name) AS funder
RETURN p.iri AS project, p.title AS title, lead.name AS lead_organisation, run_from, about, funder,
  p.start_date AS start, p.counted_amount AS pounds
ORDER BY title, project
