//+ summary: Grants, money and years of every funder and programme
//+ description: >-
//+   Each row is one funder or programme with all its grants. Joint grants and transfers count once for
//+   each funder. Pounds are what its records add, not corrected for inflation. A record with several
//+   funders, such as a council and a programme, counts in full for each, so do not add up the rows.
//+   First and last year are those of start dates in the graph, which need not hold all that it funds.
//+ columns:
//+   funder: {type: funder, meaning: the funder or programme}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that it funds}
//+   pounds: {type: decimal, unit: GBP, meaning: money of their records}
//+   first_year: {type: integer, meaning: earliest year in which one starts}
//+   last_year: {type: integer, meaning: latest year in which one starts}
//+ order: [-pounds, name, funder]
//+ ask:
//+   - total money of every funder
//+   - funders by grants and money
//+   - all funders
//+ tags: [funders, projects, money, time]
//+ heavy: reads all projects
MATCH (p:Project)-[:FUNDED_BY]->(f)
WITH DISTINCT f, p
WITH f, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds,
  min(p.start_date) AS first, max(p.start_date) AS last
RETURN f.iri AS funder, f.name AS name, grants, pounds, first.year AS first_year,
  last.year AS last_year
ORDER BY pounds DESC, name, funder
