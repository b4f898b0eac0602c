//+ summary: Funders of the grants that an organisation leads
//+ description: >-
//+   Each row is one funder or programme with the grants that the organisation leads and that funder
//+   pays for. Joint grants and transfers count once for each funder. Pounds are what the records that
//+   the organisation leads add; the share is of all money that it leads. A record with several
//+   funders counts in full for each, so shares may add up to more than 100.
//+ parameters:
//+   organisation: {type: organisation, example: University of Dundee, summary: the organisation that leads}
//+ columns:
//+   funder: {type: funder, meaning: the funder or programme}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that the organisation leads}
//+   pounds: {type: decimal, unit: GBP, meaning: money of the records that it leads}
//+   share: {type: decimal, unit: percent, meaning: "these pounds in all money that it leads, 0 where there is none"}
//+ order: [-pounds, name, funder]
//+ ask:
//+   - funders of {organisation}
//+   - who funds {organisation}
//+   - funding mix of {organisation}
//+ tags: [organisations, funders, projects, money]
MATCH (o:Organisation {id: $organisation})<-[:LED_BY]-(mine:Project)
WITH o, sum(coalesce(mine.counted_amount, 0)) AS total
MATCH (o)<-[:LED_BY]-(p:Project)-[:FUNDED_BY]->(f)
WITH DISTINCT total, f, p
WITH total, f, count(DISTINCT p.grant_key) AS grants, sum(coalesce(p.counted_amount, 0)) AS pounds
RETURN f.iri AS funder, f.name AS name, grants, pounds,
  CASE WHEN total > 0 THEN 100.0 * pounds / total ELSE 0.0 END AS share
ORDER BY pounds DESC, name, funder
