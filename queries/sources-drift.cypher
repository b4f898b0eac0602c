//+ summary: Fields of sources that graphkit does not know
//+ description: >-
//+   Each row is a field that stood in a source and that graphkit has no use for. New fields show that
//+   the source changed after graphkit was written for it, and that something may be lost. A graph
//+   whose sources are as expected gives no rows.
//+ columns:
//+   source: {type: thing, meaning: the source}
//+   title: {meaning: its title}
//+   format: {meaning: name of the loader that read it}
//+   field: {meaning: name of the field in the source}
//+ order: [title, source, field]
//+ ask:
//+   - unknown fields of sources
//+   - fields that graphkit does not know
//+   - how have sources changed
//+ tags: [curation]
MATCH (s:Source)
UNWIND s.unknown_field AS field
RETURN DISTINCT s.iri AS source, s.title AS title, s.format AS format, field
ORDER BY title, source, field
