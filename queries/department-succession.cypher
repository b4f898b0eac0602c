//+ summary: What a department was before and what became of it
//+ description: >-
//+   Each row is one step by which a body became another or handed something to it: "earlier" steps lead to
//+   the department, "later" ones away from it, any number of steps back or on. Later steps that are older
//+   than the first one from the department itself are left out, and earlier ones that are younger than
//+   the last one into it: the register has a body that came back under its old name as one body. Questions
//+   stay with the body that asked them. A year of 0 means that the register gives none.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: the department}
//+ columns:
//+   direction: {meaning: "earlier (leads to the department) or later (leads away from it)"}
//+   year: {type: integer, unit: years, meaning: year of the step}
//+   from_body: {type: thing, meaning: the body before the step}
//+   from_name: {meaning: its name}
//+   to_body: {type: thing, meaning: the body after the step}
//+   to_name: {meaning: its name}
//+   step: {meaning: what the register calls the step}
//+ order: [direction, year, from_body, to_body, step]
//+ ask:
//+   - what became of {department}
//+   - predecessors and successors of {department}
//+   - history of {department}
//+ tags: [departments, time]
MATCH (d:Department {id: $department})
OPTIONAL MATCH (d)-[own:SUCCEEDED_BY]->()
WITH d, min(coalesce(own.start_date, 0)) AS since
OPTIONAL MATCH ()-[own:SUCCEEDED_BY]->(d)
WITH d, since, max(coalesce(own.start_date, 0)) AS until
OPTIONAL MATCH (d)-[:SUCCEEDED_BY*1..20]->(after)
WITH d, since, until, collect(DISTINCT after.iri) AS afters
OPTIONAL MATCH (before)-[:SUCCEEDED_BY*1..20]->(d)
WITH d, since, until, afters, collect(DISTINCT before.iri) AS befores
MATCH (a)-[r:SUCCEEDED_BY]->(b)
WITH d, a, b, r, coalesce(r.start_date, 0) AS year, since, until, afters, befores
WITH a, b, r, year,
  CASE WHEN (a.iri = d.iri OR a.iri IN afters) AND year >= since THEN ['later'] ELSE [] END +
  CASE WHEN (b.iri = d.iri OR b.iri IN befores) AND year <= until THEN ['earlier'] ELSE [] END
  AS directions
UNWIND directions AS direction
MATCH (e:Succession {id: r.succession})
RETURN DISTINCT direction, year, a.iri AS from_body, a.name AS from_name, b.iri AS to_body,
  b.name AS to_name, coalesce(e.title, '') AS step
ORDER BY direction, year, from_body, to_body, step
