"""Nodes and relationships as a plain Cypher script, with every value written out.

The script is data and not a query with parameters, so all depends on the escaping of
literals: it leaves nothing of a value that could end a string or be taken for an
escape, under the parsers of all releases from Neo4j 5 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from graphkit.batching import batches_by
from graphkit.neo4j.apply import ends_of
from graphkit.neo4j.bulk_csv import Elements
from graphkit.neo4j.marker import LOCK, STATE, Marker, marker_properties
from graphkit.neo4j.schema import MARKER, SchemaItem
from graphkit.property_graph.elements import RelationshipRow, Value, decoded
from graphkit.property_graph.values import DATE, DATETIME, POINT

BATCH_ROWS = 500
BATCH_CHARACTERS = 400_000
"""Text of a statement at most, but for a single row: a server parses it in memory."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
_ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_AFTER_BACKSLASH = re.compile("(?<=\\\\)(?=[u\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff])")
_SPECIAL = re.compile("[\\\\'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def name(text: str) -> str:
    """A label, type or key as Cypher takes it.

    >>> name("title"), name("odd`name")
    ('title', '`odd``name`')
    """
    return text if _NAME(text) else "`{}`".format(text.replace("`", "``"))


def string(text: str) -> str:
    r"""A string literal.

    >>> print(string("it's\n\x00"), string("C:\\users"))
    'it\'s\n\u0000' 'C:\\' + 'users'
    """
    if text.isprintable() and "\\" not in text and "'" not in text:
        return f"'{text}'"
    # Parsers of older releases read `\u` before all else, even after another backslash.
    parts = (_SPECIAL.sub(_escaped, part) for part in _AFTER_BACKSLASH.split(text))
    return "'{}'".format("' + '".join(parts))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def literal(value: Value, kind: str = "") -> str:
    """A value with its kind (as in `typed` of nodes) as an expression of Cypher.

    >>> literal([1, 2]), literal(1e300), literal(True), literal("2026-01-31", "date")
    ('[1, 2]', '1e300', 'true', "date('2026-01-31')")
    >>> literal([-1.5, 52.0], "point")
    'point({longitude: -1.5, latitude: 52.0})'
    """
    if kind == POINT and isinstance(value, list):
        longitude, latitude = (literal(float(one)) for one in value)
        return f"point({{longitude: {longitude}, latitude: {latitude}}})"
    if isinstance(value, list):
        return f"[{', '.join(literal(one, kind) for one in value)}]"
    if kind in (DATE, DATETIME):
        return f"{kind}({string(str(value))})"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value).replace("e+", "e")


def mapping(properties: Mapping[str, Value], typed: Mapping[str, str]) -> str:
    """Properties as a map literal, keys sorted.

    >>> mapping({"id": "1", "n": 2}, {})
    "{id: '1', n: 2}"
    """
    pairs = (
        f"{name(key)}: {literal(properties[key], typed.get(key, ''))}" for key in sorted(properties)
    )
    return f"{{{', '.join(pairs)}}}"


def script(elements: Elements, items: list[SchemaItem], marker: Marker | None) -> Iterator[str]:
    """The whole script, statement by statement, each ending in a semicolon and a newline.

    Constraints come first, so that relationships find their ends; the marker comes last,
    so that a load that was cut off bears none. A part of a graph has no marker.
    """
    yield from (f"{item.statement};\n" for item in items if item.kind == "constraint")
    yield AWAIT
    for label, nodes in groupby(elements.nodes(), attrgetter("label")):
        rows = (mapping(*decoded(row.content)) for row in nodes)
        yield from _statements(rows, f"CREATE (n:{name(label)}) SET n = row")
    for type_, links in groupby(elements.relationships(), attrgetter("type")):
        for (start, end), some in batches_by(links, 20 * BATCH_ROWS, ends_of):
            yield from _statements(
                (_relationship(row) for row in some),
                f"MATCH (a:{name(start)} {{id: row[0]}}) MATCH (b:{name(end)} {{id: row[1]}}) "
                f"CREATE (a)-[r:{name(type_)}]->(b) SET r = row[2]",
            )
    yield from (f"{item.statement};\n" for item in items if item.kind != "constraint")
    yield AWAIT
    if marker is not None:
        yield from marker_statements(marker)


AWAIT = "CALL db.awaitIndexes(3600);\n"


def marker_statements(marker: Marker) -> Iterator[str]:
    """What a finished sync leaves, so that the next one finds nothing to do."""
    found: dict[str, Any] = marker_properties(marker)
    node = name(MARKER)
    yield f"MERGE (m:{node} {{id: {string(LOCK)}}}) SET m.name = {string(LOCK)};\n"
    yield f"MERGE (m:{node} {{id: {string(STATE)}}}) SET m = {mapping(found, {})};\n"


def _relationship(row: RelationshipRow) -> str:
    return f"[{string(row.start)}, {string(row.end)}, {mapping(*decoded(row.content))}]"


def _statements(rows: Iterable[str], rest: str) -> Iterator[str]:
    """`UNWIND [rows] AS row rest`, as often as it takes."""
    waiting: list[str] = []
    size = 0
    for row in rows:
        if waiting and (len(waiting) >= BATCH_ROWS or size + len(row) > BATCH_CHARACTERS):
            yield _unwind(waiting, rest)
            waiting, size = [], 0
        waiting.append(row)
        size += len(row)
    if waiting:
        yield _unwind(waiting, rest)


def _unwind(rows: list[str], rest: str) -> str:
    listed = ",\n".join(rows)
    return f"UNWIND [\n{listed}\n] AS row\n{rest};\n"
