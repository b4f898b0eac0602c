"""On graphs that nobody thought of, the engines agree."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from asking_all import assignments
from hypothesis import HealthCheck, Phase, given, settings
from neo4j_server import Neo4jServer
from random_graphs import KNOWN, graphs
from small_graph import SmallGraph

from graphkit.gzipped import open_gzip
from graphkit.library import Library
from graphkit.library.comparing import differences
from graphkit.neo4j.connection import Connection, connect, read_settings
from graphkit.neo4j.sync import sync
from graphkit.property_graph.graph import PropertyGraph
from graphkit.store import GraphStore
from graphkit.validation import stored_types, validate_quads

FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # a second or two for each graph: --long makes them smaller
)
MANY = settings(FEW, max_examples=60, derandomize=False, phases=(Phase.generate, Phase.shrink))


def disagreements(library: Library, engine: str) -> list[str]:
    """Everything that an engine says otherwise than SPARQL."""
    found = []
    for query in library.queries.all():
        for values in assignments(query, KNOWN):
            bound = library.bind(query.name, values)
            lines = differences(library.execute(bound), library.execute(bound, engine))
            found += [f"{query.name} {values}: {line}" for line in lines[:2]]
    return found


def check_embedded(graph: SmallGraph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(graph.snapshot(Path(folder)))
        assert disagreements(library, "cypher") == []


@FEW
@given(graphs())
def test_random_graphs_follow_the_shapes(graph: SmallGraph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = graph.snapshot(Path(folder))
        with open_gzip(snapshot.quads) as stream:
            types = stored_types(GraphStore(snapshot.store))
            report = validate_quads(stream, types, graph.ontology, snapshot.manifest.base)
        assert [one for one in report.findings if one.severity == "Violation"] == []


@FEW
@given(graphs())
def test_embedded_cypher_agrees_with_sparql(graph: SmallGraph) -> None:
    check_embedded(graph)


@pytest.mark.long
@MANY
@given(graphs())
def test_embedded_cypher_agrees_with_sparql_on_many_graphs(graph: SmallGraph) -> None:
    check_embedded(graph)


def check_server(connection: Connection, graph: SmallGraph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = graph.snapshot(Path(folder))
        with PropertyGraph.of(snapshot) as made:
            sync(connection, snapshot, made, Path(folder), allow_delete=True)
        assert disagreements(Library(snapshot, neo4j=connection), "neo4j") == []


def test_a_server_agrees_with_sparql(empty_neo4j: Neo4jServer) -> None:
    with connect(read_settings(environment=empty_neo4j.environment)) as connection:

        @settings(FEW, max_examples=2)
        @given(graphs())
        def check(graph: SmallGraph) -> None:
            check_server(connection, graph)

        check()


@pytest.mark.long
def test_a_server_agrees_with_sparql_on_many_graphs(empty_neo4j: Neo4jServer) -> None:
    with connect(read_settings(environment=empty_neo4j.environment)) as connection:

        @settings(MANY, max_examples=20)
        @given(graphs())
        def check(graph: SmallGraph) -> None:
            check_server(connection, graph)

        check()
