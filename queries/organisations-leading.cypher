//+ summary: Organisations that lead at least so many grants, and their money
//+ description: >-
//+   Each row is one organisation that leads at least that many grants. The records of one grant that
//+   it leads count once; a joint grant whose records have several leads counts for each of them.
//+   Pounds are what the records that it leads add, so the parts that others lead are not in it.
//+ parameters:
//+   min_grants: {type: integer, default: "100", example: "100", summary: fewest grants that it leads}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   place: {many: true, meaning: places that it is in}
//+   grants: {type: integer, unit: grants, meaning: grants that it leads}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records that it leads}
//+ order: [-grants, name, organisation]
//+ ask:
//+   - organisations that lead at least {min_grants} grants
//+   - organisations that lead the most grants
//+   - largest lead organisations
//+ tags: [organisations, projects, money]
//+ heavy: reads all projects
MATCH (p:Project)-[:LED_BY]->(o:Organisation)
WITH o, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
WHERE grants >= $min_grants
OPTIONAL MATCH (o)-[:LOCATED_IN]->(at:Place)
WITH o, grants, pounds, collect(DISTINCT at.name) AS place
RETURN o.iri AS organisation, o.name AS name, place, grants, pounds
ORDER BY grants DESC, name, organisation
