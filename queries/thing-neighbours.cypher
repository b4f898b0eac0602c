//+ summary: Everything that stands one relationship away from a thing
//+ description: >-
//+   Each row is one relationship of the thing: its type as in the property graph, its direction, the
//+   thing at its other end and of which class that is. A type, a direction and an other end give one
//+   row, however often and by whomever that is said; ADDRESSES stands here whatever the degree of
//+   the assessments, even none. Sums of money and postal addresses are no things of their own, and
//+   links that only repeat another one the other way round are left out. A funder or a country has
//+   tens of thousands of neighbours, so give the relation for those.
//+ parameters:
//+   thing: {type: thing, example: "question:16604", summary: "the thing, of any kind"}
//+   relation: {type: text, default: null, example: ADDRESSES, summary: "only relationships of this type, as ADDRESSES"}
//+ columns:
//+   thing: {type: thing, meaning: the thing asked for}
//+   relation: {meaning: "type of the relationship, as in the property graph"}
//+   direction: {meaning: "forward (from the thing to the other) or backward"}
//+   other: {type: thing, meaning: the thing at the other end}
//+   label: {meaning: "its name, title, wording, number or degree"}
//+   kind: {meaning: its class}
//+ order: [kind, relation, direction, other]
//+ ask:
//+   - relationships of {thing} of type {relation}
//+   - neighbours of {thing}
//+   - what is connected with {thing}
//+   - everything around {thing}
//+ tags: [network, questions, projects, organisations]
//+ network: [thing, other]
// The id is compared for the sake of its index; an address of an unusual form is the id itself.
MATCH (t:ResearchQuestion|Project|Organisation|Department|Funder|Programme|Aspect|Topic|Place|Award|Assessment|Similarity|Succession|QuestionSet|Source|SourceFile|OwnGraph|Step|Association|SoftwareAgent|Withdrawn|Merge|MatchCandidate)
WHERE t.id IN [last(split($thing, '/')), $thing] AND t.iri = $thing
MATCH (t)-[r]-(o)
WHERE $relation IS NULL OR type(r) = $relation
WITH DISTINCT t, type(r) AS relation,
  CASE WHEN startNode(r) = t THEN 'forward' ELSE 'backward' END AS direction, o
WITH t, relation, direction, o, labels(o)[0] AS kind
RETURN t.iri AS thing, relation, direction, o.iri AS other,
  CASE kind
    WHEN 'ResearchQuestion' THEN o.text
    WHEN 'Award' THEN o.grant_number
    WHEN 'Assessment' THEN o.degree
    WHEN 'Similarity' THEN o.origin
    WHEN 'Merge' THEN o.merged_name
    WHEN 'MatchCandidate' THEN o.reason
    ELSE coalesce(o.title, o.name)
  END AS label, kind
ORDER BY kind, relation, direction, other
