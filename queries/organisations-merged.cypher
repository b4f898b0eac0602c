//+ summary: Records that were joined into organisations, and why
//+ description: >-
//+   Each row is a record that was joined into an organisation: its key and name, the reason and the
//+   score. Look here when an organisation seems to hold too much. Shown are organisations into which
//+   at least so many records were joined; an optional organisation shows only that one. Scores rank
//+   within one reason and are no probabilities.
//+ parameters:
//+   organisation: {type: organisation, default: null, example: University of Sheffield, summary: only this organisation}
//+   min_merges: {type: integer, default: "1", example: "1", summary: "only organisations of at least so many records"}
//+ columns:
//+   organisation: {type: organisation, meaning: the organisation}
//+   name: {meaning: its name}
//+   merged_name: {meaning: name on the record that was joined}
//+   merged_key: {meaning: key of the record}
//+   reason: {meaning: why it was joined}
//+   score: {type: decimal, meaning: "how alike the two were, from 0 to 1"}
//+   merges: {type: integer, unit: records, meaning: records joined into the organisation in all}
//+ order: [-merges, organisation, merged_key, reason]
//+ ask:
//+   - records merged into {organisation}
//+   - organisations merged from at least {min_merges} records
//+   - merged organisations
//+ tags: [organisations, curation]
//+ heavy: "without an organisation, every merge is described"
MATCH (o:Organisation)-[:MERGED_FROM]->(m:Merge)
WHERE $organisation IS NULL OR o.id = $organisation
WITH o, collect(DISTINCT m) AS records, count(DISTINCT m) AS merges
WHERE merges >= $min_merges
UNWIND records AS m
RETURN DISTINCT o.iri AS organisation, o.name AS name, m.merged_name AS merged_name,
  m.merged_key AS merged_key, m.reason AS reason, m.score AS score, merges
ORDER BY merges DESC, organisation, merged_key, reason
