"""Pajek's network files, read back by NetworkX and igraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import networkx
import pytest
from export.conftest import nodes_of, relationships_of
from hypothesis import given
from hypothesis import strategies as st

from graphkit.export.pajek import label, losses
from graphkit.export.survey import Survey, survey
from graphkit.property_graph.elements import RelationshipRow, encoded
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]


def shown(key: str, name: str) -> str:
    """The label of a node, without its quotes."""
    return label(f"{name} [{key}]" if name.strip() else key)[1:-1]


def test_networkx_reads_vertices_and_arcs_of_one_relation(
    hostile: Subgraph, written: Written
) -> None:
    graph = networkx.read_pajek(written(hostile, "pajek", "net.net"))
    expected = {key: shown(key, values["name"]) for key, (_, values) in nodes_of(hostile).items()}
    assert list(graph) == list(expected.values())
    for values in graph.nodes.values():
        assert 0 <= values["x"] <= 1
        assert 0 <= values["y"] <= 1
    assert Counter(graph.edges()) == Counter(
        (expected[start], expected[end]) for _, start, end, _, _ in relationships_of(hostile)
    )


def test_igraph_reads_vertices_and_arcs_of_one_relation(
    hostile: Subgraph, written: Written
) -> None:
    igraph = pytest.importorskip("igraph")
    graph = igraph.Graph.Read_Pajek(str(written(hostile, "pajek", "net.net")))
    expected = {key: shown(key, values["name"]) for key, (_, values) in nodes_of(hostile).items()}
    assert graph.vs["name"] == list(expected.values())
    ends = [(graph.vs[one.source]["name"], graph.vs[one.target]["name"]) for one in graph.es]
    assert ends == [
        (expected[start], expected[end]) for _, start, end, _, _ in relationships_of(hostile)
    ]


@pytest.mark.parametrize("name", ["whole", "part"])
def test_all_vertices_and_arcs_are_there(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    lines = written(subgraph, "pajek", "net.net").read_text(encoding="utf-8").splitlines()
    at = lines.index(f"*Vertices {subgraph.node_count}") + 1
    labels, arcs, relation = [], [], ""
    for number, line in enumerate(lines[at : at + subgraph.node_count], 1):
        found = re.fullmatch(rf'{number} ("[^"]*") 0\.\d{{4}} 0\.\d{{4}} 0\.5000', line)
        assert found
        labels.append(found[1])
    for line in lines[at + subgraph.node_count :]:
        if line.startswith("*Arcs"):
            relation = line.partition(" ")[2].partition(" ")[2].strip('"')
        else:
            start, end, _ = line.split()
            arcs.append((relation, labels[int(start) - 1], labels[int(end) - 1]))
    expected = {
        key: f'"{shown(key, values["name"])}"' for key, (_, values) in nodes_of(subgraph).items()
    }
    assert labels == list(expected.values())
    assert arcs == [
        (type_, expected[start], expected[end])
        for type_, start, end, _, _ in relationships_of(subgraph)
    ]


def test_each_type_is_a_relation_with_a_number(whole: Subgraph, written: Written) -> None:
    lines = written(whole, "pajek", "net.net").read_text(encoding="utf-8").splitlines()
    heads = [one for one in lines if one.startswith("*Arcs")]
    types = [type_ for type_, _ in groupby(one[0] for one in relationships_of(whole))]
    assert heads == [f'*Arcs :{number} "{type_}"' for number, type_ in enumerate(types, 1)]
    assert sum(bool(re.fullmatch(r"\d+ \d+ 1", one)) for one in lines) == whole.relationship_count


def test_an_arc_has_the_weight_of_its_relationship(whole: Subgraph, written: Written) -> None:
    one, two = list(whole.nodes())[:2]
    tie = RelationshipRow(
        "SHARES", one.label, one.id, two.label, two.id, "", encoded({"weight": 0.25}, {}),
        one.iri, two.iri,
    )  # fmt: skip
    tied = Subgraph(
        whole.snapshot, whole.graph, whole.selection, 2, 1, lambda: iter([one, two]),
        lambda: iter([tie]),
    )  # fmt: skip
    graph = networkx.read_pajek(written(tied, "pajek", "net.net"))
    assert [values["weight"] for *_, values in graph.edges(data=True)] == [0.25]


def test_the_graph_says_where_it_comes_from(part: Subgraph, written: Written) -> None:
    lines = written(part, "pajek", "net.net").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('*Network "')
    assert f"% snapshot: {part.snapshot.manifest.id}" in lines
    assert any(one.startswith("% attribution: ") for one in lines)


@given(st.text())
def test_a_label_is_one_line_in_quotes(text: str) -> None:
    made = label(text)
    assert re.fullmatch(r'"[^"\\\r\n\x00-\x1f]*"', made)
    assert len(made.splitlines()) == 1


def test_what_is_left_out_is_counted_before() -> None:
    found = Survey(
        nodes={"Project": {"iri": Counter(string=2), "name": Counter(string=2),
                           "amount": Counter(float=2)}},
        relationships={"SHARES": {"weight": Counter(float=3), "provenance": Counter(string=4)}},
        node_counts=Counter(Project=2),
    )  # fmt: skip
    said = losses(found)
    assert "2 other values of nodes" in said[0]
    assert "4 properties of links" in said[1]


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "pajek", f"{name}.net") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_labels_that_cannot_be_are_said_to_change(hostile: Subgraph) -> None:
    assert "labels have no double quotes" in losses(survey(hostile))[-1]
