//+ summary: Organisations with the most partners in the grants that speak to a department's questions
//+ description: >-
//+   Each row is an organisation that takes part, in whatever role, in grants said to speak to a
//+   question of the department (on anybody's word, whatever the degree but none). Partners are the
//+   different other organisations in the same grants; grants are those in which it has a partner.
//+   The records of a joint grant, and those before and after a transfer, count as one grant. One
//+   grant with a hundred organisations gives each of them ninety-nine partners, so read the two
//+   numbers together.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: body that asks the questions}
//+   min_partners: {type: integer, default: "5", example: "5", summary: "only organisations with at least so many partners"}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   partners: {type: integer, unit: organisations, meaning: different other organisations in the same grants}
//+   grants: {type: integer, unit: grants, meaning: grants in which it has at least one partner}
//+ order: [-partners, organisation]
//+ ask:
//+   - organisations connecting at least {min_partners} others for {department}
//+   - most connecting organisations for {department}
//+   - organisations with most partners in grants for {department}
//+ tags: [organisations, network, departments]
//+ heavy: reads every organisation in every grant that speaks to the department
MATCH (:Department {id: $department})<-[:ASKED_BY]-(:ResearchQuestion)<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none'
WITH DISTINCT p
MATCH (r:Project {grant_key: p.grant_key})
MATCH (r)-[:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]->(o:Organisation)
WITH DISTINCT p.grant_key AS award, o
WITH award, collect(o) AS members
UNWIND members AS one
UNWIND members AS other
WITH award, one, other
WHERE one <> other
WITH one, count(DISTINCT other) AS partners, count(DISTINCT award) AS grants
WHERE partners >= $min_partners
RETURN one.iri AS organisation, one.name AS name, partners, grants
ORDER BY partners DESC, organisation
