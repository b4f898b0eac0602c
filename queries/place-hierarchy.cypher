//+ summary: Places that lie in a place, and places around it
//+ description: >-
//+   Each row is one other place and how it stands to the place asked for: "contains" where the place
//+   asked for contains it, "lies in" where it contains the place asked for. Direct means that a source
//+   says so of the two; the others follow from that by steps. Places nest in several ways at once:
//+   regions, combined authorities, counties, and the ITL areas of two editions are no single tree.
//+ parameters:
//+   place: {type: place, example: West Midlands, summary: the place in the middle}
//+ columns:
//+   relation: {meaning: "what the place asked for does: it contains the other, or lies in it"}
//+   place: {type: place, meaning: the other place}
//+   name: {meaning: its name}
//+   kind: {type: code, meaning: what kind of area it is}
//+   code: {many: true, meaning: its official codes}
//+   edition: {meaning: edition of the ITL areas that it belongs to}
//+   abolished: {type: boolean, meaning: whether it no longer exists}
//+   direct: {type: boolean, meaning: "whether a source says so, rather than that it follows by steps"}
//+ order: [relation, kind, name, place]
//+ ask:
//+   - places within {place} and around it
//+   - what lies in {place}
//+   - hierarchy of {place}
//+ tags: [places]
MATCH (area:Place {id: $place})-[w:WITHIN]-(other:Place)
WITH DISTINCT area, other, CASE WHEN startNode(w) = area THEN 'lies in' ELSE 'contains' END AS relation
// Some pairs contain each other (a region and its ITL area), so the direction has to agree.
OPTIONAL MATCH (area)-[c:CONTAINED_IN]-(other)
WITH other, relation,
  sum(CASE WHEN (startNode(c) = area) = (relation = 'lies in') THEN 1 ELSE 0 END) AS stated
RETURN relation, other.iri AS place, other.name AS name, other.kind AS kind,
  other.notation AS code, other.edition AS edition, coalesce(other.abolished, false) AS abolished,
  stated > 0 AS direct
ORDER BY relation, kind, name, place
