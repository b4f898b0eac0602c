//+ summary: Grants of at least so many pounds that speak to any question
//+ description: >-
//+   Each row is one grant: all records of a joint grant and those before and after a transfer are one.
//+   Its pounds are the counted amounts of all its records added up, also of those that speak to no
//+   question; a missing amount adds nothing. Questions are counted on anybody's word, published or
//+   computed, unless an origin is given; degree "none" is left out.
//+ parameters:
//+   min_amount: {type: decimal, default: "1000000", example: "1000000", summary: least pounds of the grant}
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: the record that stands for the grant}
//+   title: {meaning: its title}
//+   amount: {type: decimal, unit: GBP, meaning: pounds of the grant over all its records}
//+   records: {type: integer, unit: records, meaning: how many of its records have an amount}
//+   questions: {type: integer, unit: questions, meaning: how many questions its records speak to}
//+   degree: {type: code, many: true, meaning: "how far they speak to them, each degree once"}
//+ order: [-amount, project]
//+ ask:
//+   - grants of at least {min_amount} for questions of {department}
//+   - grants of at least {min_amount} that speak to questions
//+   - large grants for questions of {department}
//+   - large grants that speak to questions
//+ tags: [projects, questions, money]
//+ heavy: without a department it reads every assessment
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
WITH p.grant_key AS key, count(DISTINCT q) AS questions, collect(DISTINCT s.degree) AS degrees
MATCH (r:Project {grant_key: key})
WITH key, questions, degrees, count(r.counted_amount) AS records, sum(coalesce(r.counted_amount, 0.0)) AS amount
WHERE amount >= $min_amount
MATCH (p:Project {id: key})
RETURN p.iri AS project, p.title AS title, amount, records, questions, degrees AS degree
ORDER BY amount DESC, project
