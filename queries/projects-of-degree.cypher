//+ summary: Projects that speak to questions to a degree
//+ description: >-
//+   Each row is one assessment of the degree asked for: a project, a question and who says so. Without a
//+   department, questions of all bodies are taken; without an origin, anybody's word counts, and a pair
//+   may then have two rows. "unstated" means that the source says nothing of how far, and "none" that
//+   the project was looked at and does not speak to the question.
//+ parameters:
//+   degree: {type: degree, example: partial, summary: how far the project speaks to the question}
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the question}
//+   origin: {type: origin, default: null, example: published-page, summary: on whose word}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   lead_organisation: {meaning: organisation that leads it}
//+   question: {type: question, meaning: the question}
//+   question_text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   degree: {type: code, meaning: the degree asked for}
//+   covers: {many: true, meaning: aspects that the project is said to cover}
//+   misses: {many: true, meaning: "aspects that it is said not to cover, or (computed) of which its text made no mention"}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+ order: [title, project, question, origin]
//+ ask:
//+   - "{degree} projects for questions of {department} by {origin}"
//+   - "{degree} projects for questions of {department}"
//+   - "{degree} projects by {origin}"
//+   - "{degree} projects"
//+ tags: [projects, questions, departments]
//+ heavy: "without a department there may be tens of thousands of assessments of a degree"
MATCH (s:Assessment)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE s.degree = $degree AND ($origin IS NULL OR s.origin = $origin)
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
MATCH (s)-[:ASSESSES_PROJECT]->(p:Project)
RETURN p.iri AS project, p.title AS title,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  head([(p)-[:LED_BY]->(o) | o.name]) AS lead_organisation,
  q.iri AS question, q.text AS question_text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  s.degree AS degree,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  [(s)-[:MISSES_ASPECT]->(m) | m.name] AS misses,
  s.origin AS origin
ORDER BY title, project, question, origin
