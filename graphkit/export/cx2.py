"""CX2, the exchange format of Cytoscape and NDEx.

Nodes and edges are numbered in the order of the export; `represents` is a node's short key,
`label` its class, `interaction` an edge's type and `qualified_by` what tells parallel edges apart.
The numbers of all nodes are held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from graphkit.export.appearance import Appearance
from graphkit.export.cytoscape import MOST_HELD, TEXTS, fit, grouped, to_fit
from graphkit.export.cytoscape_columns import LIST_OF, losses, types_of
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import Survey
from graphkit.palette import colour
from graphkit.subgraph.subgraph import Subgraph, link_values, node_values

_JSON = msgspec.json.Encoder()
_PLAIN = "#999999"


def write(export: Export, output: Output) -> None:
    """Write it, one element a line."""
    out = output.binary()
    about, survey, subgraph = export.about, export.survey, export.subgraph
    appearance = export.appearance
    network = {
        "name": about.title,
        "description": about.selection,
        "version": about.snapshot,
        **grouped(pair for pair in about.pairs() if pair[0] not in ("title", "selection")),
    }
    counts = {
        "attributeDeclarations": 1,
        "networkAttributes": 1,
        "nodes": subgraph.node_count,
        "edges": subgraph.relationship_count,
        "visualProperties": 1,
        "nodeBypasses": subgraph.node_count if appearance else 0,
    }
    for head in (
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": name, "elementCount": n} for name, n in counts.items() if n]},
        {"attributeDeclarations": [_declarations(survey, network)]},
        {"networkAttributes": [network]},
    ):
        out.write((b",\n" if "CXVersion" not in head else b"[") + _JSON.encode(head))
    numbers: dict[str, int] = {}
    _aspect(out.write, "nodes", _nodes(export, to_fit(survey, survey.nodes), numbers, appearance))
    _aspect(out.write, "edges", _edges(subgraph, to_fit(survey, survey.relationships), numbers))
    _aspect(out.write, "visualProperties", iter([_JSON.encode(_style(survey))]))
    if appearance is not None:
        _aspect(out.write, "nodeBypasses", _sizes(appearance, numbers))
    out.write(b',\n{"status":[{"error":"","success":true}]}]\n')


def _declarations(survey: Survey, network: Mapping[str, Any]) -> dict[str, Any]:
    nodes = {"label": "string", "represents": "string"}
    nodes |= types_of(survey.kinds(survey.nodes), TEXTS)
    edges = {"interaction": "string", "qualified_by": "string"}
    edges |= types_of(survey.kinds(survey.relationships), TEXTS)
    own = {name: f"{LIST_OF}string" if isinstance(value, list) else "string"
           for name, value in network.items()}  # fmt: skip
    return {
        aspect: {name: {"d": type_} for name, type_ in types.items()}
        for aspect, types in (("networkAttributes", own), ("nodes", nodes), ("edges", edges))
    }


def _nodes(
    export: Export, types: Mapping[str, str], numbers: dict[str, int], looks: Appearance | None
) -> Iterator[bytes]:
    key = export.subgraph.key
    for number, row in enumerate(export.subgraph.nodes()):
        numbers[row.iri] = number
        values = {"label": row.label, "represents": key(row.iri)}
        node: dict[str, Any] = {"id": number}
        if looks is not None:
            spot = looks.spots[row.iri]
            node |= {"x": spot.x, "y": -spot.y or 0.0}
        node["v"] = values | fit(node_values(row.content)[0], types)
        yield _JSON.encode(node)


def _edges(
    subgraph: Subgraph, types: Mapping[str, str], numbers: Mapping[str, int]
) -> Iterator[bytes]:
    rest: dict[tuple[str, bytes], bytes] = {}
    for number, link in enumerate(subgraph.relationships()):
        same = link.type, link.content
        content = None if link.key else rest.get(same)
        if content is None:
            values = {"interaction": link.type}
            if link.key:
                values["qualified_by"] = link.key
            content = _JSON.encode(values | fit(link_values(link.content)[0], types))
            if not link.key and len(rest) < MOST_HELD:
                rest[same] = content
        yield b'{"id":%d,"s":%d,"t":%d,"v":%b}' % (
            number, numbers[link.start_iri], numbers[link.end_iri], content,
        )  # fmt: skip


def _style(survey: Survey) -> dict[str, Any]:
    colours = [{"v": label, "vp": colour(label)} for label in sorted(survey.node_counts)]
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "node": {
                "NODE_SHAPE": "ellipse", "NODE_BACKGROUND_COLOR": _PLAIN,
                "NODE_WIDTH": 20, "NODE_HEIGHT": 20,
            },
            "edge": {
                "EDGE_LINE_COLOR": _PLAIN, "EDGE_WIDTH": 1, "EDGE_TARGET_ARROW_SHAPE": "triangle",
            },
        },
        "nodeMapping": {
            "NODE_BACKGROUND_COLOR": {
                "type": "DISCRETE",
                "definition": {"attribute": "label", "type": "string", "map": colours},
            },
            "NODE_LABEL": {
                "type": "PASSTHROUGH", "definition": {"attribute": "name", "type": "string"},
            },
        },
        "edgeMapping": {},
    }  # fmt: skip


def _sizes(appearance: Appearance, numbers: Mapping[str, int]) -> Iterator[bytes]:
    for iri, number in numbers.items():
        size = appearance.spots[iri].size
        yield _JSON.encode({"id": number, "v": {"NODE_WIDTH": size, "NODE_HEIGHT": size}})


def _aspect(put: Any, name: str, elements: Iterator[bytes]) -> None:
    put(b',\n{"%b": [' % name.encode())
    joint = b"\n"
    for element in elements:
        put(joint + element)
        joint = b",\n"
    put(b"]}")


def _losses(survey: Survey) -> list[str]:
    return losses(survey, TEXTS)


FORMAT = Format("cx2", "CX2", ("cx2",), write, _losses)
