"""One look at everything that is to be written, before the first byte is.

Columns of tables need the kinds of all their values, and a user has to hear what a format
cannot hold while there is still a choice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphkit.property_graph.schema import OTHER_SOURCES, PROPERTY_SOURCES
from graphkit.property_graph.values import DATE, DATETIME, POINT
from graphkit.subgraph.subgraph import PROVENANCE, Subgraph, link_values, node_values

STRING, INTEGER, FLOAT, BOOLEAN = "string", "integer", "float", "boolean"
MANY = "[]"
"""Ends the kind of a list: `string[]`."""
LARGEST_EXACT = 1 << 53
"""Integers beyond are not told apart by what reads numbers as floats, as JavaScript does."""
LONGEST_CELL = 32_767
"""Characters in a cell of a workbook."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 has no way to say."""
_FORMULA = frozenset("=+-@\t\r")
_KINDS: Mapping[type, str] = {str: STRING, int: INTEGER, float: FLOAT, bool: BOOLEAN}

Columns = dict[str, dict[str, Counter[str]]]
"""By label or type, by key: how many values there are of each kind."""


@dataclass
class Survey:
    """What is known of all elements of a subgraph.

    `nodes` and `relationships` count the values of each kind, by label or type and by key;
    `patterns` relationships by start label, type and end label. `parallel` are relationships
    of which another has the same type and ends. The other numbers count values: `controls`
    texts with characters that XML cannot hold, `formulas` texts that a spreadsheet would take
    for one, `long_texts` texts longer than a cell of a workbook.
    """

    nodes: Columns = field(default_factory=dict)
    relationships: Columns = field(default_factory=dict)
    node_counts: Counter[str] = field(default_factory=Counter)
    relationship_counts: Counter[str] = field(default_factory=Counter)
    patterns: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    parallel: int = 0
    lists: int = 0
    empty_lists: int = 0
    points: int = 0
    moments: int = 0
    controls: int = 0
    returns: int = 0
    """Texts with a carriage return."""
    formulas: int = 0
    long_texts: int = 0
    large_integers: int = 0

    def kinds(self, columns: Columns) -> dict[str, Counter[str]]:
        """The kinds by key, of all labels (`nodes`) or types (`relationships`) together."""
        found: dict[str, Counter[str]] = {}
        for by_key in columns.values():
            for key, kinds in by_key.items():
                found.setdefault(key, Counter()).update(kinds)
        return dict(sorted(found.items()))


def survey(subgraph: Subgraph) -> Survey:
    """Look at all nodes and relationships once."""
    found = Survey()
    for row in subgraph.nodes():
        found.node_counts[row.label] += 1
        columns = found.nodes.setdefault(row.label, {})
        _take(found, columns, *node_values(row.content))
    _survey_relationships(found, subgraph)
    found.nodes = {label: dict(sorted(found.nodes[label].items())) for label in sorted(found.nodes)}
    found.relationships = {
        type_: dict(sorted(found.relationships[type_].items()))
        for type_ in sorted(found.relationships)
    }
    return found


def _survey_relationships(found: Survey, subgraph: Subgraph) -> None:
    alike: dict[tuple[str, str, str, bytes | None], int] = {}
    last: tuple[str, str, str] = ("", "", "")
    for row in subgraph.relationships():
        # Most of a type hold the same, a source and nothing else: they are looked at once.
        content = None if row.key else row.content
        same = row.start_label, row.type, row.end_label, content
        alike[same] = alike.get(same, 0) + 1
        this = row.type, row.start_iri, row.end_iri
        if this == last:
            found.parallel += 1
        last = this
        if row.key:
            columns = found.relationships.setdefault(row.type, {})
            _take(found, columns, *link_values(row.content))
    for (start, type_, end, content), times in alike.items():
        found.relationship_counts[type_] += times
        found.patterns[start, type_, end] += times
        if content is not None:
            columns = found.relationships.setdefault(type_, {})
            _take(found, columns, *link_values(content), times)


def _take(
    found: Survey,
    columns: dict[str, Counter[str]],
    properties: Mapping[str, Any],
    typed: Mapping[str, str],
    times: int = 1,
) -> None:
    for key, value in properties.items():
        if value.__class__ is str:
            kind = typed.get(key, STRING) if typed else STRING
            if kind is not STRING:
                found.moments += times
            elif len(value) > LONGEST_CELL or value[:1] in _FORMULA or not value.isprintable():
                _take_text(found, value, times)
        elif value.__class__ is list:
            kind = kind_of(value, typed.get(key, ""))
            _take_list(found, value, kind, times)
        else:
            kind = _KINDS[value.__class__]
            if kind is INTEGER and abs(value) > LARGEST_EXACT:
                found.large_integers += times
        counts = columns.get(key)
        if counts is None:
            counts = columns[key] = Counter()
        counts[kind] = counts.get(kind, 0) + times
    _take_sources(found, properties)


def _take_list(found: Survey, values: list[Any], kind: str, times: int) -> None:
    if kind == POINT:
        found.points += times
        return
    found.lists += times
    found.empty_lists += times if not values else 0
    if kind in (DATE + MANY, DATETIME + MANY):
        found.moments += times
    for one in values:
        if isinstance(one, str):
            _take_text(found, one, times)


def _take_text(found: Survey, text: str, times: int) -> None:
    if len(text) > LONGEST_CELL:
        found.long_texts += times
    if text[:1] in _FORMULA:
        found.formulas += times
    if not text.isprintable():
        if CONTROL.search(text):
            found.controls += times
        if "\r" in text:
            found.returns += times


def _take_sources(found: Survey, properties: Mapping[str, Any]) -> None:
    source = properties.get(PROVENANCE)
    if isinstance(source, str):
        found.sources.add(source)
    found.sources.update(_texts(properties.get(OTHER_SOURCES)))
    for entry in _texts(properties.get(PROPERTY_SOURCES)):
        found.sources.add(entry.partition("=")[2])


def _texts(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else ()


def kind_of(value: Any, typed: str = "") -> str:
    """The kind of a value: `string`, `integer`, `float`, `boolean`, `date`, `datetime`,
    `point`, or one of these followed by `[]` for a list.

    >>> kind_of(1.5), kind_of(["2026-01-31"], "date"), kind_of([-1.5, 52.0], "point")
    ('float', 'date[]', 'point')
    >>> kind_of([])
    'string[]'
    """
    if typed == POINT:
        return POINT
    if isinstance(value, list):
        return (typed or (_KINDS[type(value[0])] if value else STRING)) + MANY
    return typed or _KINDS[type(value)]
