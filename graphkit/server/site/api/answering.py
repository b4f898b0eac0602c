"""Rows of a named query, in every format that the API has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TextIO, cast

import msgspec
import pyoxigraph as ox
from flask import Response, request

from graphkit.library import Bound
from graphkit.library.header import Column
from graphkit.names import CODES
from graphkit.server.site.answers import answer, too_large
from graphkit.server.site.api.addresses import following
from graphkit.server.site.api.parameters import Asked
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.labels import Labels
from graphkit.server.site.sparql.formats import Choice, Format, chosen, prefers_page
from graphkit.store import python_value
from graphkit.tabular import LIST_JOINT, Result, write_rows

JSON = Format("json", ("application/json",), None)
CSV = Format("csv", ("text/csv",), None, text=True)
TSV = Format("tsv", ("text/tab-separated-values",), None, text=True)
LINES = Format("ndjson", ("application/x-ndjson", "application/jsonl"), None, ("jsonl",))
GRAPHML = Format("graphml", ("application/graphml+xml",), None)
FORMATS = (JSON, CSV, TSV, LINES, GRAPHML)
SUFFIXES = tuple(form.name for form in FORMATS)
TABLES = FORMATS[:-1]
"""Formats of every query; GraphML is for those whose rows are the edges of a network."""


@dataclass(frozen=True)
class Rows:
    """A query's rows as far as they were asked for; `more` tells that there are others."""

    bound: Bound
    result: Result
    asked: Asked
    more: bool

    @property
    def next(self) -> str:
        """The address of the rows that follow; "" where there are none."""
        if not self.more or not self.asked.limit:
            return ""
        return following(offset=str(self.asked.offset + self.asked.limit))


def rows(bound: Bound, asked: Asked) -> Rows:
    """Run a query. Raises Problem 413 where it gives more rows than are sent at once."""
    here = site()
    most = here.limits.max_rows
    wanted = most if asked.limit is None else asked.limit
    if wanted > most:
        raise too_large("rows", most)
    result = here.dataset.library.execute(bound, limit=asked.offset + wanted)
    if result.truncated and asked.limit is None:
        raise too_large("rows", most)
    part = replace(result, rows=result.rows[asked.offset :]) if asked.offset else result
    return Rows(bound, part, asked, result.truncated)


def wants_page(asked: Asked) -> bool:
    """Whether the request comes from somebody who reads."""
    return prefers_page(request.headers.get("Accept", ""), asked.format, FORMATS)


def respond(bound: Bound, asked: Asked, more: dict[str, Any] | None = None) -> Response:
    """A query's rows in the format that the request asks for.

    `more` are further members of the JSON object. Raises Problem 406 where there is no such
    format of these rows, 413 where there are too many.
    """
    choice = _choice(bound, asked)
    found = rows(bound, asked)
    response = answer(_writer(found, choice, more or {}), choice.content_type)
    response.vary.add("Accept")
    if found.next:
        response.headers["Link"] = f'<{found.next}>; rel="next"'
    if choice.format is not JSON:
        name = f"{bound.query.name}.{choice.format.name}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _choice(bound: Bound, asked: Asked) -> Choice:
    formats: tuple[Format, ...]
    if bound.header.network:
        formats, what = FORMATS, "the rows of a network"
    else:
        formats, what = TABLES, "rows that are no network"
        if asked.format and asked.format.lower() in (GRAPHML.name, *GRAPHML.media_types):
            raise Problem(
                406,
                f"{bound.query.name} gives no network, so there is no GraphML of it",
                "/api/queries tells which queries do",
                parameter="format",
                available=[one.media_type for one in formats],
            )
    return chosen(request.headers.get("Accept", ""), asked.format, formats, what)


def _writer(found: Rows, choice: Choice, more: dict[str, Any]) -> Callable[[Any], object]:
    if choice.format is JSON:
        return lambda sink: sink.write(json_of(found, more))
    if choice.format is GRAPHML:
        return lambda sink: sink.write(graphml(found.result))
    result = found.result
    return lambda sink: table(sink, result.columns, result.rows, choice.format.name)


class _Encoded:
    """Text on its way into a sink of bytes."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink

    def write(self, text: str) -> int:
        """Take more text."""
        self._sink.write(text.encode("utf-8", "replace"))
        return len(text)


def table(sink: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> None:
    """Write rows as CSV, TSV or lines of JSON."""
    write_rows(cast("TextIO", _Encoded(sink)), columns, rows, form)


def json_of(found: Rows, more: dict[str, Any]) -> bytes:
    """Rows as an object that says what they are."""
    bound, result = found.bound, found.result
    snapshot = site().dataset.snapshot
    assert snapshot is not None
    sources = snapshot.manifest.sources
    whole = {
        "query": bound.query.name,
        "summary": bound.header.summary,
        **more,
        "parameters": parameters(bound, found.asked.values),
        "remarks": list(bound.remarks),
        "columns": columns(bound.header.columns),
        "rows": result.dicts(),
        "offset": found.asked.offset,
        "more": found.more,
        "next": found.next or None,
        "sparql": bound.sparql.strip(),
        "snapshot": snapshot.manifest.id,
        "licences": sorted({source.licence for source in sources if source.licence}),
        "attribution": sorted({source.attribution for source in sources if source.attribution}),
    }
    return msgspec.json.encode(whole) + b"\n"


def parameters(bound: Bound, given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The values of a query: as they were given, and as they were understood.

    `value` is the address of a thing, the code of a closed list, or a number, text, boolean or
    date; None where the parameter is left out. `label` is what a thing is called.
    """
    labels = Labels(site().dataset)
    found: dict[str, dict[str, Any]] = {}
    for name, term in bound.terms.items():
        value, label = None if term is None else python_value(term), None
        if isinstance(term, ox.NamedNode):
            if bound.header.parameters[name].type in CODES:
                value = term.value.rpartition("/")[2]
            else:
                label = labels.of(term.value)
        found[name] = {"given": given.get(name), "value": value, "label": label}
    return found


def columns(known: dict[str, Column]) -> list[dict[str, Any]]:
    """Columns as JSON has them."""
    return [
        {
            "name": name,
            "type": column.type,
            "unit": column.unit or None,
            "several": column.many,
            "meaning": column.meaning,
        }
        for name, column in known.items()
    ]


def graphml(result: Result) -> bytes:
    """Rows as a network: an edge for each, its values as text, numbers and booleans."""
    import networkx

    network = result.to_networkx()
    for _, _, values in network.edges(data=True):
        for key, value in list(values.items()):
            if value is None:
                del values[key]
            elif isinstance(value, list):
                values[key] = LIST_JOINT.join(str(one) for one in value)
            elif isinstance(value, str):
                values[key] = _xml_text(value)
    lines = networkx.generate_graphml(network, named_key_ids=True)
    return ("<?xml version='1.0' encoding='utf-8'?>\n" + "\n".join(lines) + "\n").encode()


def _xml_text(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
