//+ summary: Everything known of the projects listed for a question
//+ description: >-
//+   Each row is one assessment: a project, how far it speaks to the question and who says so. A project
//+   with a published and a computed assessment has two rows. Degree "none" is shown too: it means that
//+   the project was looked at and does not speak to the question; "unstated" means that nobody said how
//+   far. Records of a joint grant or of a transfer have one grant key; their counted amounts add up. A
//+   published list ends at ten, so there may be more than it shows.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+   degree: {type: degree, default: null, example: partial, summary: how far the project speaks to it}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   reference: {meaning: its grant reference in the register}
//+   grant: {meaning: "key of the grant, the same on all its records"}
//+   degree: {type: code, meaning: how far the project speaks to the question}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+   rank: {type: integer, meaning: "place in the list of its origin; a published order is not known to mean importance"}
//+   covers: {many: true, meaning: aspects that the project is said to cover}
//+   misses: {many: true, meaning: "aspects that it is said not to cover, or (computed) of which its text made no mention"}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   lead_organisation: {meaning: organisation that leads it}
//+   located: {many: true, meaning: place of its lead organisation}
//+   concerns: {many: true, meaning: places that its title or abstract names}
//+   start: {type: date, meaning: day on which it begins}
//+   amount: {type: decimal, unit: GBP, meaning: what this record adds to a sum of money}
//+   states_expertise: {type: boolean, meaning: whether the explanation says that the authors have the expertise}
//+   explanation: {meaning: "why it might be relevant, in the words of the origin"}
//+ order: [title, project, origin]
//+ ask:
//+   - "{degree} projects for question {question}"
//+   - projects for question {question} by {origin}
//+   - projects for question {question}
//+   - what is listed for question {question}
//+ tags: [projects, questions]
MATCH (:ResearchQuestion {id: $question})<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE ($degree IS NULL OR s.degree = $degree) AND ($origin IS NULL OR s.origin = $origin)
RETURN p.iri AS project, p.title AS title, p.grant_reference AS reference, p.grant_key AS `grant`,
  s.degree AS degree, s.origin AS origin, s.rank AS rank,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  [(s)-[:MISSES_ASPECT]->(m) | m.name] AS misses,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  head([(p)-[:LED_BY]->(o) | o.name]) AS lead_organisation,
  [(p)-[:LOCATED_IN]->(home) | home.name] AS located,
  [(p)-[:CONCERNS_PLACE]->(area) | area.name] AS concerns,
  p.start_date AS start, p.counted_amount AS amount,
  s.states_expertise AS states_expertise, s.explanation AS explanation
ORDER BY title, project, origin
