//+ summary: Projects of a funder that speak to any question
//+ description: >-
//+   Each row is one project record of a funder or programme that speaks to at least one question.
//+   Questions are counted on anybody's word, published or computed, unless an origin is given; degree
//+   "none" is left out. Records of one grant have one grant key. Published lists end at ten, so a
//+   project may speak to more questions than are counted.
//+ parameters:
//+   funder: {type: funder, example: ESRC, summary: agency or programme that funds the project}
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   grant: {meaning: "key of the grant, the same on all its records"}
//+   lead_organisation: {meaning: organisation that leads it}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   start: {type: date, meaning: day on which it begins}
//+   questions: {type: integer, unit: questions, meaning: how many questions it speaks to}
//+   degree: {type: code, many: true, meaning: "how far it speaks to them, each degree once"}
//+   question: {type: question, many: true, meaning: the questions}
//+ order: [-questions, title, project]
//+ ask:
//+   - projects of {funder} for questions of {department}
//+   - projects of {funder} that speak to questions of {department}
//+   - projects of {funder} that speak to questions
//+   - projects of {funder} for questions
//+ tags: [projects, questions, funders]
//+ heavy: without a department it reads every project of the funder
MATCH (p:Project)-[:FUNDED_BY]->(payer:Funder|Programme)
WHERE payer.id = $funder
WITH DISTINCT p
MATCH (p)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH p, count(DISTINCT q) AS questions, collect(DISTINCT s.degree) AS degrees,
  collect(DISTINCT q.iri) AS asked
RETURN p.iri AS project, p.title AS title, p.grant_key AS `grant`,
  head([(p)-[:LED_BY]->(o) | o.name]) AS lead_organisation,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  p.start_date AS start, questions, degrees AS degree, asked AS question
ORDER BY questions DESC, title, project
