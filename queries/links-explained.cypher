//+ summary: Why projects may be relevant to the questions of a department
//+ description: >-
//+   Each row is one assessment that has an explanation: a project, a question, the words and whose they
//+   are. A pair with a published and a computed explanation has two rows. An explanation with degree
//+   "none" says why the project does not speak to the question. Links that were published without a word
//+   are not here.
//+ parameters:
//+   department: {type: department, example: DLUHC, summary: body that asks the questions}
//+   question: {type: question, default: null, example: "16604", summary: one question alone}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   degree: {type: code, meaning: how far the project speaks to the question}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   covers: {many: true, meaning: aspects that the project is said to cover}
//+   misses: {many: true, meaning: "aspects that it is said not to cover, or (computed) of which its text made no mention"}
//+   explanation: {meaning: "why it might be relevant, in the words of the origin"}
//+ order: [question, title, project, origin]
//+ ask:
//+   - explanations of projects for question {question} of {department}
//+   - explanations by {origin} for questions of {department}
//+   - explanations for questions of {department}
//+   - why projects are relevant to questions of {department}
//+ tags: [questions, projects, departments]
//+ heavy: "without a question it reads all that is explained for a department, hundreds of links or more"
MATCH (:Department {id: $department})<-[:ASKED_BY]-(q:ResearchQuestion)
WHERE $question IS NULL OR q.id = $question
MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.explanation IS NOT NULL AND ($origin IS NULL OR s.origin = $origin)
RETURN q.iri AS question, q.text AS text, p.iri AS project, p.title AS title,
  s.degree AS degree, s.origin AS origin,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  [(s)-[:MISSES_ASPECT]->(m) | m.name] AS misses,
  s.explanation AS explanation
ORDER BY question, title, project, origin
