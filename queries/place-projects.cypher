//+ summary: Projects run from a place or about it
//+ description: >-
//+   Each row is one record of a project that matches the place, or a place within it, by where its
//+   lead organisation is (located), by what its title or abstract names (concerns), or by both. Joint
//+   grants and transfers have a row for each record that matches, and pounds are what that record
//+   adds; they can be added up. With a date, projects without a start date are left out. Many
//+   universities are known by region only, so lists of smaller areas may be too short.
//+ parameters:
//+   place: {type: place, example: Coventry, summary: where it is run from or what it is about}
//+   funder: {type: funder, default: null, example: EPSRC, summary: agency or programme that funds it}
//+   from: {type: date, default: null, example: "2010-01-01", summary: first day on which it may start}
//+   to: {type: date, default: null, example: "2020-12-31", summary: last day on which it may start}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   lead_organisation: {meaning: organisation that leads it}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   start: {type: date, meaning: day on which it starts}
//+   pounds: {type: decimal, unit: GBP, meaning: money that the record adds}
//+   match: {many: true, meaning: "located (lead organisation), concerns (title or abstract), or both"}
//+ order: [title, project]
//+ ask:
//+   - projects in {place} funded by {funder} from {from} to {to}
//+   - projects in {place} from {from} to {to}
//+   - projects in {place} funded by {funder}
//+   - projects in or about {place}
//+   - projects in {place}
//+   - projects about {place}
//+   - projects of {funder} in {place}
//+ tags: [places, projects, funders, money, time]
//+ heavy: "of a region, thousands of projects are described"
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[l:LOCATED_IN|CONCERNS_PLACE]-(p:Project)
WHERE ($from IS NULL OR p.start_date >= date($from)) AND ($to IS NULL OR p.start_date <= date($to))
WITH p, collect(DISTINCT CASE type(l) WHEN 'LOCATED_IN' THEN 'located' ELSE 'concerns' END) AS how
OPTIONAL MATCH (p)-[:FUNDED_BY]->(f)
WITH p, how, collect(DISTINCT f.name) AS funder, collect(DISTINCT f.id) AS keys
WHERE $funder IS NULL OR $funder IN keys
OPTIONAL MATCH (p)-[:LED_BY]->(lead:Organisation)
RETURN p.iri AS project, p.title AS title, lead.name AS lead_organisation, funder,
  p.start_date AS start, p.counted_amount AS pounds, how AS `match`
ORDER BY title, project
