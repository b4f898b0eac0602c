//+ summary: Projects without funder, lead, start date, end date or amount
//+ description: >-
//+   Each row is a project record of which no source gives a funder or programme, a lead organisation,
//+   a start date, an end date or an amount, and which of these are missing. A project that is known
//+   from a question's page only lacks dates and amount as a rule, until a record of the register
//+   matches it. A missing amount is unknown and not zero; sums leave it out.
//+ parameters:
//+   missing: {type: text, default: null, example: amount, summary: "what is missing: funder, lead, start, end or amount"}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   missing: {many: true, meaning: "what is missing: funder, lead, start, end, amount"}
//+ order: [title, project]
//+ ask:
//+   - projects without {missing}
//+   - projects without funder or lead
//+   - incomplete projects
//+ tags: [projects, funders, organisations, curation]
//+ heavy: looks at every project
MATCH (p:Project)
WITH p, [lack IN [
  CASE WHEN NOT EXISTS { (p)-[:FUNDED_BY]->() } THEN 'funder' ELSE '' END,
  CASE WHEN NOT EXISTS { (p)-[:LED_BY]->() } THEN 'lead' ELSE '' END,
  CASE WHEN p.start_date IS NULL THEN 'start' ELSE '' END,
  CASE WHEN p.end_date IS NULL THEN 'end' ELSE '' END,
  CASE WHEN p.counted_amount IS NULL THEN 'amount' ELSE '' END
] WHERE lack <> '' AND ($missing IS NULL OR lack = $missing)] AS missing
WHERE size(missing) > 0
RETURN p.iri AS project, p.title AS title, missing
ORDER BY title, project
