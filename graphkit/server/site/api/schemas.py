"""JSON schemas of what the API answers, for its OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NOTHING: Schema = {"type": ["string", "null"]}
_WHOLE: Schema = {"type": "integer"}
_FLAG: Schema = {"type": "boolean"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_nothing(of: Schema) -> Schema:
    return {"oneOf": [of, {"type": "null"}]}


_COLUMN = _object(
    {
        "name": _TEXT,
        "type": _TEXT,
        "unit": _TEXT_OR_NOTHING,
        "several": {**_FLAG, "description": "Whether a value is a list."},
        "meaning": _TEXT,
    }
)
_VALUE = _object(
    {
        "given": {**_TEXT_OR_NOTHING, "description": "As it was written."},
        "value": {
            "type": ["string", "number", "boolean", "null"],
            "description": "As it was understood: an address, a code, a literal.",
        },
        "label": {**_TEXT_OR_NOTHING, "description": "What the thing is called."},
    }
)
_ANSWER = _object(
    {
        "query": _TEXT,
        "summary": _TEXT,
        "parameters": {"type": "object", "additionalProperties": _VALUE},
        "remarks": {**_list(_TEXT), "description": "What to know of how names were understood."},
        "columns": _list(_COLUMN),
        "rows": _list({"type": "object"}),
        "offset": {**_WHOLE, "description": "Rows that were left out before these."},
        "more": {**_FLAG, "description": "Whether there are rows after these."},
        "next": {**_TEXT_OR_NOTHING, "description": "The address of the rows after these."},
        "sparql": {**_TEXT, "description": "The query that was run."},
        "snapshot": _TEXT,
        "licences": _list(_TEXT),
        "attribution": _list(_TEXT),
    }
)
_PROBLEM = _object(
    {
        "title": _TEXT,
        "status": _WHOLE,
        "detail": _TEXT,
        "hint": _TEXT,
        "parameter": {**_TEXT, "description": "The parameter at fault."},
        "suggestions": {"type": "array", "description": "What may have been meant."},
        "example": {**_TEXT, "description": "An address that is answered."},
        "limit": {**_WHOLE, "description": "The limit that the answer passes."},
        "available": {**_list(_TEXT), "description": "Media types that there are."},
    },
    ("hint", "parameter", "suggestions", "example", "limit", "available"),
)
_LABELLED = _object({"iri": _TEXT, "label": _TEXT})
_MARKED = _list(_object({"text": _TEXT, "marked": _FLAG}))
_HIT = _object(
    {
        "iri": _TEXT,
        "kind": {"enum": ["question", "project"]},
        "key": _TEXT,
        "title": _TEXT,
        "marked_title": _MARKED,
        "snippet": _MARKED,
        "score": {"type": "number"},
        "year": {"type": ["integer", "null"]},
        "archived": _FLAG,
        "reference": _TEXT_OR_NOTHING,
        "department": _or_nothing(_LABELLED),
        "organisation": _or_nothing(_LABELLED),
        "funders": _list(_LABELLED),
    }
)
_FACET = _object(
    {
        "name": _TEXT,
        "label": _TEXT,
        "values": _list(
            _object(
                {
                    "value": {**_TEXT, "description": "What the filter takes."},
                    "label": _TEXT,
                    "count": _WHOLE,
                    "chosen": _FLAG,
                    "iri": _TEXT_OR_NOTHING,
                }
            )
        ),
        "more": {**_WHOLE, "description": "How many values are not listed."},
    }
)
SHARED: dict[str, Schema] = {
    "Problem": {**_PROBLEM, "description": "What is wrong and what to do (RFC 9457)."},
    "Answer": {**_ANSWER, "description": "Rows of a query, and all that is needed to read them."},
    "Hit": _HIT,
    "Facet": _FACET,
}
"""Schemas under `#/components/schemas/`."""
ASKED: Schema = {
    "allOf": [_shared("Answer")],
    **_object(
        {
            "sentence": _TEXT,
            "understood": _object(
                {
                    "query": _TEXT,
                    "parameters": {"type": "object", "additionalProperties": _TEXT},
                    "pattern": _TEXT,
                    "command": _TEXT,
                    "address": _TEXT,
                }
            ),
        }
    ),
}
"""What `/api/ask` answers."""
FOUND = _object(
    {
        "q": _TEXT,
        "filters": {"type": "object", "additionalProperties": _list(_TEXT)},
        "sort": _TEXT,
        "total": _WHOLE,
        "first": {**_WHOLE, "description": "The number of the first hit, from 0."},
        "suggestion": _TEXT_OR_NOTHING,
        "remarks": _list(_TEXT),
        "next": _TEXT_OR_NOTHING,
        "hits": _list(_shared("Hit")),
        "facets": {"type": "object", "additionalProperties": _shared("Facet")},
    }
)
"""What `/api/search` answers."""
QUERIES = _object(
    {
        "queries": _list(
            _object(
                {
                    "name": _TEXT,
                    "summary": _TEXT,
                    "description": _TEXT,
                    "tags": _list(_TEXT),
                    "network": {**_FLAG, "description": "Whether there is GraphML of it."},
                    "heavy": {**_TEXT_OR_NOTHING, "description": "Why it may take seconds."},
                    "parameters": _list({"type": "object"}),
                    "columns": _list(_COLUMN),
                    "sentences": {**_list(_TEXT), "description": "What /api/ask understands."},
                    "address": _TEXT,
                    "example": _TEXT,
                }
            )
        )
    }
)
"""What `/api/queries` answers."""
INDEX: Schema = {"type": "object", "additionalProperties": _TEXT}
"""What `/api/` answers."""
