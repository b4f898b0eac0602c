//+ summary: Projects that cover an aspect of a question, by degree and place
//+ description: >-
//+   Each row is one assessment: a project, a question, how far the one speaks to
//+   the other and who says so. A project matches a place by where its lead
//+   organisation is (located) or by what its title and abstract name (concerns).
//+   Without a place, projects anywhere and nowhere are listed; without a degree,
//+   all degrees, "unstated" among them.
//+ parameters:
//+   aspect: {type: aspect, example: capacity, summary: the aspect that the project covers}
//+   degree: {type: degree, default: null, example: partial, summary: how far the project speaks to the question}
//+   place: {type: place, default: null, example: West Midlands, summary: "where the project is, or what place it is about"}
//+ columns:
//+   project: {type: project, meaning: the project}
//+   title: {meaning: its title}
//+   funder: {many: true, meaning: agency or programme that funds it}
//+   lead_organisation: {meaning: organisation that leads it}
//+   place: {many: true, meaning: "places by which it matched, within the place asked for"}
//+   match: {many: true, meaning: "located (lead organisation), concerns (title or abstract), or both"}
//+   question: {type: question, meaning: the question}
//+   question_text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   degree: {type: code, meaning: how far the project speaks to the question}
//+   covers: {many: true, meaning: aspects that the project covers}
//+   misses: {many: true, meaning: "aspects that it is said not to cover, or (computed) of which its text made no mention"}
//+   origin: {type: code, meaning: "who says so (published-page, published-link, computed)"}
//+ order: [title, project, question, origin]
//+ ask:
//+   - projects {degree} addressing {aspect} in {place}
//+   - projects {degree} addressing {aspect}
//+   - projects addressing {aspect} in {place}
//+   - projects addressing {aspect}
//+ tags: [projects, questions, aspects, places]
MATCH (x:Aspect {id: $aspect})<-[:COVERS_ASPECT]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE $degree IS NULL OR s.degree = $degree
MATCH (s)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
OPTIONAL MATCH (p)-[l:LOCATED_IN|CONCERNS_PLACE]->(at:Place)
WHERE $place IS NULL OR at.id = $place OR EXISTS { (at)-[:WITHIN]->(:Place {id: $place}) }
WITH s, p, q, collect(DISTINCT at.name) AS place,
  collect(DISTINCT CASE type(l) WHEN 'LOCATED_IN' THEN 'located' ELSE 'concerns' END) AS how,
  count(at) AS matches
WHERE $place IS NULL OR matches > 0
RETURN p.iri AS project, p.title AS title,
  [(p)-[:FUNDED_BY]->(f) | f.name] AS funder,
  head([(p)-[:LED_BY]->(o) | o.name]) AS lead_organisation,
  place, CASE WHEN matches > 0 THEN how ELSE [] END AS `match`,
  q.iri AS question, q.text AS question_text,
  [(q)-[:ASKED_BY]->(d) | d.name] AS department,
  s.degree AS degree,
  [(s)-[:COVERS_ASPECT]->(c) | c.name] AS covers,
  [(s)-[:MISSES_ASPECT]->(m) | m.name] AS misses,
  s.origin AS origin
ORDER BY title, project, question, origin
