"""Property graphs out of lines of N-Quads."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from graphkit.ontology import Ontology
from graphkit.property_graph.building import build_file
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import GraphSchema
from graphkit.property_graph.statements import StatementWriter

BASE = "https://example.org/kb/"
SCHEMA = GraphSchema.of(Ontology.load())
PREFIX = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def made(folder: Path, lines: Iterable[str], base: str = BASE) -> PropertyGraph:
    """The property graph of some lines."""
    folder.mkdir(parents=True, exist_ok=True)
    quads, path = folder / "quads.nq.gz", folder / "graph.sqlite"
    path.unlink(missing_ok=True)
    quads.write_bytes(gzip.compress("".join(lines).encode(), 1))
    build_file(path, quads, SCHEMA, base, lambda what, count: None)
    return PropertyGraph(path, SCHEMA, base)


def told(graph: PropertyGraph) -> set[str]:
    """The statements that nodes and relationships stand for."""
    writer = StatementWriter(graph.schema, graph.base)
    lines = [
        line for one in graph.nodes() for line in writer.node(one.label, *decoded(one.content))
    ]
    for edge in graph.relationships():
        content = decoded(edge.content)[0]
        lines += writer.relationship(
            edge.type, edge.start_label, edge.start_iri, edge.end_iri, content
        )
    return set(lines)


def restored(graph: PropertyGraph) -> set[str]:
    """Everything that comes back: what the graph tells, and what it left over."""
    return told(graph) | set(graph.leftover())
