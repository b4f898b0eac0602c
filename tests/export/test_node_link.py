"""Node-link JSON, read back by NetworkX."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from export.conftest import nodes_of, relationships_of

from graphkit.subgraph import Subgraph


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_networkx_reads_the_same_nodes_and_links(
    name: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    data = json.loads(written(subgraph, "node-link", "net.json").read_bytes())
    graph = networkx.node_link_graph(data, edges="links")
    assert graph.is_directed()
    assert graph.is_multigraph()
    found = {key: (values.pop("label"), values) for key, values in graph.nodes(data=True)}
    assert found == nodes_of(subgraph)
    links = [
        (values.pop("type"), start, end, key.partition("/")[2], values)
        for start, end, key, values in graph.edges(keys=True, data=True)
    ]
    expected = relationships_of(subgraph)
    assert sorted(links, key=repr) == sorted(expected, key=repr)


def test_the_graph_says_where_it_comes_from(whole: Subgraph, written: Callable[..., Path]) -> None:
    target = written(whole, "node-link", "net.json")
    said = json.loads(target.read_bytes())["graph"]
    beside = json.loads(target.with_name("net.json.meta.json").read_bytes())
    assert said.pop("kinds")["nodes"]["start_date"] == "date"
    assert said == beside
    assert said["snapshot"] == whole.snapshot.manifest.id
    assert said["nodes"] == whole.node_count
    assert any("licence" in one for one in said["sources"])


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    one, two = (written(whole, "node-link", f"{name}.json") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
