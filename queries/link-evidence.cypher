//+ summary: The sentences on which the computed links of a question rest
//+ description: >-
//+   Each row is one sentence of a project's own text, word for word, on which a computed assessment of
//+   the question rests: where it stands, which aspects of the question it is taken to show, and how
//+   strongly. A sentence without an aspect shows the topic. The reading is a machine's; published links
//+   have no such sentences. With a project the rows are those of all records of its grant.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   project: {type: project, default: null, example: ES/R004625/1, summary: "one project alone, by any of its records"}
//+ columns:
//+   project: {type: project, meaning: the record whose text is quoted}
//+   title: {meaning: its title}
//+   degree: {type: code, meaning: how far it speaks to the question by computation}
//+   quoted_from: {meaning: "which of its texts the sentence stands in (title, abstract, teaser)"}
//+   position: {type: integer, unit: characters, meaning: how many characters of that text stand before it}
//+   quote: {meaning: "the sentence, word for word"}
//+   aspects: {many: true, meaning: aspects of the question that it is taken to show}
//+   score: {type: decimal, meaning: "how strongly, from 0 to 1"}
//+   evidence: {type: thing, meaning: "the piece of evidence, to cite"}
//+ order: [project, quoted_from, position, evidence]
//+ ask:
//+   - evidence for question {question} in project {project}
//+   - sentences of project {project} that speak to question {question}
//+   - evidence for question {question}
//+   - quotes for question {question}
//+ tags: [questions, projects]
MATCH (:ResearchQuestion {id: $question})<-[:ASSESSES_QUESTION]-(s:Assessment)-[:RESTS_ON]->(e:Evidence)
MATCH (s)-[:ASSESSES_PROJECT]->(p:Project)
WHERE $project IS NULL OR EXISTS {
  MATCH (asked:Project {id: $project}) WHERE asked.grant_key = p.grant_key
}
RETURN p.iri AS project, p.title AS title, s.degree AS degree,
  e.quoted_from AS quoted_from, e.offset AS position, e.quote AS quote,
  [(e)-[:SHOWS_ASPECT]->(a) | a.name] AS aspects,
  e.score AS score, e.iri AS evidence
ORDER BY project, quoted_from, position, evidence
