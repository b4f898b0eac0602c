"""Queries behind pages for which the library has no named one: shown and downloaded likewise.

Values are bound, as those of named queries are.
"""

from __future__ import annotations

import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.server.site.pages.answered import Behind
from graphkit.server.site.pages.frame import local_href

PREFIXES = """\
PREFIX degree: <https://w3id.org/graphkit/degree/>
PREFIX gk: <https://w3id.org/graphkit/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

"""
PLACES_OF_FUNDER = """\
SELECT ?place ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  { SELECT DISTINCT ?project ?place WHERE {
      ?project gk:fundedBy ?_funder .
      { ?project gk:locatedIn ?place } UNION { ?project gk:locatedIn/gk:within ?place }
  } }
  ?project gk:grantKey ?grant .
  ?place skos:prefLabel ?name .
}
GROUP BY ?place ?name
ORDER BY DESC(?grants) ?name
"""
LEADS_OF_FUNDER = """\
SELECT ?organisation ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  ?project gk:fundedBy ?_funder ; gk:leadOrganisation ?organisation ; gk:grantKey ?grant .
  ?organisation skos:prefLabel ?name .
}
GROUP BY ?organisation ?name
ORDER BY DESC(?grants) ?name
"""
ASPECTS_OF_FUNDER = """\
SELECT ?aspect ?name (COUNT(DISTINCT ?grant) AS ?grants)
       (COUNT(DISTINCT ?question) AS ?questions) WHERE {
  ?project gk:fundedBy ?_funder ; gk:grantKey ?grant .
  ?assessment gk:assessesProject ?project ; gk:assessesQuestion ?question ;
    gk:coversAspect ?aspect ; gk:degree ?degree .
  FILTER(?degree != degree:none)
  ?aspect skos:prefLabel ?name .
}
GROUP BY ?aspect ?name
ORDER BY DESC(?grants) ?name
"""
PLACES_OF_DEPARTMENT = """\
SELECT ?place ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  { SELECT DISTINCT ?project ?place WHERE {
      ?question gk:askedBy ?_department .
      ?project gk:addresses ?question .
      { ?project gk:locatedIn ?place } UNION { ?project gk:locatedIn/gk:within ?place }
  } }
  ?project gk:grantKey ?grant .
  ?place skos:prefLabel ?name .
}
GROUP BY ?place ?name
ORDER BY DESC(?grants) ?name
"""
FUNDERS_OF_DEPARTMENT = """\
SELECT ?funder ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  ?question gk:askedBy ?_department .
  ?project gk:addresses ?question ; gk:fundedBy ?funder ; gk:grantKey ?grant .
  ?funder skos:prefLabel ?name .
}
GROUP BY ?funder ?name
ORDER BY DESC(?grants) ?name
"""
LEADS_OF_DEPARTMENT = """\
SELECT ?organisation ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  ?question gk:askedBy ?_department .
  ?project gk:addresses ?question ; gk:leadOrganisation ?organisation ; gk:grantKey ?grant .
  ?organisation skos:prefLabel ?name .
}
GROUP BY ?organisation ?name
ORDER BY DESC(?grants) ?name
"""
HUBS_OF_DEPARTMENT = """\
SELECT ?project ?title (COUNT(DISTINCT ?question) AS ?questions) WHERE {
  ?question gk:askedBy ?_department .
  ?project gk:addresses ?question ; <http://purl.org/dc/terms/title> ?title .
}
GROUP BY ?project ?title
ORDER BY DESC(?questions) ?project
"""
PLACES = """\
SELECT ?place ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  ?place gk:placeKind ?_kind ; skos:prefLabel ?name .
  { ?project gk:locatedIn ?place } UNION { ?at gk:within ?place . ?project gk:locatedIn ?at }
  ?project gk:grantKey ?grant .
}
GROUP BY ?place ?name
ORDER BY DESC(?grants) ?name
"""
LEADS = """\
SELECT ?organisation ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  ?project gk:leadOrganisation ?organisation ; gk:grantKey ?grant .
  ?organisation skos:prefLabel ?name .
}
GROUP BY ?organisation ?name
ORDER BY DESC(?grants) ?name
"""


def own(summary: str, query: str, **things: str) -> Behind:
    """What a page shows of a query of its own; `things` are addresses by parameter."""
    terms = {f"_{name}": ox.NamedNode(iri) for name, iri in things.items()}
    return written(summary, PREFIXES + bind(query, terms).strip())


def written(summary: str, text: str) -> Behind:
    """What a page shows of a query that is written out."""
    return Behind(
        "",
        summary,
        text,
        tuple(
            (label, local_href("sparql", query=text, format=form))
            for label, form in (("CSV", "csv"), ("JSON", "json"))
        ),
        local_href("editor", query=text),
    )
