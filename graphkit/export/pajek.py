"""Pajek's network files: vertices with labels and places, arcs in one list a relation.

A vertex holds no more than a label, which is the node's name and, in brackets, its short key, so
that no two are the same. A relation is a type of relationship; the value of an arc is its
`weight`, or 1. Everything else is left out, and said to be. Where there is one type only,
its arcs stand in a plain list, which igraph and NetworkX read as well; of several they do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.export.appearance import Appearance
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rendering import Remembered, batches
from graphkit.export.survey import CONTROL, FLOAT, INTEGER, Survey
from graphkit.export.xml_text import REPLACEMENT
from graphkit.property_graph.schema import IRI, NAME
from graphkit.subgraph.subgraph import link_values, node_values

_WEIGHT = "weight"
_SPACE = re.compile(r"\s+")
_MARGIN = 0.05
"""Kept free on all sides: the picture is the square from 0 to 1."""


def label(text: str) -> str:
    """Text in quotes, on one line; Pajek has no way to write a quote or a backslash in it.

    >>> label('say "so"\\n twice')
    '"say \\'so\\' twice"'
    """
    line = _SPACE.sub(" ", CONTROL.sub(REPLACEMENT, text)).strip()
    return '"' + line.replace('"', "'").replace("\\", "/") + '"'


def write(export: Export, output: Output) -> None:
    """Write it: what it is in comments, vertices, then the arcs of each relation."""
    out = output.binary()
    out.write(f"*Network {label(export.about.title)}\r\n".encode())
    for name, text in export.about.pairs():
        out.write(f"% {name}: {_SPACE.sub(' ', CONTROL.sub(REPLACEMENT, text))}\r\n".encode())
    out.write(f"*Vertices {export.subgraph.node_count}\r\n".encode())
    numbers: dict[str, int] = {}
    for batch in batches(_vertices(export, numbers)):
        out.write(batch)
    for batch in batches(_arcs(export, numbers)):
        out.write(batch)


def _vertices(export: Export, numbers: dict[str, int]) -> Iterator[str]:
    """The lines of vertices; `numbers` is filled with their numbers by IRI."""
    places = _places(export.appearance)
    for number, row in enumerate(export.subgraph.nodes(), 1):
        numbers[row.iri] = number
        name = node_values(row.content)[0].get(NAME)
        key = export.subgraph.key(row.iri)
        text = f"{name} [{key}]" if isinstance(name, str) and name.strip() else key
        yield f"{number} {label(text)}{places.get(row.iri, '')}\r\n"


def _places(appearance: Appearance | None) -> dict[str, str]:
    """Places by IRI in the square from 0 to 1, y downwards, with one scale for both axes."""
    spots = appearance.spots if appearance else {}
    if not spots:
        return {}
    left, right = min(s.x for s in spots.values()), max(s.x for s in spots.values())
    low, high = min(s.y for s in spots.values()), max(s.y for s in spots.values())
    scale = (1 - 2 * _MARGIN) / (max(right - left, high - low) or 1)
    return {
        iri: f" {_MARGIN + (s.x - left) * scale:.4f} {_MARGIN + (high - s.y) * scale:.4f} 0.5000"
        for iri, s in spots.items()
    }


def _arcs(export: Export, numbers: dict[str, int]) -> Iterator[str]:
    values = Remembered[bytes, str](_value)
    is_one = len(export.survey.relationship_counts) == 1
    relation, last = 0, ""
    for row in export.subgraph.relationships():
        if row.type != last:
            relation, last = relation + 1, row.type
            name = label(last)
            yield f"% relation: {name}\r\n*Arcs\r\n" if is_one else f"*Arcs :{relation} {name}\r\n"
        yield f"{numbers[row.start_iri]} {numbers[row.end_iri]} {values[row.content]}\r\n"


def _value(content: bytes) -> str:
    weight: Any = link_values(content)[0].get(_WEIGHT)
    return repr(weight) if isinstance(weight, int | float) else "1"


def losses(survey: Survey) -> list[str]:
    """All properties but names and weights; signs that labels cannot have."""
    said = []
    nodes = _values(survey, nodes=True)
    if nodes:
        said.append(
            f"Pajek: vertices have a label only; {nodes:,} other values of nodes, and their "
            "classes, are left out"
        )
    links = _values(survey, nodes=False)
    if links:
        said.append(f"Pajek: arcs have a value only; {links:,} properties of links are left out")
    types = len(survey.relationship_counts)
    if types > 1:
        said.append(
            f"Pajek: {types:,} types of links are relations in lists of their own, which Pajek "
            "reads, but neither igraph nor NetworkX"
        )
    if survey.node_counts:
        said.append(
            "Pajek: labels have no double quotes, backslashes, line breaks or control characters; "
            "they become apostrophes, slashes, spaces and U+FFFD"
        )
    return said


def _values(survey: Survey, *, nodes: bool) -> int:
    """How many values are left out."""
    kinds = survey.kinds(survey.nodes if nodes else survey.relationships)
    kept = (NAME, IRI) if nodes else ()
    count = sum(sum(found.values()) for key, found in kinds.items() if key not in kept)
    if not nodes and _WEIGHT in kinds:
        count -= kinds[_WEIGHT][INTEGER] + kinds[_WEIGHT][FLOAT]
    return count


FORMAT = Format("pajek", "Pajek", ("net",), write, losses)
