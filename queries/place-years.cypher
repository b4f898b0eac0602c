//+ summary: Grants run from a place and their money, by the year in which they start
//+ description: >-
//+   Each row is one year in which projects run from the place start: their lead organisation is in
//+   the place or in a place within it. Projects that are only about the place are not counted, nor
//+   are those without a start date. Joint grants and transfers count once in each year in which a
//+   record of theirs starts. Pounds are the whole money of the records that start in the year, not
//+   what was spent in it, and are not corrected for inflation. Many universities are known by region
//+   only, so counts of smaller areas may be too low.
//+ parameters:
//+   place: {type: place, example: Sheffield, summary: where the projects are run from}
//+ columns:
//+   year: {type: integer, meaning: year of the start date}
//+   grants: {type: integer, unit: grants, meaning: grants that start in the year}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records that start in the year}
//+ order: [year]
//+ ask:
//+   - grants in {place} by year
//+   - money in {place} by year
//+ tags: [places, projects, money, time]
MATCH (:Place {id: $place})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(p:Project)
WITH DISTINCT p
WHERE p.start_date IS NOT NULL
WITH p.start_date.year AS year, p
RETURN year, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
ORDER BY year
