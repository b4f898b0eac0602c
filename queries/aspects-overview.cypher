//+ summary: Every aspect, the questions that have it and what projects are said to cover of it
//+ description: >-
//+   Each row is an aspect: how many questions have it, how many departments ask them, and how many
//+   grants are said to cover it or to miss it in some assessment (with degree none left out). With an
//+   origin only assessments of that origin count, otherwise anybody's word does; a grant may be both
//+   among those that cover and those that miss, for different questions. Published links come without
//+   an explanation and name no aspects, so a low number means that little was said, not that little
//+   is known.
//+ parameters:
//+   origin: {type: origin, default: null, example: published-page, summary: "on whose word aspects count as covered or missed"}
//+ columns:
//+   aspect: {type: aspect, meaning: the aspect}
//+   name: {meaning: its name}
//+   questions: {type: integer, unit: questions, meaning: questions that have it}
//+   departments: {type: integer, unit: departments, meaning: departments that ask those questions}
//+   covered: {type: integer, unit: grants, meaning: grants that are said to cover it}
//+   missed: {type: integer, unit: grants, meaning: "grants that are said to miss it, or (computed) whose text made no mention of it"}
//+ order: [-questions, aspect]
//+ ask:
//+   - overview of aspects by origin {origin}
//+   - overview of aspects
//+   - all aspects
//+   - which aspects are covered and missed
//+ tags: [aspects, questions, departments, projects]
//+ heavy: reads the aspects of every question and of every assessment
MATCH (x:Aspect)
OPTIONAL MATCH (x)<-[:HAS_ASPECT]-(q:ResearchQuestion)
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH x, count(DISTINCT q) AS questions, count(DISTINCT d) AS departments
OPTIONAL MATCH (x)<-[:COVERS_ASPECT]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH x, questions, departments, count(DISTINCT p.grant_key) AS covered
OPTIONAL MATCH (x)<-[:MISSES_ASPECT]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH x, questions, departments, covered, count(DISTINCT p.grant_key) AS missed
RETURN x.iri AS aspect, x.name AS name, questions, departments, covered, missed
ORDER BY questions DESC, aspect
