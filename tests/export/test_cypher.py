"""A Cypher script, run by a real Neo4j."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from export.neo4j_reading import expected_of, held_by
from neo4j_server import Neo4jServer, script

from graphkit.export.cypher import comment
from graphkit.neo4j.schema import MARKER
from graphkit.subgraph import Subgraph


@pytest.mark.parametrize("name", ["part", "hostile"])
def test_a_database_holds_the_same_nodes_and_relationships(
    name: str,
    request: pytest.FixtureRequest,
    written: Callable[..., Path],
    empty_neo4j: Neo4jServer,
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    text = written(subgraph, "cypher", "net.cypher").read_text("utf-8")
    ran = script("shell", server=empty_neo4j, input=text)
    assert ran.returncode == 0, ran.stderr[-2000:]
    nodes, relationships = held_by(empty_neo4j)
    expected_nodes, expected_relationships = expected_of(subgraph)
    assert nodes == expected_nodes
    assert relationships == expected_relationships
    assert not empty_neo4j.run(f"MATCH (m:{MARKER}) RETURN m")


def test_the_whole_graph_is_marked_as_such(whole: Subgraph, written: Callable[..., Path]) -> None:
    text = written(whole, "cypher", "net.cql").read_text("utf-8")
    assert text.count(f"MERGE (m:{MARKER} ") == 2
    assert whole.graph.digest in text


def test_it_says_what_it_is_in_comments_that_end_with_the_line(
    hostile: Subgraph, written: Callable[..., Path]
) -> None:
    lines = written(hostile, "cypher", "net.cypher").read_text("utf-8").split("\n")
    head = [line for line in lines if line.startswith("// ")]
    assert lines[: len(head)] == head
    assert f"// snapshot: {hostile.snapshot.manifest.id}" in head
    assert any('search:<hostile> & "more"' in line for line in head)
    assert "\\" not in comment("\\u000aDROP")


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    one, two = (written(whole, "cypher", f"{name}.cypher") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
