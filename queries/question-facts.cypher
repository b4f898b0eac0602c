//+ summary: What is known of a question, one fact in each row
//+ description: >-
//+   Each row is one value of one fact: wording, body, documents, dates, topics, aspects, counts, places.
//+   A fact that is not known has no row. Grants listed are counted by their keys, so that joint grants
//+   and transfers count once; projects that were looked at and do not speak to the question are left
//+   out. A published list ends at ten: "list capped" true means ten or more. Zero grants means only that
//+   none is listed.
//+ parameters:
//+   question: {type: question, example: "16604", summary: the question}
//+ columns:
//+   position: {type: integer, meaning: "number of the fact, which puts the rows in order"}
//+   fact: {meaning: what is told of the question}
//+   value: {meaning: "the value, as text"}
//+ order: [position, value]
//+ ask:
//+   - question {question}
//+   - facts about question {question}
//+   - what is known about question {question}
//+   - tell me about question {question}
//+ tags: [questions]
MATCH (q:ResearchQuestion {id: $question})
OPTIONAL MATCH (q)<-[:ASSESSES_QUESTION]-(s:Assessment)-[:ASSESSES_PROJECT]->(p:Project)
WHERE s.degree <> 'none'
WITH q, count(DISTINCT CASE WHEN s.origin <> 'computed' THEN p.grant_key END) AS published,
  count(DISTINCT CASE WHEN s.origin = 'computed' THEN p.grant_key END) AS computed
OPTIONAL MATCH (q)-[:SIMILAR_TO]-(other:ResearchQuestion)
WITH q, published, computed, count(DISTINCT other) AS similar
OPTIONAL MATCH (q)-[:ASKED_BY]->(d:Department)
WITH q, published, computed, similar, collect(DISTINCT d.name) AS departments
OPTIONAL MATCH (q)-[:PART_OF]->(k:QuestionSet)
WITH q, published, computed, similar, departments, collect(DISTINCT k.title) AS documents
OPTIONAL MATCH (q)-[:HAS_TOPIC]->(t:Topic)
WITH q, published, computed, similar, departments, documents, collect(DISTINCT t.name) AS topics
OPTIONAL MATCH (q)-[:HAS_ASPECT]->(a:Aspect)
WITH q, published, computed, similar, departments, documents, topics, collect(DISTINCT a.name) AS aspects
OPTIONAL MATCH (q)-[:CONCERNS_PLACE]->(l:Place)
WITH q, published, computed, similar, departments, documents, topics, aspects,
  collect(DISTINCT l.name) AS places
WITH q, [
    [1, 'wording', [q.text]], [2, 'department', departments], [3, 'document', documents],
    [4, 'heading', [q.question_group]], [5, 'issued', [toString(q.issued)]],
    [6, 'posted', [toString(q.posted)]], [7, 'modified', [toString(q.modified)]],
    [8, 'expires', [toString(q.expires)]], [9, 'archived', []],
    [10, 'topic', topics], [11, 'aspect', aspects], [12, 'background', [q.background]],
    [13, 'next steps', [q.next_steps]], [14, 'contact', [q.contact]], [15, 'page', [q.url]],
    [16, 'page views', [toString(q.page_views)]], [17, 'remark on the record', [q.source_note]],
    [18, 'list capped', [toString(q.list_is_capped)]],
    [19, 'grants listed, published', [toString(published)]],
    [20, 'grants listed, computed', [toString(computed)]],
    [21, 'similar questions', [toString(similar)]], [22, 'place named', places]
  ] AS facts
UNWIND facts AS fact
// A question that two sources call archived and not archived has a list of both.
UNWIND CASE WHEN fact[0] = 9 THEN [] + coalesce(q.archived, []) ELSE fact[2] END AS found
WITH fact, found
WHERE found IS NOT NULL
RETURN fact[0] AS position, fact[1] AS fact, toString(found) AS value
ORDER BY position, value
