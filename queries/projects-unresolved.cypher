//+ summary: Projects on questions' pages that may be a project of the register
//+ description: >-
//+   Each row is a pair of projects that look like one and were left apart, because it was not
//+   certain: mostly one that is known from a question's page only, and a record of the register. It
//+   is a suggestion for a human reader and is counted nowhere. Scores rank within one reason and are
//+   no probabilities.
//+ columns:
//+   project: {type: project, meaning: project without a certain match}
//+   title: {meaning: its title}
//+   candidate: {type: project, meaning: project that might be the same}
//+   candidate_title: {meaning: its title}
//+   reference: {meaning: reference of the candidate in the register}
//+   reason: {meaning: why they were thought to be one and left apart}
//+   score: {type: decimal, meaning: "how alike they are, from 0 to 1"}
//+ order: [project, candidate, reason]
//+ ask:
//+   - unresolved projects
//+   - projects on pages that may be in the register
//+   - pairs of projects that may be one
//+ tags: [projects, curation, network]
//+ network: [project, candidate]
MATCH (p:Project)<-[:CANDIDATE_FOR]-(m:MatchCandidate)-[:CANDIDATE]->(c:Project)
RETURN DISTINCT p.iri AS project, p.title AS title, c.iri AS candidate, c.title AS candidate_title,
  c.grant_reference AS reference, m.reason AS reason, m.score AS score
ORDER BY project, candidate, reason
