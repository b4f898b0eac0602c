"""Cytoscape JSON, read back by NetworkX."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import pytest
from export.conftest import nodes_of, relationships_of
from export.cytoscape_values import in_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.export.cytoscape_columns import fitted, type_of
from graphkit.export.formats import format_named
from graphkit.export.survey import kind_of, survey
from graphkit.property_graph.schema import GraphSchema
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]
RESERVED_NODE = {"id", "value", "label", "represents", "alias", "parent", "selected", "SUID"}
RESERVED_EDGE = {"id", "source", "target", "key", "interaction", "qualified_by", "selected", "SUID"}


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_networkx_reads_the_same_nodes_and_edges(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    columns = survey(subgraph)
    data = json.loads(written(subgraph, "cytoscape", "net.cyjs").read_bytes())
    graph = networkx.cytoscape_graph(data)
    assert graph.is_directed()
    assert graph.is_multigraph()
    expected = {
        key: {"id": key, "value": key, "label": label,
              **in_columns(values, columns.nodes, columns)}
        for key, (label, values) in nodes_of(subgraph).items()
    }  # fmt: skip
    assert dict(graph.nodes(data=True)) == expected
    edges = []
    for start, end, key, values in graph.edges(keys=True, data=True):
        own = {name: values.pop(name) for name in ("id", "source", "target", "key", "interaction")}
        assert (own["source"], own["target"], own["key"]) == (start, end, key)
        edges.append((own["interaction"], start, end, key.partition("/")[2], values))
    links = [
        (*ends, in_columns(values, columns.relationships, columns))
        for *ends, values in relationships_of(subgraph)
    ]
    assert sorted(edges, key=repr) == sorted(links, key=repr)
    ids = [edge["data"]["id"] for edge in data["elements"]["edges"]]
    assert len(ids) == len(set(ids))


def test_nodes_stand_somewhere_and_look_like_their_class(part: Subgraph, written: Written) -> None:
    data = json.loads(written(part, "cytoscape", "net.cyjs").read_bytes())
    colours = {
        rule["selector"]: rule["style"]["background-color"]
        for rule in data["style"]
        if "background-color" in rule["style"]
    }
    places = set()
    for node in data["elements"]["nodes"]:
        places.add((node["position"]["x"], node["position"]["y"]))
        assert colours[f"node.{node['classes']}"].startswith("#")
        assert node["style"]["width"] > 0
    assert len(places) > part.node_count / 2


def test_the_network_says_what_it_is(part: Subgraph, written: Written) -> None:
    said = json.loads(written(part, "cytoscape", "net.cyjs").read_bytes())["data"]
    assert said["name"] == f"graphkit: {part.selection.words}"
    assert said["snapshot"] == part.snapshot.manifest.id
    assert said["licence"]


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "cytoscape", f"{name}.cyjs") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_columns_that_change_are_told(whole: Subgraph, hostile: Subgraph) -> None:
    for form in ("cytoscape", "cx2"):
        told = " ".join(format_named(form).losses(survey(whole)))
        assert "column of nodes" in told
        assert "identifier (list_of_string)" in told
        assert "start_date (string)" in told
        assert "dates and times are text" in told
        assert "lists of longitude and latitude" in told
    assert any("2^53" in one for one in format_named("cytoscape").losses(survey(hostile)))


def test_no_property_has_a_name_that_cytoscape_needs(whole: Subgraph) -> None:
    schema: GraphSchema = whole.schema
    keys = set().union(*(schema.keys_of(label) for label in schema.labels)) - {"id", "source"}
    assert not keys & RESERVED_NODE
    assert not (schema.relationship_keys() - {"source"}) & RESERVED_EDGE


PLAIN = st.one_of(
    st.text(),
    st.integers(-(2**53), 2**53),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.one_of(
    PLAIN,
    st.lists(st.text()), st.lists(st.integers(-(2**53), 2**53), min_size=1),
    st.lists(st.booleans(), min_size=1),
)  # fmt: skip
ELEMENT = {"string": str, "long": int, "double": float, "boolean": bool}


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_whatever_a_column_holds_is_made_of_one_kind(values: list[Any]) -> None:
    type_ = type_of([kind_of(value) for value in values])
    for value in values:
        made = fitted(value, type_)
        inner = type_.removeprefix("list_of_")
        assert isinstance(made, list) == (inner != type_)
        for one in made if isinstance(made, list) else [made]:
            assert type(one) is ELEMENT[inner]
        if not isinstance(value, str) and type_ == "string":
            assert json.loads(made) == value
        elif isinstance(made, list) and not isinstance(value, list):
            assert made == [value]
        else:
            assert made == value
