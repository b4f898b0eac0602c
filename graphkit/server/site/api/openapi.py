"""The API in the words of OpenAPI 3.1, made of the queries' headers, so that it says what is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphkit import __version__
from graphkit.library import NamedQuery
from graphkit.library.header import Column, Parameter
from graphkit.names import CODES, KINDS
from graphkit.ontology import Ontology
from graphkit.search import FACETS, SORTS
from graphkit.server.site.api import schemas
from graphkit.server.site.api.answering import FORMATS, JSON, TABLES
from graphkit.server.site.api.asking import EXAMPLE
from graphkit.server.site.api.parameters import LONGEST, MOST_ROWS
from graphkit.server.site.problems import PROBLEM
from graphkit.server.site.sparql.formats import HTML, Format

GENERAL = "general"
"""The subject of what is no query."""
_OTHER = "other"
_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
_FAILURES = {
    "400": ("BadRequest", "A parameter is unknown, missing, repeated or cannot be read."),
    "404": ("NotFound", "There is no such query."),
    "406": ("NotAcceptable", "There is no such format of this."),
    "413": ("TooLarge", "The answer is larger than this server sends at once."),
    "422": ("NotUnderstood", "It is not sure what the sentence means; nothing was run."),
    "429": ("TooMany", "This address asks too much at the same time."),
    "503": ("Unavailable", "The request took too long, or the server is busy."),
}
_ALWAYS = ("400", "413", "429", "503")


def subject(query: NamedQuery) -> str:
    """The subject that a query stands under: the first of its tags."""
    return query.header.tags[0] if query.header.tags else _OTHER


def document(queries: Sequence[NamedQuery], root: str, ontology: Ontology) -> dict[str, Any]:
    """The OpenAPI document for these queries; `root` is the public address of the site.

    >>> from graphkit.library import QueryFolder
    >>> query = QueryFolder().get("aspect-departments")
    >>> found = document([query], "http://localhost:8000/", Ontology.load())
    >>> found["paths"]["/api/queries/aspect-departments"]["get"]["parameters"][1]["schema"]["enum"]
    ['computed', 'published-link', 'published-page']
    """
    paths = {
        "/api/": _get("index", "What is here.", _document("What is here.", schemas.INDEX)),
        "/api/openapi.json": _get(
            "openapi", "This document.", _document("This document.", {"type": "object"})
        ),
        "/api/queries": _list(sorted({tag for query in queries for tag in query.header.tags})),
        "/api/queries/{name}.rq": _sparql([query.name for query in queries]),
        "/api/ask": _ask(),
        "/api/search": _search(),
        **{f"/api/queries/{query.name}": _query(query, ontology) for query in queries},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "graphkit",
            "summary": "Which funded research speaks to which question of government.",
            "description": (
                "Named queries over one snapshot of the graph, sentences that mean them, and "
                "full text over questions and projects. Every answer in JSON names its snapshot "
                "and the licences of its sources. Every error is a problem of RFC 9457."
            ),
            "version": __version__,
            "license": {"name": "Apache 2.0 (the program)", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "tags": [{"name": name} for name in sorted({GENERAL, *map(subject, queries)})],
        "paths": paths,
        "components": {
            "schemas": schemas.SHARED,
            "parameters": {"limit": _rows("limit"), "offset": _rows("offset")},
            "responses": {name: _failure(words) for name, words in _FAILURES.values()},
        },
    }


def _query(query: NamedQuery, ontology: Ontology) -> dict[str, Any]:
    header = query.header
    formats = FORMATS if header.network else TABLES
    return _get(
        query.name,
        header.summary,
        _responses([*formats, HTML], _answer(header.columns), ("406",)),
        [
            *(_parameter(name, one, ontology) for name, one in header.parameters.items()),
            *_PAGING,
            _format([*formats, HTML]),
        ],
        "\n\n".join(filter(None, (header.description, header.heavy))),
        subject(query),
    )


def _get(
    operation: str,
    summary: str,
    responses: dict[str, Any],
    parameters: Sequence[dict[str, Any]] = (),
    description: str = "",
    tag: str = GENERAL,
) -> dict[str, Any]:
    found = {
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "parameters": list(parameters),
        "responses": responses,
    }
    return {"get": {**found, "description": description} if description else found}


def _parameter(name: str, one: Parameter, ontology: Ontology) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES.get(one.type, {"type": "string", "maxLength": LONGEST}))
    if one.type in CODES:
        schema = {"type": "string", "enum": [code.key for code in ontology.concepts(one.type)]}
    if not one.required and one.default is not None:
        schema["default"] = _typed(one.type, one.default)
    what = one.summary
    if one.type in KINDS:
        what += f" (a {KINDS[one.type].noun}: its name, key or address)"
    elif one.type == "thing":
        what += " (a thing of any kind: its address, reference, or kind:name)"
    found = {
        "name": name,
        "in": "query",
        "required": one.required,
        "description": what,
        "schema": schema,
    }
    if one.example is not None:
        found["example"] = _typed(one.type, one.example)
    return found


def _typed(kind: str, value: Any) -> Any:
    if kind == "integer":
        return int(value)
    if kind == "decimal":
        return float(value)
    return str(value) == "true" if kind == "boolean" else str(value)


def _rows(name: str) -> dict[str, Any]:
    words = {
        "limit": "At most so many rows; without it, all.",
        "offset": "Rows to leave out, in the order of the query.",
    }
    schema = {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}
    return {"name": name, "in": "query", "description": words[name], "schema": schema}


_PAGING = tuple({"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset"))


def _format(formats: Iterable[Format]) -> dict[str, Any]:
    return {
        "name": "format",
        "in": "query",
        "description": "For clients that cannot send Accept.",
        "schema": {"type": "string", "enum": [form.name for form in formats]},
    }


def _failure(words: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    page = {"schema": {"type": "string"}}
    return {"description": words, "content": {PROBLEM: problem, HTML.media_type: page}}


def _failures(codes: Iterable[str]) -> dict[str, Any]:
    return {
        code: {"$ref": f"#/components/responses/{_FAILURES[code][0]}"} for code in sorted(codes)
    }


def _document(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {JSON.media_type: {"schema": schema}}
    return {"200": {"description": words, "content": content}, **_failures(_ALWAYS)}


def _responses(
    formats: Iterable[Format], schema: dict[str, Any], failures: Sequence[str]
) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    answered = {
        "description": "The answer.",
        "headers": {
            "Link": {
                "description": 'The address of what follows (`rel="next"`), where there is more.',
                "schema": {"type": "string"},
            }
        },
        "content": {
            kind: {"schema": schema} if form.name == "json" else text
            for form in formats
            for kind in form.media_types
        },
    }
    return {"200": answered, **_failures({*_ALWAYS, *failures})}


def _answer(columns: dict[str, Column]) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {name: _column(column) for name, column in columns.items()},
        "required": list(columns),
        "additionalProperties": False,
    }
    return {
        "allOf": [{"$ref": "#/components/schemas/Answer"}],
        "properties": {"rows": {"type": "array", "items": row}},
    }


def _column(column: Column) -> dict[str, Any]:
    kind = _TYPES.get(column.type, {"type": "string"})["type"]
    words = f"{column.meaning}, in {column.unit}" if column.unit else column.meaning
    if column.many:
        return {"type": "array", "items": {"type": kind}, "description": words}
    return {"type": [kind, "null"], "description": words}


def _list(tags: list[str]) -> dict[str, Any]:
    tag = {
        "name": "tag",
        "in": "query",
        "description": "Only those of a subject.",
        "schema": {"type": "string", "enum": tags},
    }
    return _get("queries", "The named queries.", _document("The queries.", schemas.QUERIES), [tag])


def _sparql(names: list[str]) -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": {"enum": names}}
    values = {
        "name": "values",
        "in": "query",
        "description": "The parameters of the query.",
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    content = {"application/sparql-query": {"schema": {"type": "string"}}}
    answered = {"description": "The SPARQL text.", "content": content}
    return _get(
        "sparql",
        "A query with its values, in SPARQL.",
        {"200": answered, **_failures(("404", *_ALWAYS))},
        [{**name, "description": "The name of a query."}, values],
    )


def _ask() -> dict[str, Any]:
    sentence = {
        "name": "q",
        "in": "query",
        "required": True,
        "description": "A sentence.",
        "example": EXAMPLE,
        "schema": {"type": "string", "maxLength": LONGEST},
    }
    return _get(
        "ask",
        "The named query that a sentence means, and its rows.",
        _responses(FORMATS, schemas.ASKED, ("406", "422")),
        [sentence, *_PAGING, _format(FORMATS)],
        "The sentences that a query understands are listed with it in /api/queries.",
    )


def _search() -> dict[str, Any]:
    whole = {"type": "integer"}
    facets = [
        {
            "name": name,
            "in": "query",
            "description": f"Only those of this {name}; may be repeated.",
            "schema": {"type": "array", "items": {"type": "string", "maxLength": LONGEST}},
        }
        for name in FACETS
    ]
    words = 'Words, "phrases", -exclusions, or a reference; without it, everything.'
    own = {
        "q": ({"type": "string", "maxLength": LONGEST}, words),
        "sort": ({"type": "string", "enum": list(SORTS)}, "The order."),
        "page": ({**whole, "minimum": 1, "maximum": 10**6}, "The page, from 1."),
        "size": ({**whole, "minimum": 0, "maximum": 1000}, "How many to a page."),
    }
    text, *others = (
        {"name": name, "in": "query", "description": said, "schema": schema}
        for name, (schema, said) in own.items()
    )
    return _get(
        "search",
        "Questions and projects by text, with facets.",
        _responses(FORMATS[:3], schemas.FOUND, ("406",)),
        [text, *facets, *others, _format(FORMATS[:3])],
    )
