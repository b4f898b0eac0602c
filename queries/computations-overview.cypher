//+ summary: How the computed links and similarities were made
//+ description: >-
//+   Each row is one computation that assessments or similarities of the graph come from: its method and
//+   settings, the model if it used one, when it ended, and how many of each it made. Scores of two
//+   computations cannot be compared where method, model or settings differ. A graph without a row has
//+   published links only.
//+ columns:
//+   computation: {type: thing, meaning: the computation}
//+   method: {meaning: how it was computed}
//+   version: {meaning: version of graphkit that computed it}
//+   model: {meaning: "name of the model; empty where the words alone were compared"}
//+   model_digest: {meaning: hash of the model and of how it is used}
//+   parameters: {meaning: "the settings, as a JSON object"}
//+   ended: {meaning: "day and minute in which it ended, in UTC"}
//+   assessments: {type: integer, unit: assessments, meaning: assessments that it made}
//+   similarities: {type: integer, unit: pairs, meaning: pairs of similar questions that it found}
//+ order: [ended, computation]
//+ ask:
//+   - computations
//+   - how were the links computed
//+   - which model made the computed links
//+ tags: [curation]
//+ heavy: it counts every computed assessment
MATCH (c:Computation)
OPTIONAL MATCH (c)<-[:GENERATED_BY]-(s:Assessment)
WITH c, count(s) AS assessments
OPTIONAL MATCH (c)<-[:GENERATED_BY]-(y:Similarity)
WITH c, assessments, count(y) AS similarities
RETURN c.iri AS computation, c.method AS method, c.method_version AS version, c.model AS model,
  c.model_digest AS model_digest, c.parameters AS parameters,
  substring(toString(c.ended_at), 0, 16) AS ended, assessments, similarities
ORDER BY ended, computation
