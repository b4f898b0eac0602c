//+ summary: Organisations that lead grants run from a place
//+ description: >-
//+   Each row is one organisation that is in the place, or in a place within it, and leads at least
//+   that many grants. The records of a joint grant that one organisation leads count once, and its
//+   pounds are what those records add; the parts that partners elsewhere lead are not in it. An
//+   organisation without a known place is not found, and many universities are known by region only.
//+ parameters:
//+   place: {type: place, example: Sheffield, summary: where the organisation is}
//+   min_grants: {type: integer, default: "1", example: "1", summary: fewest grants that it leads}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that it leads}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records that it leads}
//+ order: [-grants, name, organisation]
//+ ask:
//+   - organisations in {place} that lead at least {min_grants} grants
//+   - organisations that lead grants in {place}
//+   - organisations in {place}
//+   - universities in {place}
//+ tags: [places, organisations, projects, money]
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(p:Project)
WITH DISTINCT p
MATCH (p)-[:LED_BY]->(o:Organisation)
WITH o, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
WHERE grants >= $min_grants
RETURN o.iri AS organisation, o.name AS name, grants, pounds
ORDER BY grants DESC, name, organisation
