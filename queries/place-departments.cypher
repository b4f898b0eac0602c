//+ summary: Departments whose questions are spoken to by projects run from a place
//+ description: >-
//+   Each row is one body with the questions of its own to which projects run from the place, or from
//+   a place within it, are said to speak, and the grants that do. Without an origin it counts what
//+   anybody says, published or computed. Assessments of degree "none" are left out. Joint grants and
//+   transfers count once; one grant may serve several bodies, so do not add up the rows. A published
//+   list of projects ends at ten, so published counts are lower bounds.
//+ parameters:
//+   place: {type: place, example: Coventry, summary: where the projects are run from}
//+   origin: {type: origin, default: null, example: computed, summary: who says so}
//+ columns:
//+   department: {type: department, meaning: body that asks}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that are said to speak to its questions}
//+   questions: {type: integer, unit: questions, meaning: questions of its own to which they speak}
//+ order: [-grants, name, department]
//+ ask:
//+   - departments served by projects in {place} according to {origin}
//+   - departments served by projects in {place}
//+   - whose questions are spoken to by projects in {place}
//+ tags: [places, departments, projects, questions]
//+ heavy: "looks at the links of every project in the place"
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(p:Project)
WITH DISTINCT p
MATCH (p)-[a:ADDRESSES]->(q:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
WITH d, count(DISTINCT p.grant_key) AS grants, count(DISTINCT q) AS questions
RETURN d.iri AS department, d.name AS name, grants, questions
ORDER BY grants DESC, name, department
