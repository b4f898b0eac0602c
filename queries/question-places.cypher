//+ summary: Regions of the projects that speak to a question
//+ description: >-
//+   Each row is a place of the kind asked for, with the grants that speak to the question and are run
//+   from it or about it, or from or about a place within it. Regions are those of England; ask for the
//+   kind "country" for the nations. A place that is not here has no listed project, which does not mean
//+   that there is none.
//+   Anybody's word counts, published or computed, unless an origin is given; degree "none" is left out.
//+   A published list ends at ten, so there may be more than it shows.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   place_kind: {type: place-kind, default: region, example: region, summary: kind of place}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   place: {type: place, meaning: the place}
//+   name: {meaning: its name}
//+   located: {type: integer, unit: grants, meaning: grants that are run from it}
//+   concerned: {type: integer, unit: grants, meaning: grants whose title or abstract names it}
//+   grants: {type: integer, unit: grants, meaning: grants in all}
//+ order: [-grants, place]
//+ ask:
//+   - places of kind {place_kind} of projects for question {question}
//+   - regions of projects for question {question} by {origin}
//+   - regions of projects for question {question}
//+   - where are projects for question {question}
//+ tags: [questions, places]
MATCH (:ResearchQuestion {id: $question})<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
WITH DISTINCT p
MATCH (p)-[l:LOCATED_IN|CONCERNS_PLACE]->(at:Place)
OPTIONAL MATCH (at)-[:WITHIN]->(outer:Place)
WITH p, type(l) AS how, at, collect(DISTINCT outer) AS around
UNWIND [at] + around AS area
WITH p, how, area
WHERE area.kind = $place_kind
RETURN area.iri AS place, area.name AS name,
  count(DISTINCT CASE WHEN how = 'LOCATED_IN' THEN p.grant_key END) AS located,
  count(DISTINCT CASE WHEN how = 'CONCERNS_PLACE' THEN p.grant_key END) AS concerned,
  count(DISTINCT p.grant_key) AS grants
ORDER BY grants DESC, place
