//+ summary: Grants run from places against grants about them, for all places of one kind
//+ description: >-
//+   Each row is one place of the kind asked for, also where nothing was found (0). Run from there
//+   means that a lead organisation of the grant is in the place or in a place within it; about there
//+   means that a title or abstract names it or a place within it. Joint grants and transfers count
//+   once: such a grant is run from there if any of its records is. Those run elsewhere include
//+   grants whose lead organisation has no known place. Many universities are known by region only,
//+   so counts of smaller areas are too low. ITL areas stand in two editions.
//+ parameters:
//+   place_kind: {type: place-kind, default: region, example: region, summary: kind of place}
//+ columns:
//+   place: {type: place, meaning: the place}
//+   name: {meaning: its name}
//+   code: {many: true, meaning: its official codes}
//+   edition: {meaning: edition of the ITL areas that it belongs to}
//+   located: {type: integer, unit: grants, meaning: grants run from there}
//+   concerned: {type: integer, unit: grants, meaning: grants about there}
//+   both: {type: integer, unit: grants, meaning: grants run from there and about there}
//+   about_run_elsewhere: {type: integer, unit: grants, meaning: grants about there but not run from there}
//+ order: [-located, name, place]
//+ ask:
//+   - grants located in against grants about each {place_kind}
//+   - run from against about by {place_kind}
//+   - where research is run against what places it is about
//+ tags: [places, projects]
//+ heavy: reads all projects that have a place
MATCH (place:Place {kind: $place_kind})<-[:WITHIN*0..1]-(at:Place)
OPTIONAL MATCH (at)<-[l:LOCATED_IN|CONCERNS_PLACE]-(p:Project)
WITH place, p.grant_key AS number,
  max(CASE WHEN type(l) = 'LOCATED_IN' THEN 1 ELSE 0 END) AS runs,
  max(CASE WHEN type(l) = 'CONCERNS_PLACE' THEN 1 ELSE 0 END) AS about
WITH place, sum(runs) AS located, sum(about) AS concerned, sum(runs * about) AS both,
  sum((1 - runs) * about) AS about_run_elsewhere
RETURN place.iri AS place, place.name AS name, place.notation AS code, place.edition AS edition,
  located, concerned, both, about_run_elsewhere
ORDER BY located DESC, name, place
