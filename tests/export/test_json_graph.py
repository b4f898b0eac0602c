"""JSON Graph Format, held against the rules of its second version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from export.conftest import nodes_of, relationships_of

from graphkit.subgraph import Subgraph

Written = Callable[..., Path]


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """A schema of an object that has no other properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT, OBJECT, TRUTH = {"type": "string"}, {"type": "object"}, {"type": "boolean"}
NODE = closed(label=TEXT, metadata=OBJECT)
EDGE = closed(
    ("source", "target"),
    id=TEXT, source=TEXT, target=TEXT, relation=TEXT, directed=TRUTH, label=TEXT, metadata=OBJECT,
)  # fmt: skip
SCHEMA = closed(
    ("graph",),
    graph=closed(
        id=TEXT, label=TEXT, directed=TRUTH, type=TEXT, metadata=OBJECT,
        nodes={"type": "object", "additionalProperties": NODE},
        edges={"type": "array", "items": EDGE},
    ),
)  # fmt: skip
"""What the specification says of a file with one graph and no hyperedges."""


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_the_same_nodes_and_edges_are_in_a_valid_file(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    data = json.loads(written(subgraph, "jgf", "net.jgf").read_bytes())
    jsonschema.validate(data, SCHEMA)
    graph = data["graph"]
    assert graph["directed"] is True
    expected = nodes_of(subgraph)
    assert list(graph["nodes"]) == [subgraph.key(row.iri) for row in subgraph.nodes()]
    for key, node in graph["nodes"].items():
        values = node["metadata"]
        assert (values.pop("label"), values) == expected[key]
        assert node["label"] == values["name"]
    edges = [
        (edge["relation"], edge["source"], edge["target"], edge["metadata"].pop("key", ""),
         edge["metadata"])
        for edge in graph["edges"]
    ]  # fmt: skip
    assert edges == relationships_of(subgraph)


def test_the_graph_says_what_it_is(part: Subgraph, written: Written) -> None:
    target = written(part, "jgf", "net.jgf.json")
    graph = json.loads(target.read_bytes())["graph"]
    said = graph["metadata"]
    assert graph["label"] == said["title"]
    assert said.pop("kinds")["nodes"]["start_date"] == "date"
    assert said == json.loads(target.with_name("net.jgf.json.meta.json").read_bytes())


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "jgf", f"{name}.jgf") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
