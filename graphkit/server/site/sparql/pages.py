"""Results as a page: a table that works without JavaScript, its IRIs linked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyoxigraph as ox
from flask import Response, render_template

from graphkit.server.site.app import site
from graphkit.server.site.resources.addresses import href
from graphkit.server.site.sparql.formats import GRAPHS, TABLES, Format
from graphkit.server.site.sparql.requests import Asked
from graphkit.vocabulary import PREFIXES, curie

SHOWN = 500
"""Rows on a page; all of them come with the downloads."""
_STRING = f"{PREFIXES['xsd']}string"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as the page shows it: its text, where it leads, its whole IRI or its type."""

    text: str
    href: str = ""
    iri: str = ""
    note: str = ""
    language: str = ""


def cell(term: Any) -> Cell:
    """A value of a result; empty for none."""
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        own = site().dataset.local(term.value)
        return Cell(own or curie(term.value), href(term.value), term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Cell(term.value, note=term.language, language=term.language)
        kind = term.datatype.value
        return Cell(term.value, note="" if kind == _STRING else curie(kind))
    return Cell(str(term))


def results_page(operation: Asked, result: Any) -> Response:
    """The page of a result of any kind."""
    answered: bool | None = None
    columns: tuple[str, ...] = ()
    rows: list[Any] = []
    formats: tuple[Format, ...] = TABLES
    if isinstance(result, ox.QueryBoolean):
        answered = bool(result)
    elif isinstance(result, ox.QueryTriples):
        columns, formats = ("subject", "predicate", "object"), GRAPHS
        rows = list(islice(result, SHOWN + 1))
    else:
        columns = tuple(variable.value for variable in result.variables)
        rows = list(islice(result, SHOWN + 1))
    shown = [[cell(term) for term in row] for row in rows[:SHOWN]]
    page = render_template(
        "sparql/results.html",
        asked=operation,
        answered=answered,
        columns=columns,
        rows=shown,
        more=len(rows) > SHOWN,
        formats=formats,
    )
    return Response(page, content_type="text/html; charset=utf-8")
