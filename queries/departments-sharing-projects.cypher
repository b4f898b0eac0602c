//+ summary: Departments whose questions the same grants speak to
//+ description: >-
//+   Each row is a pair of departments with at least so many grants that speak to questions of both. A
//+   grant counts once, with all its records and on anybody's word; degree "none" is left out. A few
//+   grants stand on the lists of most departments and so join nearly all of them: compare the numbers,
//+   not only whether there is one.
//+ parameters:
//+   min_grants: {type: integer, default: "1", example: "1", summary: how many shared grants at least}
//+ columns:
//+   department: {type: department, meaning: one department}
//+   name: {meaning: its name}
//+   other_department: {type: department, meaning: the other department}
//+   other_name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that speak to questions of both}
//+ order: [-grants, department, other_department]
//+ ask:
//+   - departments that share at least {min_grants} grants
//+   - departments whose questions the same grants speak to
//+   - which departments share projects
//+ tags: [departments, projects, network]
//+ network: [department, other_department]
//+ heavy: it reads the links of every project
MATCH (p:Project)-[a:ADDRESSES]->(:ResearchQuestion)-[:ASKED_BY]->(d:Department)
WHERE a.degree <> 'none'
WITH p.grant_key AS grant_key, collect(DISTINCT d) AS bodies
UNWIND bodies AS d
UNWIND bodies AS e
WITH d, e
WHERE d.iri < e.iri
WITH d, e, count(*) AS grants
WHERE grants >= $min_grants
RETURN d.iri AS department, d.name AS name, e.iri AS other_department, e.name AS other_name, grants
ORDER BY grants DESC, department, other_department
