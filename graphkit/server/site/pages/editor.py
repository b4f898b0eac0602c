"""The SPARQL editor, with the named queries at hand. Without JavaScript it is a plain form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.errors import UsageError
from graphkit.library import NamedQuery
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.frame import local_href
from graphkit.server.site.problems import Problem
from graphkit.vocabulary import PREFIXES

FORMATS = (
    ("html", "Page (tables)"),
    ("csv", "CSV (tables)"),
    ("tsv", "TSV (tables)"),
    ("json", "JSON"),
    ("xml", "XML"),
    ("turtle", "Turtle (graphs)"),
    ("jsonld", "JSON-LD (graphs)"),
    ("ntriples", "N-Triples (graphs)"),
)
"""Formats to choose from. All but the page are saved as a file."""
FIRST = """\
# The ten bodies that ask the most questions
PREFIX gk: <https://w3id.org/graphkit/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?department ?name (COUNT(?question) AS ?questions) WHERE {
  ?question gk:askedBy ?department .
  ?department skos:prefLabel ?name .
}
GROUP BY ?department ?name
ORDER BY DESC(?questions) ?name
LIMIT 10
"""
FIRST_OF_ANY = """\
SELECT * WHERE { ?subject ?predicate ?object } LIMIT 100
"""


@dataclass(frozen=True)
class Choice:
    """A named query to take up."""

    name: str
    summary: str
    href: str
    chosen: bool


@blueprint.get("/editor")
def editor() -> ResponseReturnValue:
    """The editor: with the query of the address, or a named one with its values, or a first one."""
    here = site()
    given, name = request.args.get("query", ""), request.args.get("name", "")
    if len(given.encode("utf-8", "replace")) > here.limits.max_query:
        raise Problem(413, f"the query has more than {here.limits.max_query:,} bytes")
    library = here.dataset.snapshot is not None
    named = None
    if name:
        if not library:
            raise Problem(404, "this data set has no named queries")
        named = here.dataset.library.queries.get(name)
    query = given or (text_of(named) if named else FIRST if library else FIRST_OF_ANY)
    return render_template(
        "editor.html",
        query=query,
        named=named,
        subjects=subjects(name) if library else [],
        formats=FORMATS,
        terms=_terms(),
        longest=here.limits.max_query,
    )


def text_of(query: NamedQuery) -> str:
    """The SPARQL of a named query with the values of the address, else those of its examples.

    Raises UsageError for a value of the address that is unknown.
    """
    library = site().dataset.library
    parameters = query.header.parameters
    values = {key: value for key in parameters if (value := request.args.get(key))}
    if values:
        missing = {
            key: parameter.example
            for key, parameter in parameters.items()
            if parameter.required and key not in values
        }
        return without_header(library.bind(query.name, {**missing, **values}).sparql)
    examples = {key: one.example for key, one in parameters.items() if one.required}
    try:
        return without_header(library.bind(query.name, examples).sparql)
    except UsageError:  # the things of the examples are not in this data set
        return without_header(query.sparql)


def without_header(text: str) -> str:
    """A query without what it says of itself, which the page shows in words.

    >>> without_header("#+ summary: all\\nSELECT * {\\n\\n\\n}\\n")
    'SELECT * {\\n\\n}'
    """
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("#+")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def subjects(chosen: str) -> list[tuple[str, list[Choice]]]:
    """The named queries by what they are about: the first of their tags."""
    groups: dict[str, list[Choice]] = {}
    for query in site().dataset.library.queries.all():
        tag = (query.header.tags or ["other"])[0]
        link = local_href("editor", name=query.name)
        one = Choice(query.name, query.header.summary, link, query.name == chosen)
        groups.setdefault(tag, []).append(one)
    return sorted(groups.items())


def _terms() -> dict[str, Any]:
    """What the editor completes: prefixes, classes and properties, with the endpoint."""
    ontology = site().dataset.ontology
    return {
        "endpoint": local_href("sparql"),
        "editor": local_href("editor"),
        "resource": local_href("resource"),
        "base": site().dataset.base,
        "root": local_href(""),
        "prefixes": dict(PREFIXES),
        "classes": sorted(ontology.classes),
        "properties": sorted(ontology.properties),
    }
