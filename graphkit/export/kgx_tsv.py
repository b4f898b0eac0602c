"""KGX as a pair of tables, one of nodes and one of edges, as its own TSV writer makes them.

There is no quoting: a tab or a line end inside a text becomes a space, and the values of a list
stand between `|`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from graphkit.export.format import Export, Format
from graphkit.export.kgx import Rendered, edges, merged, nodes
from graphkit.export.output import Output
from graphkit.export.survey import Survey

_BREAKS = re.compile("[\t\n\r]")
_NODES = ("id", "category", "name", "provided_by")
_EDGES = ("id", "subject", "predicate", "object", "category", "qualified_by")
_KNOWLEDGE = (
    "relationship_type", "knowledge_level", "agent_type", "primary_knowledge_source",
)  # fmt: skip


def cell(value: Any) -> str:
    r"""A value as KGX writes it.

    >>> cell(["a", 1.5]), cell(True), cell("one\ttwo\n"), cell(None)
    ('a|1.5', 'True', 'one two ', '')
    """
    if isinstance(value, str):
        return value if value.isprintable() else _BREAKS.sub(" ", value)
    if isinstance(value, list):
        return "|".join(map(cell, value))
    return "" if value is None else str(value)


def _row(record: dict[str, Any], columns: Sequence[str]) -> str:
    get = record.get
    return "\t".join(
        ["" if (value := get(name)) is None else cell(value) for name in columns]
    )  # most columns of most rows are empty


def write(export: Export, output: Output) -> None:
    """Write both files."""
    survey = export.survey
    out = output.text("nodes")
    columns = _columns(_NODES, survey.kinds(survey.nodes))
    out.write("\t".join(columns) + "\n")
    for node in nodes(export.subgraph):
        out.write(_row(node, columns) + "\n")
    out = output.text("edges")
    columns = _columns(_KNOWLEDGE, survey.kinds(survey.relationships))
    out.write("\t".join([*_EDGES, *columns]) + "\n")
    rendered = Rendered(lambda values: _row(values, columns).encode())
    for edge, link in edges(export.subgraph):
        out.write(f"{_row(edge, _EDGES)}\t{rendered.of(link).decode()}\n")


def _columns(first: Sequence[str], others: Iterable[str]) -> list[str]:
    return [*first, *(name for name in others if name not in first)]


def losses(survey: Survey) -> list[str]:
    """What cells without quotes and types cannot hold."""
    text = "KGX TSV: every value is text; tabs and line ends become spaces"
    found = [f"{text}, a | inside a value reads as a mark between two, and an empty value as none"]
    if survey.points:
        found.append(f"KGX TSV: {survey.points:,} points are written as longitude|latitude")
    return [*merged(survey), *found]


FORMAT = Format("kgx-tsv", "KGX TSV", ("kgx.tsv",), write, losses)
