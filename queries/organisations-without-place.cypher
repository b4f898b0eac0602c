//+ summary: Organisations without a place that take part in many grants
//+ description: >-
//+   Each row is an organisation for which no place is known and which takes part, in whatever role,
//+   in at least so many grants. What it leads cannot be found by place. The records of a joint grant
//+   count as one grant. Organisations abroad have no place, because places are those of the United
//+   Kingdom, so a row is not always a mistake.
//+ parameters:
//+   min_grants: {type: integer, default: "20", example: "20", summary: "only organisations with at least so many grants"}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   country: {meaning: country in its address}
//+   grants: {type: integer, unit: grants, meaning: grants in which it takes part}
//+ order: [-grants, organisation]
//+ ask:
//+   - organisations without a place in at least {min_grants} grants
//+   - organisations without a place
//+ tags: [organisations, places, curation]
//+ heavy: reads the grants of every organisation without a place
MATCH (o:Organisation)
WHERE NOT EXISTS { (o)-[:LOCATED_IN]->(:Place) }
MATCH (p:Project)-[:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]->(o)
WITH o, count(DISTINCT p.grant_key) AS grants
WHERE grants >= $min_grants
RETURN o.iri AS organisation, o.name AS name, o.country AS country, grants
ORDER BY grants DESC, organisation
