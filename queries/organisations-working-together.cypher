//+ summary: Pairs of organisations that share at least so many grants
//+ description: >-
//+   Each row is two organisations, named once, that take any part in at least that many of the same
//+   grants. The records of a joint grant, and those before and after a transfer, are one grant. Large
//+   organisations share grants with many others for their size alone, and sharing one does not say
//+   that the two worked closely together.
//+ parameters:
//+   min_grants: {type: integer, default: "100", example: "100", summary: fewest grants in common}
//+ columns:
//+   organisation: {type: organisation, meaning: one organisation}
//+   organisation_name: {meaning: its name}
//+   other: {type: organisation, meaning: the other}
//+   other_name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants in common}
//+ order: [-grants, organisation, other]
//+ network: [organisation, other]
//+ ask:
//+   - organisations working together on at least {min_grants} grants
//+   - organisations working together
//+   - network of organisations
//+ tags: [organisations, projects, network]
//+ heavy: reads all parts that organisations take in projects
MATCH (o:Organisation)
  <-[:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]-(p:Project)
WITH o, collect(DISTINCT p.grant_key) AS numbers
WHERE size(numbers) >= $min_grants
// Only organisations with enough grants can be in a pair with enough.
UNWIND numbers AS number
WITH number, collect(o) AS together
UNWIND together AS o
UNWIND together AS other
WITH o, other, number
WHERE o.iri < other.iri
WITH o, other, count(number) AS grants
WHERE grants >= $min_grants
RETURN o.iri AS organisation, o.name AS organisation_name, other.iri AS other,
  other.name AS other_name, grants
ORDER BY grants DESC, organisation, other
