//+ summary: What is known of a project, fact by fact
//+ description: >-
//+   Each row is one fact and one value of it: title, references, funders, lead, other organisations,
//+   dates, status, category, money, places, topics and other records of the same grant. Facts that no
//+   source gives have no row. "Award" is the sum that an award to this record names; "counted amount"
//+   is what this record adds to a sum, less what later records of the same grant repeat. "Run from" is
//+   the place of the lead organisation, "about" a place that title or abstract names. A value that is
//+   a sum is rounded to pounds as text and stands exactly in "amount". "Thing" is what a value names;
//+   it is the project itself where the value is just text.
//+ parameters:
//+   project: {type: project, example: ES/R004625/1, summary: the project}
//+ columns:
//+   position: {type: integer, meaning: place of the fact in the list}
//+   fact: {meaning: what the value tells}
//+   value: {meaning: the value as text}
//+   amount: {type: decimal, unit: GBP, meaning: the value where it is a sum of money}
//+   thing: {type: thing, meaning: "what the value names, or the project itself"}
//+ order: [position, value, thing]
//+ ask:
//+   - facts about project {project}
//+   - what is project {project}
//+   - tell me about project {project}
//+ tags: [projects, funders, organisations, places, topics, money]
MATCH (p:Project {id: $project})
OPTIONAL MATCH (other:Project {grant_key: p.grant_key})
WHERE other.id <> p.id
WITH p, collect(DISTINCT other) AS records
WITH
  [{at: 1, fact: 'title', value: p.title, amount: null, thing: p.iri},
   {at: 2, fact: 'reference', value: p.grant_reference, amount: null, thing: p.iri},
   {at: 6, fact: 'department of the lead organisation', value: p.lead_department, amount: null,
    thing: p.iri},
   {at: 12, fact: 'start', value: toString(p.start_date), amount: null, thing: p.iri},
   {at: 13, fact: 'end', value: toString(p.end_date), amount: null, thing: p.iri},
   {at: 14, fact: 'status', value: p.project_status, amount: null, thing: p.iri},
   {at: 15, fact: 'category', value: p.grant_category, amount: null, thing: p.iri},
   {at: 17, fact: 'counted amount', value: toString(toInteger(round(p.counted_amount))),
    amount: p.counted_amount, thing: p.iri}]
  + [r IN coalesce(p.other_reference, []) |
    {at: 3, fact: 'other reference', value: r, amount: null, thing: p.iri}]
  + [(p)-[:FUNDED_BY]->(f) |
    {at: 4, fact: 'funder or programme', value: f.name, amount: null, thing: f.iri}]
  + [(p)-[:LED_BY]->(o) |
    {at: 5, fact: 'lead organisation', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:PARTNERED_BY]->(o) |
    {at: 7, fact: 'partner', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:CO_FUNDED_BY]->(o) |
    {at: 8, fact: 'co-funder', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:HOSTS_FELLOW]->(o) |
    {at: 9, fact: 'host of the fellow', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:HAS_PARTICIPANT]->(o) |
    {at: 10, fact: 'participant', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:COLLABORATES_WITH]->(o) |
    {at: 11, fact: 'collaborator', value: o.name, amount: null, thing: o.iri}]
  + [(p)-[:AWARDED]->(a) |
    {at: 16, fact: 'award', value: toString(toInteger(round(a.amount))), amount: a.amount,
     thing: a.iri}]
  + [(p)-[:LOCATED_IN]->(x) |
    {at: 18, fact: 'run from', value: x.name, amount: null, thing: x.iri}]
  + [(p)-[:CONCERNS_PLACE]->(x) |
    {at: 19, fact: 'about', value: x.name, amount: null, thing: x.iri}]
  + [(p)-[:HAS_TOPIC]->(t) |
    {at: 20, fact: 'topic', value: t.name, amount: null, thing: t.iri}]
  + [r IN records |
    {at: 21, fact: 'record of the same grant', value: coalesce(r.grant_reference, 'no reference'),
     amount: null, thing: r.iri}] AS facts
UNWIND facts AS one
WITH DISTINCT one.at AS position, one.fact AS fact, one.value AS value, one.amount AS amount,
  one.thing AS thing
WHERE value IS NOT NULL
RETURN position, fact, value, amount, thing
ORDER BY position, value, thing
