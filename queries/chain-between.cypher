//+ summary: The shortest chain of links between two things, and what each link is
//+ description: >-
//+   The rows are the steps of one chain, from the first thing to the second, of at most 4 links; no
//+   row means that there is none so short. A link may be followed against its direction, which is
//+   then "backward". Followed are links between projects, questions, departments, aspects and
//+   organisations: ADDRESSES (of any origin, but not with degree none), ASKED_BY, HAS_ASPECT,
//+   SIMILAR_TO, SUCCEEDED_BY, JOINT_WITH, TRANSFERRED_FROM and the parts of organisations in
//+   projects. Funders, programmes, topics, places, awards and documents are left out, because
//+   nearly everything hangs together by them. Among chains of one length the one whose addresses
//+   sort first is shown; there may be many others, as a department or an aspect that both ends
//+   have in common is a chain, too. Where several links join two things, the first by name is
//+   shown.
//+ parameters:
//+   from: {type: thing, example: "question:16604", summary: "where the chain begins"}
//+   to: {type: thing, example: "organisation:University of Sheffield", summary: "where it ends"}
//+ columns:
//+   step: {type: integer, meaning: "number of the link in the chain, from 1"}
//+   from_thing: {type: thing, meaning: thing at the beginning of the link}
//+   from_label: {meaning: "its name, title or wording"}
//+   relation: {meaning: "type of the relationship, as in the property graph"}
//+   direction: {meaning: "forward (stored from the first to the second thing) or backward"}
//+   to_thing: {type: thing, meaning: thing at the end of the link}
//+   to_label: {meaning: "its name, title or wording"}
//+ order: [step]
//+ ask:
//+   - shortest chain between {from} and {to}
//+   - how is {from} connected with {to}
//+   - chain from {from} to {to}
//+   - what links {from} and {to}
//+ tags: [network, questions, projects, organisations]
//+ network: [from_thing, to_thing]
//+ heavy: looks at all that stands within two links of either end
// 1. All that is within two links of either end; the chains meet in m. `near` is the least
// address between an end and m, where there is one. The id is compared for the sake of its index.
UNWIND [$from, $to] AS thing
MATCH (x:ResearchQuestion|Project|Organisation|Department|Aspect|Funder)
WHERE x.id IN [last(split(thing, '/')), thing] AND x.iri = thing AND $from <> $to
MATCH p = (x)-[rs:ADDRESSES|ASKED_BY|HAS_ASPECT|SIMILAR_TO|SUCCEEDED_BY|JOINT_WITH|TRANSFERRED_FROM|LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW*0..2]-(m)
WHERE all(r IN rs WHERE coalesce(r.degree, '') <> 'none')
WITH thing = $from AS first, m, size(rs) AS links,
  CASE WHEN size(rs) = 2 THEN ' ' + nodes(p)[1].iri ELSE '' END AS between
WITH first, m, links, min(between) AS near
WITH m, collect({first: first, links: links, near: near}) AS halves
UNWIND halves AS l
UNWIND halves AS r
WITH m, l, r
WHERE l.first AND NOT r.first AND l.links + r.links > 0
// 2. The chain that is shortest and sorts first.
WITH toString(l.links + r.links) + l.near
  + CASE WHEN l.links = 0 OR r.links = 0 THEN '' ELSE ' ' + m.iri END + r.near AS chain
WITH min(chain) AS best
WHERE best IS NOT NULL
WITH [$from] + split(best, ' ')[1..] + [$to] AS things
UNWIND range(1, size(things) - 1) AS step
WITH step, things[step - 1] AS one, things[step] AS other
MATCH (a:ResearchQuestion|Project|Organisation|Department|Aspect|Funder)
WHERE a.id IN [last(split(one, '/')), one] AND a.iri = one
// 3. For each step the first link by name.
MATCH (a)-[r:ADDRESSES|ASKED_BY|HAS_ASPECT|SIMILAR_TO|SUCCEEDED_BY|JOINT_WITH|TRANSFERRED_FROM|LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]-(b)
WHERE b.iri = other
WITH step, a, b,
  min(type(r) + ' ' + CASE WHEN startNode(r) = a THEN 'forward' ELSE 'backward' END) AS link
RETURN step, a.iri AS from_thing,
  CASE WHEN a:ResearchQuestion THEN a.text ELSE coalesce(a.title, a.name) END AS from_label,
  split(link, ' ')[0] AS relation, split(link, ' ')[1] AS direction, b.iri AS to_thing,
  CASE WHEN b:ResearchQuestion THEN b.text ELSE coalesce(b.title, b.name) END AS to_label
ORDER BY step
