//+ summary: What the graph knows of an organisation
//+ description: >-
//+   Each row is one fact: names, kinds, places, parts of the address, identifiers, web addresses, and
//+   the records that were joined into the organisation with the reason. Look at the joined records
//+   when an organisation seems to hold too much. The address is often that of the head office. How
//+   many grants it leads and shares is told by other queries.
//+ parameters:
//+   organisation: {type: organisation, example: University of Dundee, summary: the organisation}
//+ columns:
//+   fact: {meaning: what is told}
//+   value: {meaning: what it is}
//+ order: [fact, value]
//+ ask:
//+   - facts about {organisation}
//+   - what is known about {organisation}
//+   - address of {organisation}
//+ tags: [organisations, places, curation]
MATCH (o:Organisation {id: $organisation})
OPTIONAL MATCH (o)-[:LOCATED_IN]->(at:Place)
WITH o, collect(DISTINCT at.name + ' (' + at.kind + ')') AS places
OPTIONAL MATCH (o)-[:MERGED_FROM]->(m:Merge)
WITH o, places,
  collect(DISTINCT coalesce(m.merged_name, m.merged_key) + ' (' + m.reason + ')') AS joined
UNWIND [
  {fact: 'name', said: [o.name]},
  {fact: 'other name', said: coalesce(o.alt_label, [])},
  {fact: 'kind', said: coalesce(o.organisation_kind, [])},
  {fact: 'status', said: [o.organisation_status]},
  {fact: 'founded', said: [toString(o.founding_date)]},
  {fact: 'key in its source', said: coalesce(o.identifier, [])},
  {fact: 'other identifier', said: coalesce(o.external_id, [])},
  {fact: 'same as', said: coalesce(o.same_as, [])},
  {fact: 'web page', said: [o.url]},
  {fact: 'address: street', said: [o.street_address]},
  {fact: 'address: town', said: [o.locality]},
  {fact: 'address: region', said: [o.region]},
  {fact: 'address: postcode', said: [o.postcode]},
  {fact: 'address: country', said: [o.country]},
  {fact: 'place', said: places},
  {fact: 'joined record', said: joined}
] AS told
UNWIND told.said AS value
WITH told.fact AS fact, value
WHERE value IS NOT NULL
RETURN DISTINCT fact, value
ORDER BY fact, value
