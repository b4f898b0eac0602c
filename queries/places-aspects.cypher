//+ summary: Grants by place and the aspects that they are said to cover
//+ description: >-
//+   Each row is one place of the kind asked for and one aspect, with the grants that are said to
//+   cover the aspect for some question. Run from there means that the lead organisation is in the
//+   place or in a place within it; about there means that title or abstract names it or a place
//+   within it. Without an origin it counts what anybody says, published or computed. Assessments of
//+   degree "none" are left out. Joint grants and transfers count once in each row. For a pair that is
//+   not listed, no listed project is said to cover the aspect.
//+ parameters:
//+   place_kind: {type: place-kind, default: region, example: region, summary: kind of place}
//+   aspect: {type: aspect, default: null, example: capacity, summary: the aspect that is covered}
//+   origin: {type: origin, default: null, example: computed, summary: who says so}
//+ columns:
//+   place: {type: place, meaning: the place}
//+   name: {meaning: its name}
//+   aspect: {type: aspect, meaning: the aspect}
//+   aspect_name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants run from there that are said to cover it}
//+   grants_about: {type: integer, unit: grants, meaning: grants about there that are said to cover it}
//+ order: [name, place, aspect_name, aspect]
//+ ask:
//+   - grants covering {aspect} by {place_kind} according to {origin}
//+   - grants covering {aspect} by {place_kind}
//+   - aspects covered by {place_kind}
//+   - aspects covered by place
//+ tags: [places, aspects, projects]
//+ heavy: reads all assessments and all projects that have a place
MATCH (s:Assessment)-[:COVERS_ASPECT]->(x:Aspect)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
  AND ($aspect IS NULL OR x.id = $aspect)
MATCH (s)-[:ASSESSES_PROJECT]->(p:Project)
WITH DISTINCT x, p
MATCH (p)-[l:LOCATED_IN|CONCERNS_PLACE]->(:Place)-[:WITHIN*0..1]->(place:Place {kind: $place_kind})
WITH place, x,
  count(DISTINCT CASE WHEN type(l) = 'LOCATED_IN' THEN p.grant_key END) AS grants,
  count(DISTINCT CASE WHEN type(l) = 'CONCERNS_PLACE' THEN p.grant_key END) AS grants_about
RETURN place.iri AS place, place.name AS name, x.iri AS aspect, x.name AS aspect_name,
  grants, grants_about
ORDER BY name, place, aspect_name, aspect
