//+ summary: The sources of the graph
//+ description: >-
//+   Each row is one input that the graph was built from: what it is, in which format, who publishes
//+   it under which licence, how many records were read from it and on which day it was retrieved. The
//+   publication of a source may be much older than the day of its retrieval. Refused records are not
//+   counted. What graphkit computed itself has no row.
//+ columns:
//+   source: {type: thing, meaning: "the source, which is also the named graph that holds what it says"}
//+   title: {meaning: its title}
//+   format: {meaning: name of the loader that read it}
//+   publisher: {meaning: who publishes it}
//+   licence: {meaning: address of the licence}
//+   records: {type: integer, unit: records, meaning: records read from it}
//+   retrieved: {type: date, meaning: day on which it was retrieved}
//+ order: [title, source]
//+ ask:
//+   - sources
//+   - overview of sources
//+   - where does the data come from
//+ tags: [curation]
MATCH (s:Source)
RETURN s.iri AS source, s.title AS title, s.format AS format, s.publisher_name AS publisher,
  s.licence AS licence, s.record_count AS records,
  substring(toString(s.generated_at), 0, 10) AS retrieved
ORDER BY title, source
