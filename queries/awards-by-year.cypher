//+ summary: Grants and money by the year in which they start
//+ description: >-
//+   Each row is one year in which projects start, of one funder or of all. Joint grants and transfers
//+   count once in each year in which a record of theirs starts. Pounds are the whole money of the
//+   records that start in the year, not what was spent in it, and are not corrected for inflation.
//+   Projects without a start date are not counted. First and last years are incomplete where the
//+   sources begin or end.
//+ parameters:
//+   funder: {type: funder, default: null, example: ESRC, summary: agency or programme that funds them}
//+ columns:
//+   year: {type: integer, meaning: year of the start date}
//+   grants: {type: integer, unit: grants, meaning: grants that start in the year}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records that start in the year}
//+ order: [year]
//+ ask:
//+   - awards of {funder} by year
//+   - awards by year
//+   - money by year
//+ tags: [projects, funders, money, time]
//+ heavy: reads all projects
MATCH (p:Project)
WHERE p.start_date IS NOT NULL
  AND ($funder IS NULL OR EXISTS { (p)-[:FUNDED_BY]->(:Funder {id: $funder}) }
    OR EXISTS { (p)-[:FUNDED_BY]->(:Programme {id: $funder}) })
WITH p.start_date.year AS year, p
RETURN year, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
ORDER BY year
