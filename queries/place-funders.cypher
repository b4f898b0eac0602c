//+ summary: Grants run from a place and their money, by funder
//+ description: >-
//+   Each row is one funder or programme that pays for projects run from the place: their lead
//+   organisation is in the place or in a place within it. Projects that are only about the place are
//+   not counted. Joint grants and transfers count once for each funder. Pounds are what the records
//+   run from there add. A record with several funders counts in full for each, so do not add up the
//+   rows. Many universities are known by region only, so counts of smaller areas may be too low.
//+ parameters:
//+   place: {type: place, example: Sheffield, summary: where the projects are run from}
//+ columns:
//+   funder: {type: funder, meaning: the funder or programme}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants run from the place}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records run from the place}
//+ order: [-pounds, name, funder]
//+ ask:
//+   - funders of projects in {place}
//+   - who funds research in {place}
//+   - money in {place} by funder
//+ tags: [places, funders, projects, money]
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(p:Project)
WITH DISTINCT p
MATCH (p)-[:FUNDED_BY]->(f)
WITH f, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
RETURN f.iri AS funder, f.name AS name, grants, pounds
ORDER BY pounds DESC, name, funder
