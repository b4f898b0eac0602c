//+ summary: Aspects of questions that projects run from a place are said to cover
//+ description: >-
//+   Each row is one aspect with the grants run from the place, or from a place within it, that are
//+   said to cover it for some question, and those questions. Without an origin it counts what anybody
//+   says, published or computed. Assessments of degree "none" are left out. An aspect that is not
//+   listed has no listed project there that is said to cover it. Joint grants and transfers count once.
//+ parameters:
//+   place: {type: place, example: Coventry, summary: where the projects are run from}
//+   origin: {type: origin, default: null, example: computed, summary: who says so}
//+ columns:
//+   aspect: {type: aspect, meaning: the aspect}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that are said to cover it}
//+   questions: {type: integer, unit: questions, meaning: questions for which they cover it}
//+ order: [-grants, name, aspect]
//+ ask:
//+   - aspects covered by projects in {place} according to {origin}
//+   - aspects covered by projects in {place}
//+ tags: [places, aspects, projects, questions]
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(p:Project)
WITH DISTINCT p
MATCH (p)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:COVERS_ASPECT]->(x:Aspect)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
MATCH (s)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WITH x, count(DISTINCT p.grant_key) AS grants, count(DISTINCT q) AS questions
RETURN x.iri AS aspect, x.name AS name, grants, questions
ORDER BY grants DESC, name, aspect
