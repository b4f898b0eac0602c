"""`/api/queries` and `/api/queries/<name>`: the library for programs."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from flask import Response, jsonify, render_template

from graphkit.errors import UsageError
from graphkit.library import Bound, NamedQuery, ParameterError
from graphkit.library.header import Parameter
from graphkit.names import CODES
from graphkit.server.site.answers import answer
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.addresses import SPARQL, QueryLinks, address, links, path
from graphkit.server.site.api.answering import SUFFIXES, columns, respond, rows, wants_page
from graphkit.server.site.api.parameters import Asked, asked, only
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem

__all__ = ["QueryLinks", "links"]

ROWS_OF_A_PAGE = 200
_LONGEST_WORDS = 600


@blueprint.get("/queries")
def all_queries() -> Response:
    """The named queries: what each answers and takes. Raises Problem 400 for unknown subjects."""
    subject = only(("tag",)).get("tag")
    queries = site().dataset.library.queries.all()
    tags = sorted({tag for query in queries for tag in query.header.tags})
    if subject is not None and subject not in tags:
        raise Problem(
            400,
            f"there is no subject {_shortened(subject)}",
            f"there are: {', '.join(tags)}",
            parameter="tag",
            suggestions=get_close_matches(subject[:100], tags, 3),
        )
    found = [
        described(query) for query in queries if subject is None or subject in query.header.tags
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


@blueprint.get("/queries/<name>")
def one(name: str) -> Response:
    """The rows of a query."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or (suffix != SPARQL and suffix not in SUFFIXES):
        stem, suffix = name, ""
    query = known(stem)
    given = asked(tuple(query.header.parameters), suffix if suffix in SUFFIXES else None)
    try:
        bound = bind(query, given.values)
    except Problem as problem:
        if suffix == SPARQL or not wants_page(given):
            raise
        return form(query, given, problem)
    if suffix == SPARQL:
        text = bound.sparql.strip() + "\n"
        kind = "application/sparql-query; charset=utf-8"
        return answer(lambda sink: sink.write(text.encode()), kind)
    if wants_page(given):
        return page(bound, given)
    return respond(bound, given)


def known(name: str) -> NamedQuery:
    """The query of a name. Raises Problem 404 with names that are near."""
    library = site().dataset.library
    try:
        return library.queries.get(name)
    except UsageError:
        near = get_close_matches(name[:100], library.names(), 3)
    raise Problem(
        404,
        f"there is no query {name[:100]}",
        f"did you mean {', '.join(near)}?" if near else "/api/queries lists all",
        suggestions=near,
    )


def bind(query: NamedQuery, values: Mapping[str, str]) -> Bound:
    """A query with its values. Raises Problem 400 that names the parameter at fault.

    The problem has an `example`: an address that is answered, with those of the values that
    are well.
    """
    try:
        return site().dataset.library.bind(query.name, values)
    except ParameterError as error:
        fault, example = error.parameter, query.header.examples()
        needed = {
            key: example[key]
            for key, one in query.header.parameters.items()
            if one.required and key in example
        }
        well = {key: value for key, value in values.items() if key != fault}
        if fault in example:
            well[fault] = example[fault]
        detail, hint = error.message, error.hint
        works = address(query.name, {**needed, **_read(query, well)})
        if fault not in values:
            detail = f"{query.name} needs {fault} ({query.header.parameters[fault].summary})"
            hint = f"for example {works}"
        raise Problem(
            400,
            _shortened(detail),
            _shortened(hint),
            parameter=fault,
            suggestions=list(error.suggestions),
            example=works,
        ) from None


def _read(query: NamedQuery, values: Mapping[str, str]) -> dict[str, str]:
    """The values that can be read; others may be as wrong as the one that was found first."""
    library = site().dataset.library
    found = {}
    for name, value in values.items():
        try:
            library.resolver.value(query.header.parameters[name].type, value)
        except UsageError:
            continue
        found[name] = value
    return found


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_WORDS else f"{text[:_LONGEST_WORDS]}…"


def page(bound: Bound, given: Asked) -> Response:
    """The rows as a page, with the form that asks for others."""
    from graphkit.server.site.pages.answered import Answered, behind

    if given.limit is None:
        given = Asked(given.values, None, ROWS_OF_A_PAGE, given.offset)
    found = rows(bound, given)
    response = _page(
        bound.query, given, found=Answered(bound, found.result, behind(bound)), rows=found
    )
    response.headers["Link"] = f'<{links(bound).json}>; rel="alternate"; type="application/json"'
    return response


def form(query: NamedQuery, given: Asked, problem: Problem) -> Response:
    """What a reader gets whose values are wrong or missing: the form, and what is wrong."""
    response = _page(query, given, problem=problem)
    response.status_code = problem.status
    return response


def _page(query: NamedQuery, given: Asked, **shown: Any) -> Response:
    response = Response(
        render_template(
            "api/result.html",
            query=query,
            header=query.header,
            given=given,
            choices=choices,
            examples=path(query.name, query.header.examples()),
            **shown,
        )
    )
    response.vary.add("Accept")
    return response
