//+ summary: Links that a publisher and graphkit's computation both make, and whether they agree
//+ description: >-
//+   Each row is a pair of a project and a question with a published and a computed assessment: both
//+   degrees, and the places that the project has in the two lists. They agree if the degrees are the
//+   same; where the published degree is unstated nobody can say, and the cell is empty. Pairs that
//+   only one of the two has are not here, so the rows do not tell how many published links the
//+   computation found; graphkit evaluate does. The records of a joint grant are compared one by one.
//+ parameters:
//+   department: {type: department, default: null, example: DLUHC, summary: body that asks the questions}
//+   degree: {type: degree, default: null, example: partial, summary: the published degree}
//+ columns:
//+   question: {type: question, meaning: the question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   published_degree: {type: code, meaning: how far the publisher says that it speaks to the question}
//+   computed_degree: {type: code, meaning: how far it does by computation}
//+   agrees: {type: boolean, meaning: whether the two degrees are the same}
//+   published_origin: {type: code, meaning: published-page or published-link}
//+   published_rank: {type: integer, meaning: "place in the published list, which is not known to mean importance"}
//+   computed_rank: {type: integer, meaning: place in the computed list}
//+ order: [question, project]
//+ ask:
//+   - agreement on {degree} links of questions of {department}
//+   - agreement of published and computed links for questions of {department}
//+   - do published and computed links agree
//+ tags: [questions, projects, departments, curation]
//+ heavy: it reads every assessment
MATCH (q:ResearchQuestion)<-[:ASSESSES_QUESTION]-(c:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE c.origin = 'computed'
  AND ($department IS NULL OR EXISTS { (q)-[:ASKED_BY]->(:Department {id: $department}) })
MATCH (p)<-[:ASSESSES_PROJECT]-(s:Assessment)-[:ASSESSES_QUESTION]->(q)
WHERE s.origin <> 'computed' AND ($degree IS NULL OR s.degree = $degree)
RETURN q.iri AS question, q.text AS text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  p.iri AS project, p.title AS title,
  s.degree AS published_degree, c.degree AS computed_degree,
  CASE WHEN s.degree = 'unstated' THEN null ELSE s.degree = c.degree END AS agrees,
  s.origin AS published_origin, s.rank AS published_rank, c.rank AS computed_rank
ORDER BY question, project
