//+ summary: Pairs of organisations that may be one
//+ description: >-
//+   Each row is a pair of organisations that look like one body and were left apart, because it was
//+   not certain, with the reason and how alike they are. It is a suggestion for a human reader and is
//+   counted nowhere. Scores rank within one reason and are no probabilities. An optional organisation
//+   shows the pairs in which it stands on either side.
//+ parameters:
//+   organisation: {type: organisation, default: null, example: National Energy Foundation, summary: one of the two organisations}
//+ columns:
//+   organisation: {type: organisation, meaning: organisation without a certain match}
//+   name: {meaning: its name}
//+   candidate: {type: organisation, meaning: organisation that might be the same}
//+   candidate_name: {meaning: its name}
//+   reason: {meaning: why they were thought to be one and left apart}
//+   score: {type: decimal, meaning: "how alike they are, from 0 to 1"}
//+ order: [organisation, candidate, reason]
//+ ask:
//+   - organisations that may be {organisation}
//+   - unresolved organisations
//+   - pairs of organisations that may be one
//+ tags: [organisations, curation, network]
//+ network: [organisation, candidate]
MATCH (o:Organisation)<-[:CANDIDATE_FOR]-(m:MatchCandidate)-[:CANDIDATE]->(c:Organisation)
WHERE $organisation IS NULL OR o.id = $organisation OR c.id = $organisation
RETURN DISTINCT o.iri AS organisation, o.name AS name, c.iri AS candidate, c.name AS candidate_name,
  m.reason AS reason, m.score AS score
ORDER BY organisation, candidate, reason
