"""Cytoscape JSON, as Cytoscape.js and Cytoscape Desktop open it.

Nodes have `label`, which is their class, beside their properties; edges have their type as
`interaction`. Where a layout is to be had, nodes have a position and a size.
`networkx.cytoscape_graph` reads it with nodes by their short keys and parallel edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from graphkit.export.appearance import Appearance
from graphkit.export.cytoscape_columns import fitted, losses, mixed, types_of
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import Columns, Survey
from graphkit.palette import colour
from graphkit.subgraph.subgraph import Subgraph, link_values, node_values

_JSON = msgspec.json.Encoder()
TEXTS = ("name",)
"""Columns that Cytoscape takes for text whatever is in them."""
MOST_HELD = 10_000
"""How many different contents of edges are kept as they were written."""


def write(export: Export, output: Output) -> None:
    """Write it, one node or edge a line."""
    out = output.binary()
    survey = export.survey
    head = {
        "format_version": "1.0",
        "generated_by": export.about.made_by,
        "target_cytoscapejs_version": "~3",
        "directed": True,
        "multigraph": True,
        "data": {"name": export.about.title, **grouped(export.about.pairs())},
        "style": _style(survey.node_counts),
    }
    out.write(_JSON.encode(head)[:-1] + b',\n"elements": {"nodes": [')
    _listed(out.write, _nodes(export.subgraph, to_fit(survey, survey.nodes), export.appearance))
    out.write(b'],\n"edges": [')
    _listed(out.write, _edges(export.subgraph, to_fit(survey, survey.relationships)))
    out.write(b"]}}\n")


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Texts by name; several of one name as a list.

    >>> grouped([("a", "1"), ("b", "2"), ("b", "3")])
    {'a': '1', 'b': ['2', '3']}
    """
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def to_fit(survey: Survey, columns: Columns) -> dict[str, str]:
    """Columns some of whose values have to be made to fit, with their types."""
    kinds = survey.kinds(columns)
    return mixed(kinds, types_of(kinds, TEXTS))


def fit(values: dict[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    """Values with those of some columns made to fit the type of the column."""
    for name in types.keys() & values.keys():
        values[name] = fitted(values[name], types[name])
    return values


def _style(labels: Iterable[str]) -> list[dict[str, Any]]:
    rules = [
        {"selector": "node", "style": {"label": "data(name)"}},
        {"selector": "edge", "style": {"curve-style": "bezier", "target-arrow-shape": "triangle"}},
    ]
    return rules + [
        {"selector": f"node.{label}", "style": {"background-color": colour(label)}}
        for label in sorted(labels)
    ]


def _nodes(
    subgraph: Subgraph, types: Mapping[str, str], appearance: Appearance | None
) -> Iterator[bytes]:
    key = subgraph.key
    for row in subgraph.nodes():
        short = key(row.iri)
        data = {"id": short, "value": short, "label": row.label}
        data |= fit(node_values(row.content)[0], types)
        node: dict[str, Any] = {"data": data, "classes": row.label}
        if appearance is not None:
            spot = appearance.spots[row.iri]
            node["position"] = {"x": spot.x, "y": -spot.y or 0.0}
            node["style"] = {"width": spot.size, "height": spot.size}
        yield _JSON.encode(node)


def _edges(subgraph: Subgraph, types: Mapping[str, str]) -> Iterator[bytes]:
    key, encode = subgraph.key, _JSON.encode
    rest: dict[bytes, bytes] = {}
    for number, link in enumerate(subgraph.relationships()):
        content = b"" if link.key else rest.get(link.content, b"")
        if not content:
            content = encode(fit(link_values(link.content)[0], types))[1:]
            if not link.key and len(rest) < MOST_HELD:
                rest[link.content] = content
        head = {
            "id": f"e{number}",
            "source": key(link.start_iri),
            "target": key(link.end_iri),
            "key": f"{link.type}/{link.key}" if link.key else link.type,
            "interaction": link.type,
        }
        yield b'{"data":' + encode(head)[:-1] + b"," * (len(content) > 1) + content + b"}"


def _listed(put: Any, elements: Iterator[bytes]) -> None:
    joint = b"\n"
    for element in elements:
        put(joint + element)
        joint = b",\n"


def _losses(survey: Survey) -> list[str]:
    found = losses(survey, TEXTS)
    if survey.large_integers:
        found.append(
            f"JSON: {survey.large_integers:,} whole numbers above 2^53 are inexact for JavaScript"
        )
    return found


FORMAT = Format("cytoscape", "Cytoscape JSON", ("cyjs", "cyjson"), write, _losses)
