//+ summary: The records of one grant, with their leads and money
//+ description: >-
//+   Each row is one record of the register: the part of one partner in a joint grant, or the grant
//+   before or after it moved to another institution. Any of the records may be given. "First record"
//+   is one that points at no other. The award is the sum of the awards of the record; the counted
//+   amount is what the record adds to a sum, less what later records of the grant repeat. Add the
//+   counted amounts, not the awards. No amount means that it is not known.
//+ parameters:
//+   project: {type: project, example: ES/R004625/1, summary: "the grant, by any of its records"}
//+ columns:
//+   project: {type: project, meaning: the record}
//+   title: {meaning: its title}
//+   reference: {meaning: its reference}
//+   lead_organisation: {many: true, meaning: organisation that leads it}
//+   relation: {many: true, meaning: "first record, joint with, transferred from"}
//+   of_record: {many: true, meaning: reference or title of the record that it is joint with or comes from}
//+   award: {type: decimal, unit: GBP, meaning: awarded to this record}
//+   counted_amount: {type: decimal, unit: GBP, meaning: what this record adds to a sum}
//+ order: [project]
//+ ask:
//+   - records of the grant {project}
//+   - joint and transferred records of project {project}
//+ tags: [projects, money]
MATCH (asked:Project {id: $project})
MATCH (p:Project {grant_key: asked.grant_key})
OPTIONAL MATCH (p)-[:AWARDED]->(a:Award)
WITH p, sum(a.amount) AS awarded, count(a.amount) AS awards
OPTIONAL MATCH (p)-[r:JOINT_WITH|TRANSFERRED_FROM]->(other:Project)
WITH p, awarded, awards,
  collect(DISTINCT CASE type(r) WHEN 'JOINT_WITH' THEN 'joint with'
    WHEN 'TRANSFERRED_FROM' THEN 'transferred from' END) AS relations,
  collect(DISTINCT coalesce(other.grant_reference, other.title)) AS others
RETURN p.iri AS project, p.title AS title, p.grant_reference AS reference,
  [(p)-[:LED_BY]->(o) | o.name] AS lead_organisation,
  CASE WHEN size(relations) = 0 THEN ['first record'] ELSE relations END AS relation,
  others AS of_record,
  CASE WHEN awards = 0 THEN null ELSE awarded END AS award,
  p.counted_amount AS counted_amount
ORDER BY project
