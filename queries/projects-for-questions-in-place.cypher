//+ summary: Projects in a place that speak to any question
//+ description: >-
//+   Each row is one project record that speaks to at least one question and is run from the place
//+   (located) or about it (concerns), or from or about a place within it; a column tells which.
//+   Questions are counted on anybody's word, published or computed, unless an origin is given; degree
//+   "none" is left out. Records of one grant have one grant key. Published lists end at ten, so a
//+   project may speak to more questions than are counted.
//+ parameters:
//+   place: {type: place, example: West Midlands, summary: "where the project is, or what place it is about"}
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   grant: {meaning: "key of the grant, the same on all its records"}
//+   match: {many: true, meaning: "located (lead organisation), concerns (title or abstract), or both"}
//+   place: {many: true, meaning: places by which it matched}
//+   lead_organisation: {meaning: organisation that leads it}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   start: {type: date, meaning: day on which it begins}
//+   questions: {type: integer, unit: questions, meaning: how many questions it speaks to}
//+   degree: {type: code, many: true, meaning: "how far it speaks to them, each degree once"}
//+   question: {type: question, many: true, meaning: the questions}
//+ order: [-questions, title, project]
//+ ask:
//+   - projects for questions of {department} in {place}
//+   - projects in {place} that speak to questions of {department}
//+   - projects in {place} that speak to questions
//+   - projects for questions in {place}
//+ tags: [projects, questions, places]
//+ heavy: without a department it reads every project of the place
MATCH (at:Place)
WHERE at.id = $place OR EXISTS { (at)-[:WITHIN]->(:Place {id: $place}) }
MATCH (at)<-[l:LOCATED_IN|CONCERNS_PLACE]-(p:Project)
WITH p, collect(DISTINCT at.name) AS places,
  collect(DISTINCT CASE type(l) WHEN 'LOCATED_IN' THEN 'located' ELSE 'concerns' END) AS how
MATCH (p)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH p, places, how, count(DISTINCT q) AS questions, collect(DISTINCT s.degree) AS degrees,
  collect(DISTINCT q.iri) AS asked
RETURN p.iri AS project, p.title AS title, p.grant_key AS `grant`, how AS `match`, places AS place,
  head([(p)-[:LED_BY]->(o) | o.name]) AS lead_organisation,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  p.start_date AS start, questions, degrees AS degree, asked AS question
ORDER BY questions DESC, title, project
