"""Nodes and relationships as rows: which columns there are, and of which kind each is.

A column has one kind. Where values under one key are of several kinds, the column takes the
narrowest that holds all of them: whole and other numbers together are `float`, single values
and lists together are lists, anything else is text. What each class and type held before
stands in the list of columns (`codebook`), so that a reader can go back; only where one class
alone is of several kinds there is no way back, and that is told as a loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, STRING, Columns, Survey, kind_of
from graphkit.property_graph.elements import Value
from graphkit.property_graph.schema import (
    IRI,
    LOCATION,
    MARKS,
    NAME,
    OTHER_SOURCES,
    PROPERTY_SOURCES,
    GraphSchema,
)
from graphkit.property_graph.values import POINT
from graphkit.subgraph.subgraph import PROVENANCE

NODES, RELATIONSHIPS = "nodes", "relationships"
_LAST = (IRI, PROVENANCE, OTHER_SOURCES, PROPERTY_SOURCES)
"""Keys that nobody reads first."""
_MEANINGS = {
    NAME: "What it is called.",
    IRI: "Its address.",
    PROVENANCE: "The source, or the step of graphkit, that states it.",
    OTHER_SOURCES: "Other sources that state it as well.",
    PROPERTY_SOURCES: "Properties that another source states, as property=source.",
    LOCATION: "Where it is: longitude and latitude (WGS 84).",
}
_REMEMBERED = 50_000
_Made = TypeVar("_Made")
_JSON = msgspec.json.Encoder()


@dataclass(frozen=True)
class Column:
    """A column: its heading, the key of the property, the kind of all values in it.

    `is_mixed` tells that values have to be made that kind first.
    """

    name: str
    key: str
    kind: str
    is_mixed: bool = False


def columns_of(kinds: Mapping[str, Counter[str]], taken: Sequence[str]) -> list[Column]:
    """The columns for these keys, the name first and sources last.

    `taken` are headings that stand there already; whether letters are large or small does
    not tell headings apart.

    >>> columns_of({"name": Counter(string=2), "id": Counter(integer=1, float=1)}, ["id"])
    ... # doctest: +NORMALIZE_WHITESPACE
    [Column(name='name', key='name', kind='string', is_mixed=False),
     Column(name='id_', key='id', kind='float', is_mixed=True)]
    """
    used = {heading.lower() for heading in taken}
    found = []
    for key in sorted(kinds, key=_place):
        heading = key
        while heading.lower() in used:
            heading += "_"
        used.add(heading.lower())
        found.append(Column(heading, key, one_kind(kinds[key]), len(kinds[key]) > 1))
    return found


def _place(key: str) -> tuple[bool, int, str]:
    return key != NAME, _LAST.index(key) if key in _LAST else -1, key


def one_kind(kinds: Iterable[str]) -> str:
    """The narrowest kind that holds values of all these kinds.

    >>> one_kind(["integer", "float"]), one_kind(["date", "date[]"]), one_kind(["date", "integer"])
    ('float', 'date[]', 'string')
    """
    found = set(kinds)
    if len(found) == 1:
        return found.pop()
    if any(kind.endswith(MANY) for kind in found):
        return one_kind(kind.removesuffix(MANY) for kind in found) + MANY
    return FLOAT if found <= {INTEGER, FLOAT} else STRING


def fitted(value: Any, kind: str, wanted: str) -> Any:
    """A value of one kind as a value of a kind that `one_kind` gave.

    >>> fitted(3, "integer", "float"), fitted("a", "string", "string[]")
    (3.0, ['a'])
    >>> fitted([-1.5, 52.25], "point", "string"), fitted(True, "boolean", "string")
    ('POINT (-1.5 52.25)', 'true')
    """
    if kind == wanted:
        return value
    if wanted.endswith(MANY):
        single, one = kind.removesuffix(MANY), wanted.removesuffix(MANY)
        return [fitted(part, single, one) for part in (value if kind.endswith(MANY) else [value])]
    return float(value) if wanted == FLOAT else text_of(value, kind)


def text_of(value: Any, kind: str) -> str:
    """A value as text: numbers so that they read back as they were, lists as JSON, points as WKT.

    >>> text_of(0.1, "float"), text_of(["a", "b"], "string[]"), text_of([0.5, 51.0], "point")
    ('0.1', '["a","b"]', 'POINT (0.5 51.0)')
    """
    if kind == POINT:
        return f"POINT ({float(value[0])!r} {float(value[1])!r})"
    if kind.endswith(MANY):
        return _JSON.encode(value).decode()
    if kind == BOOLEAN:
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def row_of(
    columns: Sequence[Column], properties: Mapping[str, Value], typed: Mapping[str, str]
) -> list[Any]:
    """The values of one node or relationship, None where there is none."""
    found: list[Any] = []
    for column in columns:
        value: Any = properties.get(column.key)
        if value is not None and column.is_mixed:
            value = fitted(value, kind_of(value, typed.get(column.key, "")), column.kind)
        found.append(value)
    return found


def remembered(make: Callable[[bytes], _Made]) -> Callable[[bytes], _Made]:
    """`make`, once for each content: most relationships of a type hold the same."""
    known: dict[bytes, _Made] = {}

    def get(content: bytes) -> _Made:
        made = known.get(content)
        if made is None:
            made = make(content)
            if len(known) < _REMEMBERED:
                known[content] = made
        return made

    return get


# ---- What the columns are ----


@dataclass(frozen=True)
class Entry:
    """A line in the list of columns: what a column holds for one class or type.

    `kind` is that of the column, `values` what the values were (with several: joined by a
    comma), `count` how many there are.
    """

    table: str
    of: str
    column: str
    property: str
    kind: str
    values: str
    count: int
    meaning: str


HEADINGS = ("table", "of", "column", "property", "kind", "values", "count", "meaning")


def codebook(
    survey: Survey, schema: GraphSchema, columns: Callable[[str, str], Sequence[Column]]
) -> Iterator[Entry]:
    """The list of columns. `columns` gives those of a table (NODES, RELATIONSHIPS) and class."""
    for table, found in ((NODES, survey.nodes), (RELATIONSHIPS, survey.relationships)):
        for of, kinds in found.items():
            for column in columns(table, of):
                if column.key in kinds:
                    held = kinds[column.key]
                    yield Entry(
                        table,
                        of,
                        column.name,
                        column.key,
                        column.kind,
                        ", ".join(sorted(held)),
                        held.total(),
                        _meaning(schema, table, of, column.key),
                    )


def _meaning(schema: GraphSchema, table: str, of: str, key: str) -> str:
    """What the ontology says of a property of a class, or of a relationship type."""
    if key in _MEANINGS:
        return _MEANINGS[key]
    if key.endswith(MARKS):
        return f"How values of {key.removesuffix(MARKS)} are to be written in RDF."
    qualifier = schema.qualified.get(of)
    node = schema.labels.get(qualifier.label if table == RELATIONSHIPS and qualifier else of)
    if node is None:
        return ""
    if table == RELATIONSHIPS and qualifier and key == qualifier.key:
        return f"The id of the {qualifier.label} that says more about it."
    terms = schema.ontology.properties
    found = {**node.sums, **node.parts, **schema.part_keys(node.label), **node.keys}
    for predicate, one in found.items():
        if key == getattr(one, "name", one) and predicate in terms:
            return terms[predicate].comment
    return ""


def mixtures(title: str, *tables: Columns) -> list[str]:
    """What is lost where one class or type holds values of several kinds under one key."""
    return [
        f"{title}: `{key}` of {of} holds values of several kinds ({', '.join(sorted(kinds))}); "
        f"all become {one_kind(kinds)}"
        for columns in tables
        for of, by_key in columns.items()
        for key, kinds in by_key.items()
        if len(kinds) > 1
    ]
