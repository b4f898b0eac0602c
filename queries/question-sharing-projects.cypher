//+ summary: Other questions to which the same grants speak as to one question
//+ description: >-
//+   Each row is another question that shares grants with the question: how many grants are said to
//+   speak to both, and the titles of their projects. A link counts whatever its degree but none; with
//+   an origin both links must be of that origin, otherwise anybody's word counts. The records of a
//+   joint grant, and those before and after a transfer, count as one grant. Some projects are linked
//+   to more than a hundred questions, so a single grant in common says little.
//+ parameters:
//+   question: {type: question, example: "9000112", summary: the question}
//+   origin: {type: origin, default: null, example: computed, summary: "on whose word the links stand"}
//+ columns:
//+   given: {type: question, meaning: the question asked for}
//+   question: {type: question, meaning: another question}
//+   text: {meaning: its wording}
//+   department: {many: true, meaning: body that asks it}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to both}
//+   titles: {many: true, meaning: "titles of the projects that speak to the other question"}
//+ order: [-grants, question]
//+ ask:
//+   - questions sharing projects with {question} by origin {origin}
//+   - questions sharing projects with {question}
//+   - questions with the same projects as {question}
//+ tags: [questions, projects, similar, network]
//+ network: [given, question]
MATCH (given:ResearchQuestion {id: $question})<-[a:ADDRESSES]-(p:Project)
WHERE a.degree <> 'none' AND ($origin IS NULL OR a.origin = $origin)
WITH DISTINCT given, p
MATCH (r:Project {grant_key: p.grant_key})
WITH DISTINCT given, r
MATCH (r)-[b:ADDRESSES]->(q:ResearchQuestion)
WHERE b.degree <> 'none' AND q <> given AND ($origin IS NULL OR b.origin = $origin)
WITH given, q, count(DISTINCT r.grant_key) AS grants, collect(DISTINCT r.title) AS titles
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH given, q, grants, titles, collect(DISTINCT d.name) AS department
RETURN given.iri AS given, q.iri AS question, q.text AS text, department, grants, titles
ORDER BY grants DESC, question
