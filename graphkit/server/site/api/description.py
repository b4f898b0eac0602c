"""`/api`, `/api/openapi.json` and `/api/docs`: what the API is, for programs and for people.

The OpenAPI document is made of the queries' headers, so that it says what is there.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request

from graphkit import __version__
from graphkit.library import NamedQuery
from graphkit.library.header import Column, Parameter
from graphkit.search import FACETS, SORTS
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.answering import FORMATS, TABLES
from graphkit.server.site.api.asking import EXAMPLE
from graphkit.server.site.api.queries import address, choices
from graphkit.server.site.app import site
from graphkit.server.site.problems import PROBLEM
from graphkit.server.site.sparql.formats import Format

_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
_ERRORS = {
    "400": "A parameter is unknown, missing or cannot be read.",
    "406": "There is no such format of this.",
    "413": "The answer is larger than this server sends at once.",
    "429": "This address asks too much at the same time.",
    "503": "The request took too long, or the server is busy.",
}


@blueprint.get("/")
@blueprint.get("")
def index() -> Response:
    """What is here."""
    root = _root()
    return jsonify(
        {
            "queries": f"{root}api/queries",
            "ask": f"{root}api/ask{{?q}}",
            "search": f"{root}api/search{{?q}}",
            "openapi": f"{root}api/openapi.json",
            "documentation": f"{root}api/docs",
            "sparql": f"{root}sparql",
            "snapshot": site().dataset.name,
        }
    )


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The API in the words of OpenAPI 3.1."""
    return jsonify(document(site().dataset.library.queries.all(), _root()))


@blueprint.get("/docs")
def docs() -> str:
    """The API for people, with a form for each query."""
    by_tag: dict[str, list[NamedQuery]] = {}
    for query in site().dataset.library.queries.all():
        by_tag.setdefault(_tag(query), []).append(query)
    return render_template(
        "api/docs.html", by_tag=dict(sorted(by_tag.items())), choices=choices, address=address
    )


def _root() -> str:
    return site().base or request.root_url


def _tag(query: NamedQuery) -> str:
    return query.header.tags[0] if query.header.tags else "other"


def document(queries: list[NamedQuery], root: str) -> dict[str, Any]:
    """The OpenAPI document for these queries at an address."""
    paths: dict[str, Any] = {
        "/api/queries": {"get": _list()},
        "/api/ask": {"get": _ask()},
        "/api/search": {"get": _search()},
    }
    for query in queries:
        paths[f"/api/queries/{query.name}"] = {"get": _query(query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "graphkit",
            "summary": "Which funded research speaks to which question of government.",
            "version": __version__,
            "license": {"name": "Apache 2.0 (the program)", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "tags": [{"name": name} for name in sorted({"general", *map(_tag, queries)})],
        "paths": paths,
        "components": {"schemas": _SCHEMAS},
    }


def _query(query: NamedQuery) -> dict[str, Any]:
    header = query.header
    formats = FORMATS if header.network else TABLES
    return {
        "operationId": query.name,
        "summary": header.summary,
        "description": "\n\n".join(filter(None, (header.description, header.heavy))),
        "tags": [_tag(query)],
        "parameters": [
            *(_parameter(name, one) for name, one in header.parameters.items()),
            *_paging(),
            _format(formats),
        ],
        "responses": _responses(formats, _rows_of(header.columns)),
    }


def _parameter(name: str, one: Parameter) -> dict[str, Any]:
    listed = choices(one.type)
    schema: dict[str, Any] = dict(_TYPES.get(one.type, {"type": "string"}))
    if listed and one.type != "boolean":
        schema["enum"] = listed
    if not one.required and one.default is not None:
        schema["default"] = _typed(one.type, str(one.default))
    found = {
        "name": name,
        "in": "query",
        "required": one.required,
        "description": one.summary,
        "schema": schema,
    }
    if one.example is not None:
        found["example"] = _typed(one.type, one.example)
    return found


def _typed(kind: str, text: str) -> Any:
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return float(text)
    return text == "true" if kind == "boolean" else text


def _paging() -> list[dict[str, Any]]:
    whole = {"type": "integer", "minimum": 0, "maximum": 10**9}
    return [
        {"name": "limit", "in": "query", "description": "At most so many rows.", "schema": whole},
        {"name": "offset", "in": "query", "description": "Rows to leave out.", "schema": whole},
    ]


def _format(formats: tuple[Format, ...]) -> dict[str, Any]:
    return {
        "name": "format",
        "in": "query",
        "description": "For clients that cannot send Accept.",
        "schema": {"type": "string", "enum": [form.name for form in formats]},
    }


def _responses(
    formats: tuple[Format, ...], schema: dict[str, Any], errors: tuple[str, ...] = ()
) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    content = {
        kind: {"schema": schema} if form.name == "json" else text
        for form in formats
        for kind in form.media_types
    }
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failed = {
        code: {"description": words, "content": problem}
        for code, words in _ERRORS.items()
        if code != "406" or len(formats) > 1
    }
    failed |= {
        code: {"description": "It is not understood.", "content": problem} for code in errors
    }
    return {"200": {"description": "The answer.", "content": content}, **failed}


def _column(column: Column) -> dict[str, Any]:
    one = dict(_TYPES.get(column.type, {"type": "string"}))
    one.pop("format", None)
    if column.many:
        return {"type": "array", "items": one, "description": column.meaning}
    return {**one, "type": [one["type"], "null"], "description": column.meaning}


def _rows_of(columns: dict[str, Column]) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {name: _column(column) for name, column in columns.items()},
        "required": list(columns),
    }
    return {
        "allOf": [{"$ref": "#/components/schemas/Answer"}],
        "properties": {"rows": {"type": "array", "items": row}},
    }


def _list() -> dict[str, Any]:
    tag = {"name": "tag", "in": "query", "schema": {"type": "string"}}
    listed = {"type": "object", "properties": {"queries": {"type": "array"}}}
    content = {"application/json": {"schema": listed}}
    return {
        "operationId": "queries",
        "summary": "The named queries.",
        "tags": ["general"],
        "parameters": [{**tag, "description": "Only those of a subject."}],
        "responses": {"200": {"description": "The queries.", "content": content}},
    }


def _ask() -> dict[str, Any]:
    sentence = {"name": "q", "in": "query", "required": True, "example": EXAMPLE}
    return {
        "operationId": "ask",
        "summary": "The named query that a sentence means, and its rows.",
        "tags": ["general"],
        "parameters": [
            {**sentence, "description": "A sentence.", "schema": {"type": "string"}},
            *_paging(),
            _format(FORMATS),
        ],
        "responses": _responses(FORMATS, {"$ref": "#/components/schemas/Answer"}, errors=("422",)),
    }


def _search() -> dict[str, Any]:
    facets = [
        {
            "name": name,
            "in": "query",
            "description": f"Only those of this {name}; may be repeated.",
            "schema": {"type": "array", "items": {"type": "string"}},
        }
        for name in FACETS
    ]
    whole = {"type": "integer"}
    return {
        "operationId": "search",
        "summary": "Questions and projects by text.",
        "tags": ["general"],
        "parameters": [
            {
                "name": "q",
                "in": "query",
                "description": 'Words, "phrases", -exclusions, or a reference.',
                "schema": {"type": "string"},
            },
            *facets,
            {"name": "sort", "in": "query", "schema": {"type": "string", "enum": list(SORTS)}},
            {"name": "page", "in": "query", "schema": {**whole, "minimum": 1, "maximum": 10**6}},
            {"name": "size", "in": "query", "schema": {**whole, "minimum": 0, "maximum": 1000}},
            _format(FORMATS[:3]),
        ],
        "responses": _responses(
            FORMATS[:3],
            {"type": "object", "required": ["total", "hits", "facets"]},
        ),
    }


_TEXT, _NULL = {"type": "string"}, {"type": ["string", "null"]}
_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["title", "status", "detail"],
        "properties": {
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "hint": _TEXT,
            "parameter": _NULL,
            "suggestions": {"type": "array"},
        },
    },
    "Answer": {
        "type": "object",
        "required": ["query", "parameters", "columns", "rows", "more", "snapshot", "licences"],
        "properties": {
            "query": _TEXT,
            "summary": _TEXT,
            "parameters": {"type": "object", "additionalProperties": _NULL},
            "remarks": {"type": "array", "items": _TEXT},
            "columns": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "type", "unit", "several", "meaning"],
                },
            },
            "rows": {"type": "array", "items": {"type": "object"}},
            "offset": {"type": "integer"},
            "more": {"type": "boolean", "description": "Whether there are rows after these."},
            "next": _NULL,
            "sparql": _TEXT,
            "snapshot": _TEXT,
            "licences": {"type": "array", "items": _TEXT},
            "attribution": {"type": "array", "items": _TEXT},
        },
    },
}
