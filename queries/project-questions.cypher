//+ summary: Questions that a project speaks to, by degree and source
//+ description: >-
//+   Each row is one assessment: a question, how far the project speaks to it and who says so; two
//+   sources can give two rows for one question. Records of the same grant (joint parts, and those
//+   before and after a transfer) are looked at together; "record" says which of them the row is about.
//+   Assessments of degree "none" are left out. The rank is the place in the list of its source, which
//+   is not known to mean importance.
//+ parameters:
//+   project: {type: project, example: ES/R004625/1, summary: "the project, by any of its records"}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   question_text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   degree: {type: code, meaning: how far the project speaks to the question}
//+   covers: {many: true, meaning: aspects that the project covers}
//+   misses: {many: true, meaning: "aspects that it is said not to cover, or (computed) of which its text made no mention"}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   rank: {type: integer, meaning: place in the list of its source}
//+   record: {type: project, meaning: the record of the grant that is assessed}
//+   record_reference: {meaning: reference of that record}
//+ order: [question, origin, record]
//+ ask:
//+   - questions that project {project} speaks to according to {origin}
//+   - questions that project {project} speaks to
//+   - which questions does project {project} address
//+ tags: [questions, projects]
MATCH (asked:Project {id: $project})
MATCH (record:Project {grant_key: asked.grant_key})
MATCH (record)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE s.degree <> 'none' AND ($origin IS NULL OR s.origin = $origin)
RETURN q.iri AS question, q.text AS question_text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  s.degree AS degree,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  [(s)-[:MISSES_ASPECT]->(m) | m.name] AS misses,
  s.origin AS origin, s.rank AS rank,
  record.iri AS record, record.grant_reference AS record_reference
ORDER BY question, origin, record
