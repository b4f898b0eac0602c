//+ summary: Grants that are led from one region and shared with another
//+ description: >-
//+   Each row is two places of the kind asked for, by default regions of England, with the grants that
//+   are led from the first and in which an organisation of the second takes part: it leads another
//+   record of the grant, or is partner, collaborator, co-funder, fellow's host or participant. So two
//+   places mostly have two rows, one for each as leader. Joint grants and transfers count once in each
//+   row. Organisations without a known place are missing, many partners among them. ITL areas are
//+   paired within one edition, and no place with one that it lies in.
//+ parameters:
//+   place_kind: {type: place-kind, default: region, example: region, summary: kind of place}
//+ columns:
//+   place: {type: place, meaning: place that grants are led from}
//+   name: {meaning: its name}
//+   other: {type: place, meaning: place of others who take part}
//+   other_name: {meaning: its name}
//+   grants: {type: integer, unit: grants, meaning: grants that they share}
//+ order: [-grants, place, other]
//+ network: [place, other]
//+ ask:
//+   - collaboration between each {place_kind}
//+   - regions that work together
//+   - network of regions
//+ tags: [places, organisations, projects, network]
//+ heavy: reads all parts that organisations take in projects
MATCH (area:Place {kind: $place_kind})<-[:WITHIN*0..1]-(at:Place)<-[:LOCATED_IN]-(o:Organisation)
MATCH (o)<-[r:LED_BY|PARTNERED_BY|COLLABORATES_WITH|CO_FUNDED_BY|HAS_PARTICIPANT|HOSTS_FELLOW]
  -(p:Project)
WITH DISTINCT p.grant_key AS number, area, type(r) = 'LED_BY' AS leads
WITH number, collect(DISTINCT CASE WHEN leads THEN area END) AS leading,
  collect(DISTINCT area) AS sharing
UNWIND leading AS place
UNWIND sharing AS other
WITH place, other, count(DISTINCT number) AS grants
WHERE place.id <> other.id AND coalesce(place.edition, '') = coalesce(other.edition, '')
  AND NOT EXISTS { (place)-[:WITHIN]-(other) }
RETURN place.iri AS place, place.name AS name, other.iri AS other, other.name AS other_name, grants
ORDER BY grants DESC, place, other
