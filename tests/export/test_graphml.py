"""GraphML, read back by NetworkX, igraph and an XML parser, and checked against a schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import pytest
from export.conftest import nodes_of, relationships_of
from export.xml_reading import as_read, clean, is_valid, parsed, typed

from graphkit.export.graphml import losses
from graphkit.export.survey import Survey, survey
from graphkit.export.xml_text import column_kind, list_text, name_of, token
from graphkit.property_graph.values import POINT
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]


def in_graphml(values: dict[str, Any], kinds: dict[str, Counter[str]]) -> dict[str, Any]:
    """Values as a reader of GraphML gets them."""
    return {key: as_read(value, kinds[key], list_text) for key, value in values.items()}


def expected_nodes(subgraph: Subgraph) -> dict[str, tuple[str, dict[str, Any]]]:
    """Label and data by id."""
    found = survey(subgraph)
    kinds = found.kinds(found.nodes)
    return {
        token(key): (label, in_graphml(values, kinds))
        for key, (label, values) in nodes_of(subgraph).items()
    }


def expected_edges(subgraph: Subgraph) -> list[tuple[str, str, str, str, dict[str, Any]]]:
    """Type, ends, key and data, in the order of the file."""
    found = survey(subgraph)
    kinds = found.kinds(found.relationships)
    return [
        (type_, token(start), token(end), key, in_graphml(values, kinds))
        for type_, start, end, key, values in relationships_of(subgraph)
    ]


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_networkx_reads_the_same_nodes_and_edges_with_their_types(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    target = written(subgraph, "graphml", "net.graphml")
    graph = networkx.read_graphml(target, force_multigraph=True)
    assert graph.is_directed()
    nodes = {}
    for ident, values in graph.nodes(data=True):
        assert name_of(ident) == values.pop("key")
        nodes[ident] = values.pop("label"), typed(values)
    assert nodes == {
        ident: (label, typed(values)) for ident, (label, values) in expected_nodes(subgraph).items()
    }
    edges = [
        (int(ident[1:]), (values.pop("type"), start, end, values.pop("key", ""), typed(values)))
        for start, end, ident, values in graph.edges(keys=True, data=True)
    ]
    assert [edge for _, edge in sorted(edges, key=lambda one: one[0])] == [
        (*one, typed(values)) for *one, values in expected_edges(subgraph)
    ]


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_igraph_reads_the_same_nodes_and_edges(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    igraph = pytest.importorskip("igraph")
    subgraph: Subgraph = request.getfixturevalue(name)
    graph = igraph.Graph.Read_GraphML(str(written(subgraph, "graphml", "net.graphml")))
    assert graph.is_directed()
    for vertex, (ident, (label, values)) in zip(
        graph.vs, expected_nodes(subgraph).items(), strict=True
    ):
        found = vertex.attributes()
        assert (found["id"], found["label"]) == (ident, label)
        assert {key: found[key] for key in values} == values
    for edge, (type_, start, end, key, values) in zip(
        graph.es, expected_edges(subgraph), strict=True
    ):
        found = edge.attributes()
        assert (found["type"], found["key"]) == (type_, key)
        assert (graph.vs[edge.source]["id"], graph.vs[edge.target]["id"]) == (start, end)
        assert {name: found[name] for name in values} == values


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_it_is_valid(name: str, request: pytest.FixtureRequest, written: Written) -> None:
    target = written(request.getfixturevalue(name), "graphml", "net.graphml")
    assert is_valid(target, "graphml.rng") == ""


def test_a_key_says_what_its_texts_stand_for(whole: Subgraph, written: Written) -> None:
    root = parsed(written(whole, "graphml", "net.graphml"))
    said = {
        (key.get("for"), key.get("attr.name")): (key.get("attr.type"), key.findtext("{*}desc"))
        for key in root.findall("{*}key")
    }
    assert said["node", "end_date"] == ("string", "ISO 8601 date")
    assert said["node", "start_date"] == ("string", "ISO 8601 date, or integer")
    assert said["node", "location"] == ("string", "[longitude,latitude]")
    assert said["node", "alt_label"] == ("string", "JSON list of text")
    assert said["node", "identifier"] == ("string", "text, or JSON list of text")
    assert said["node", "amount"] == ("double", None)
    assert said["node", "archived"] == ("boolean", None)
    assert said["edge", "rank"] == ("long", None)


def test_the_graph_says_where_it_comes_from(part: Subgraph, written: Written) -> None:
    target = written(part, "graphml", "net.graphml")
    graph = networkx.read_graphml(target).graph
    beside = json.loads(target.with_name("net.graphml.meta.json").read_bytes())
    assert graph["snapshot"] == beside["snapshot"] == part.snapshot.manifest.id
    assert json.loads(graph["parameters"]) == beside["parameters"]
    assert graph["created"] == beside["created"]
    assert json.loads(graph["changed"]) == beside["changed"]
    assert "Open Government Licence v3.0" in json.loads(graph["licence"])[0] or graph["licence"]


def test_the_same_selection_gives_the_same_bytes(whole: Subgraph, written: Written) -> None:
    one, two = (written(whole, "graphml", f"{name}.graphml") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_what_changes_is_counted_before(hostile: Subgraph) -> None:
    found = survey(hostile)
    controls = sum("\ufffd" in clean(text) for text in texts_of(hostile))
    lists = sum(isinstance(value, list) for _, values in nodes_of(hostile).values()
                for key, value in values.items() if key != "location")  # fmt: skip
    assert losses(found) == [
        f"GraphML: lists have no type; {lists} are JSON text",
        f"GraphML: dates have no type; {2 * hostile.node_count} are ISO 8601 text",
        f"GraphML: points have no type; {hostile.node_count} are the text [longitude,latitude]",
        (
            f"GraphML: {controls} texts have control characters, which XML 1.0 cannot hold; "
            "each becomes U+FFFD"
        ),
    ]


def texts_of(subgraph: Subgraph) -> list[str]:
    """All texts, those in lists too."""
    found = []
    for values in [values for _, values in nodes_of(subgraph).values()] + [
        link[4] for link in relationships_of(subgraph)
    ]:
        for value in values.values():
            found += [one for one in (value if isinstance(value, list) else [value])
                      if isinstance(one, str)]  # fmt: skip
    return found


def test_numbers_and_truth_under_one_key_are_said_to_change() -> None:
    found = Survey(
        nodes={"Project": {"size": Counter(integer=2), "flag": Counter(boolean=5)},
               "Place": {"size": Counter(float=3), "flag": Counter(string=1)}},
    )  # fmt: skip
    (said,) = losses(found)
    assert said.startswith("GraphML: a key has one type; 7 values under flag, size are written")


def test_points_are_points() -> None:
    assert column_kind([POINT]) == "string"
