//+ summary: Organisations that take part in the same grants as an organisation
//+ description: >-
//+   Each row is one other organisation that takes any part in at least that many of the grants in
//+   which the organisation asked for takes any part: lead, partner, collaborator, co-funder, fellow's
//+   host or participant. The records of a joint grant, and those before and after a transfer, are one
//+   grant, so those who lead its other records are found as well. Sharing a grant does not say that
//+   the two worked closely together.
//+ parameters:
//+   organisation: {type: organisation, example: Keele University, summary: the organisation}
//+   min_grants: {type: integer, default: "5", example: "5", summary: fewest grants in common}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation asked for}
//+   organisation_name: {meaning: its name}
//+   other: {type: organisation, meaning: the other organisation}
//+   other_name: {meaning: its name}
//+   place: {many: true, meaning: places that the other is in}
//+   grants: {type: integer, unit: grants, meaning: grants in common}
//+ order: [-grants, other_name, other]
//+ network: [organisation, other]
//+ ask:
//+   - who works with {organisation} on at least {min_grants} grants
//+   - who works with {organisation}
//+   - collaborators of {organisation}
//+ tags: [organisations, projects, network]
//+ heavy: "looks at the parts of every grant of the organisation, hundreds for a large university"
MATCH (o:Organisation {id: $organisation})
  <-[:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]-(p:Project)
WITH DISTINCT o, p
MATCH (r:Project {grant_key: p.grant_key})
WITH DISTINCT o, r
MATCH (r)-[:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]
  ->(other:Organisation)
WHERE other.id <> $organisation
WITH o, other, count(DISTINCT r.grant_key) AS grants
WHERE grants >= $min_grants
OPTIONAL MATCH (other)-[:LOCATED_IN]->(at:Place)
WITH o, other, grants, collect(DISTINCT at.name) AS place
RETURN o.iri AS organisation, o.name AS organisation_name, other.iri AS other,
  other.name AS other_name, place, grants
ORDER BY grants DESC, other_name, other
