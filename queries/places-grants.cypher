//+ summary: Grants and money by place, for all places of one kind
//+ description: >-
//+   Each row is one place of the kind asked for, also where nothing was found (0). Run from there
//+   means that the lead organisation is in the place or in a place within it; about there means that
//+   title or abstract names it or a place within it. Joint grants and transfers count once in each
//+   place, so a grant led from two places counts in both, and a column must not be added up. Pounds
//+   are what the records run from there add, without those that are only about the place. Many
//+   universities are known by region only, so counts of smaller areas are too low. ITL areas stand
//+   in two editions.
//+ parameters:
//+   place_kind: {type: place-kind, default: region, example: region, summary: kind of place}
//+ columns:
//+   place: {type: place, meaning: the place}
//+   name: {meaning: its name}
//+   code: {many: true, meaning: its official codes}
//+   edition: {meaning: edition of the ITL areas that it belongs to}
//+   grants: {type: integer, unit: grants, meaning: grants run from there}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records run from there}
//+   grants_about: {type: integer, unit: grants, meaning: grants that are about the place}
//+   leading_organisations: {type: integer, unit: organisations, meaning: organisations there that lead grants}
//+ order: [-grants, name, place]
//+ ask:
//+   - grants and money by {place_kind}
//+   - grants by {place_kind}
//+   - grants by place
//+   - funding by place
//+ tags: [places, projects, money]
//+ heavy: reads all projects that have a place
MATCH (place:Place {kind: $place_kind})<-[:WITHIN*0..1]-(at:Place)
// The lead in the same pattern as the project: an OPTIONAL MATCH that starts from a project that
// is null is slow in the embedded engine.
OPTIONAL MATCH (at)<-[:LOCATED_IN]-(p:Project)-[:LED_BY]->(lead:Organisation)
WITH DISTINCT place, p, lead
WITH place, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds,
  count(DISTINCT lead) AS leading_organisations
MATCH (place)<-[:WITHIN*0..1]-(at:Place)
OPTIONAL MATCH (at)<-[:CONCERNS_PLACE]-(p:Project)
WITH place, grants, pounds, leading_organisations, count(DISTINCT p.grant_key) AS grants_about
RETURN place.iri AS place, place.name AS name, place.notation AS code, place.edition AS edition,
  grants, pounds, grants_about, leading_organisations
ORDER BY grants DESC, name, place
