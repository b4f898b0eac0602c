//+ summary: Organisations that take part in grants in other roles than lead
//+ description: >-
//+   Each row is one organisation that is partner, collaborator, co-funder or participant in at least
//+   that many grants. Partners are named in the application, collaborators were reported later, so
//+   the two must not be compared as if one source named both. Joint grants and transfers count once.
//+   An organisation may have several roles in one grant: then it counts once in all, and in each role.
//+ parameters:
//+   min_grants: {type: integer, default: "50", example: "50", summary: fewest grants in these roles}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants in any of these roles}
//+   partner: {type: integer, unit: grants, meaning: grants in which it is partner}
//+   collaborator: {type: integer, unit: grants, meaning: grants in which it is collaborator}
//+   cofunder: {type: integer, unit: grants, meaning: grants to which it adds money}
//+   participant: {type: integer, unit: grants, meaning: grants in which it takes part without a more exact role}
//+ order: [-grants, name, organisation]
//+ ask:
//+   - organisations that are partners in at least {min_grants} grants
//+   - organisations that take part in grants without leading
//+   - partners and collaborators of grants
//+ tags: [organisations, projects]
//+ heavy: reads all parts that organisations take in projects
MATCH (p:Project)-[r:PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT]->(o:Organisation)
WITH o, count(DISTINCT p.grant_key) AS grants,
  count(DISTINCT CASE WHEN type(r) = 'PARTNERED_BY' THEN p.grant_key END) AS partner,
  count(DISTINCT CASE WHEN type(r) = 'COLLABORATES_WITH' THEN p.grant_key END) AS collaborator,
  count(DISTINCT CASE WHEN type(r) = 'CO_FUNDED_BY' THEN p.grant_key END) AS cofunder,
  count(DISTINCT CASE WHEN type(r) = 'HAS_PARTICIPANT' THEN p.grant_key END) AS participant
WHERE grants >= $min_grants
RETURN o.iri AS organisation, o.name AS name, grants, partner, collaborator, cofunder, participant
ORDER BY grants DESC, name, organisation
