"""`/api/queries` and `/api/queries/<name>`: the library for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, render_template, request, url_for

from graphkit.errors import UsageError
from graphkit.library import Bound, NamedQuery
from graphkit.library.header import Parameter
from graphkit.names import CODES
from graphkit.server.site.answers import answer
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.answering import SUFFIXES, columns, respond, rows, wants_page
from graphkit.server.site.api.parameters import Asked, asked
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem

_SPARQL = "rq"
ROWS_OF_A_PAGE = 200


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
    """The links of a query with its values."""
    values = {key: str(term.value) for key, term in bound.terms.items() if term is not None}

    def to(suffix: str = "") -> str:
        name = f"{bound.query.name}.{suffix}" if suffix else bound.query.name
        return _path(name, values)

    return QueryLinks(
        page=to(),
        csv=to("csv"),
        json=to("json"),
        graphml=to("graphml") if bound.header.network else "",
        sparql=to(_SPARQL),
        editor=f"{request.script_root}/editor?{urlencode({'query': bound.sparql.strip()})}",
    )


@blueprint.get("/queries")
def all_queries() -> Response:
    """The named queries: what each answers and takes."""
    subject = request.args.get("tag")
    found = [
        described(query)
        for query in site().dataset.library.queries.all()
        if subject is None or subject in query.header.tags
    ]
    return jsonify({"queries": found})


def described(query: NamedQuery) -> dict[str, Any]:
    """What a query says of itself, as JSON has it."""
    header = query.header
    return {
        "name": query.name,
        "summary": header.summary,
        "description": header.description,
        "tags": header.tags,
        "network": bool(header.network),
        "heavy": header.heavy or None,
        "parameters": [parameter(name, one) for name, one in header.parameters.items()],
        "columns": columns(header.columns),
        "sentences": header.ask,
        "address": address(query.name),
        "example": address(query.name, header.examples()),
    }


def parameter(name: str, one: Parameter) -> dict[str, Any]:
    """A parameter as JSON has it."""
    return {
        "name": name,
        "type": one.type,
        "summary": one.summary,
        "required": one.required,
        "default": None if one.required else one.default,
        "example": one.example,
        "choices": choices(one.type),
    }


@lru_cache(maxsize=64)
def choices(kind: str) -> list[str] | None:
    """The values of a closed list; None where a type is none."""
    if kind == "boolean":
        return ["true", "false"]
    if kind not in CODES:
        return None
    return [concept.key for concept in site().dataset.ontology.concepts(kind)]


def address(name: str, values: Mapping[str, str] | None = None) -> str:
    """The public address of a query."""
    root = site().base or request.root_url
    return root + _path(name, values or {}).removeprefix(f"{request.script_root}/")


def _path(name: str, values: Mapping[str, str]) -> str:
    path = url_for("api.one", name=name)
    return f"{path}?{urlencode(values)}" if values else path


@blueprint.get("/queries/<name>")
def one(name: str) -> Response | str:
    """The rows of a query."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or (suffix != _SPARQL and suffix not in SUFFIXES):
        stem, suffix = name, ""
    query = known(stem)
    parameters = tuple(query.header.parameters)
    given = asked(parameters, suffix if suffix in SUFFIXES else None)
    bound = bind(query, given.values)
    if suffix == _SPARQL:
        text = bound.sparql.strip() + "\n"
        kind = "application/sparql-query; charset=utf-8"
        return answer(lambda sink: sink.write(text.encode()), kind)
    if wants_page(given):
        return page(bound, given)
    return respond(rows(bound, given))


def known(name: str) -> NamedQuery:
    """The query of a name. Raises Problem 404 with names that are near."""
    library = site().dataset.library
    names = library.names()
    if name in names:
        return library.queries.get(name)
    near = get_close_matches(name[:100], names, 3)
    raise Problem(
        404,
        f"there is no query {name[:100]}",
        f"did you mean {', '.join(near)}?" if near else "/api/queries lists all",
        suggestions=near,
    )


def bind(query: NamedQuery, values: Mapping[str, str]) -> Bound:
    """A query with its values. Raises Problem 400 that names the parameter at fault."""
    library = site().dataset.library
    example = query.header.examples()
    try:
        return library.bind(query.name, values)
    except UsageError as error:
        fault = _fault(query, values)
        raise Problem(
            400,
            error.message,
            error.hint,
            parameter=fault,
            example=address(query.name, {**example, **_good(query, values, fault)}),
        ) from None


def _fault(query: NamedQuery, values: Mapping[str, str]) -> str | None:
    """The parameter that cannot be read: the first that fails by itself, or is missing."""
    library = site().dataset.library
    for name, one in query.header.parameters.items():
        if name not in values:
            if one.required:
                return name
            continue
        try:
            library.resolver.value(one.type, values[name])
        except UsageError:
            return name
    return None


def _good(query: NamedQuery, values: Mapping[str, str], fault: str | None) -> dict[str, str]:
    return {key: value for key, value in values.items() if key != fault}


def page(bound: Bound, given: Asked) -> str:
    """The rows as a page, with the form that asks for others."""
    if given.limit is None:
        given = Asked(given.values, None, ROWS_OF_A_PAGE, given.offset)
    found = rows(bound, given)
    return render_template(
        "api/result.html",
        bound=bound,
        header=bound.header,
        given=given,
        rows=found.result.dicts(),
        next=found.next,
        links=links(bound),
        choices=choices,
    )
