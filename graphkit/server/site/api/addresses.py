"""Addresses of named queries: for links on pages, and whole ones for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import current_app, request, url_for

from graphkit.library import Bound
from graphkit.server.site.app import site

SPARQL = "rq"
"""The suffix under which a query's SPARQL text stands."""


@dataclass(frozen=True)
class QueryLinks:
    """Where a named query's rows can be had. `graphml` is "" where they are no network."""

    page: str
    csv: str
    json: str
    graphml: str
    sparql: str
    editor: str


def links(bound: Bound) -> QueryLinks:
    """The links of a query with its values.

    `editor` is "" where the site has no editor.
    """
    values = {key: str(term.value) for key, term in bound.terms.items() if term is not None}

    def to(suffix: str = "") -> str:
        name = f"{bound.query.name}.{suffix}" if suffix else bound.query.name
        return path(name, values)

    return QueryLinks(
        page=to(),
        csv=to("csv"),
        json=to("json"),
        graphml=to("graphml") if bound.header.network else "",
        sparql=to(SPARQL),
        editor=(
            f"{request.script_root}/editor?{urlencode({'query': bound.sparql.strip()})}"
            if "pages.editor" in current_app.view_functions
            else ""
        ),
    )


def root() -> str:
    """The public address of the site, ending in a slash."""
    return site().base or request.root_url


def address(name: str, values: Mapping[str, str] | None = None) -> str:
    """The public address of a query."""
    return root() + path(name, values or {}).removeprefix(f"{request.script_root}/")


def path(name: str, values: Mapping[str, str]) -> str:
    """A link to a query on this site."""
    place = url_for("api.one", name=name)
    return f"{place}?{urlencode(values)}" if values else place


def following(**changed: str) -> str:
    """The public address of this very request with some parameters changed."""
    values = [(key, value) for key, value in request.args.items(multi=True) if key not in changed]
    return f"{root()}{request.path[1:]}?{urlencode([*values, *changed.items()])}"
