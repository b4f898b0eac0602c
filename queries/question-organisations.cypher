//+ summary: Organisations in the projects that speak to a question, so whom to ask
//+ description: >-
//+   Each row is an organisation that leads or takes part in a project that speaks to the question, with
//+   its roles, the grants and the strongest degree among them, in the order full, direct, partial,
//+   indirect, unstated; the last means that nobody said how far.
//+   Anybody's word counts, published or computed, unless an origin is given; degree "none" is left out.
//+   A published list ends at ten, so there may be more than it shows.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   role: {type: code, many: true, meaning: "its parts (lead, partner, collaborator, cofunder, fellow, participant)"}
//+   grants: {type: integer, unit: grants, meaning: grants in which it takes part}
//+   best_degree: {type: code, meaning: the strongest degree of these}
//+ order: [-grants, organisation]
//+ ask:
//+   - organisations for question {question} by {origin}
//+   - organisations with projects for question {question}
//+   - who to ask about question {question}
//+ tags: [questions, organisations]
MATCH (:ResearchQuestion {id: $question})<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
MATCH (p)-[l:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HOSTS_FELLOW|HAS_PARTICIPANT]->(o:Organisation)
WITH o, p, CASE type(l) WHEN 'LED_BY' THEN 'lead' WHEN 'PARTNERED_BY' THEN 'partner'
    WHEN 'COLLABORATES_WITH' THEN 'collaborator' WHEN 'CO_FUNDED_BY' THEN 'cofunder'
    WHEN 'HOSTS_FELLOW' THEN 'fellow' ELSE 'participant' END AS part,
  CASE s.degree WHEN 'full' THEN '1 full' WHEN 'direct' THEN '2 direct' WHEN 'partial' THEN '3 partial'
    WHEN 'indirect' THEN '4 indirect' ELSE '5 unstated' END AS strength
WITH o, collect(DISTINCT part) AS parts, count(DISTINCT p.grant_key) AS grants, min(strength) AS strongest
RETURN o.iri AS organisation, o.name AS name, parts AS role, grants,
  substring(strongest, 2) AS best_degree
ORDER BY grants DESC, organisation
