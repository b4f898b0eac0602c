"""A chosen part of a snapshot's property graph, streamed from disk."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphkit.property_graph.elements import NodeRow, RelationshipRow, Value, decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import ID, SOURCE, GraphSchema
from graphkit.snapshot import Snapshot
from graphkit.subgraph.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    import networkx
    import pandas

_NODES = """
    SELECT n.label, n.id, n.iri, n.digest, n.content FROM {table} c JOIN node n ON n.n = c.n
    ORDER BY n.label, n.id
"""
_RELATIONSHIPS = """
    SELECT r.type, s.label, s.id, e.label, e.id, r.key, r.content, s.iri, e.iri
    FROM {table} c JOIN relationship r ON r.n = c.n
    JOIN node s ON s.n = r.start JOIN node e ON e.n = r."end" ORDER BY c.n
"""
_numbers = itertools.count(1)
"""Temporary tables of one connection need names of their own."""


@dataclass(frozen=True)
class Subgraph:
    """Nodes and relationships of a snapshot that were chosen together.

    Every relationship has both its ends among the nodes. `cuts` says in words what was left
    out, `remarks` how names were understood. Both iterators can be asked for again and again,
    and always give the same order: nodes by label and id, relationships by type and ends.
    """

    snapshot: Snapshot
    graph: PropertyGraph
    selection: Selection
    node_count: int
    relationship_count: int
    read_nodes: Callable[[], Iterator[NodeRow]]
    read_relationships: Callable[[], Iterator[RelationshipRow]]
    cuts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    is_whole: bool = False
    seeds: tuple[str, ...] = ()
    """IRIs of the things that it starts from, where these are few."""
    projected: tuple[str, ...] = field(default=())
    """What each number of a projection means, as `name: meaning`."""

    @classmethod
    def whole(cls, snapshot: Snapshot, graph: PropertyGraph | None = None) -> Subgraph:
        """Everything in a snapshot; its property graph is made where it is not there yet."""
        graph = graph or PropertyGraph.of(snapshot)
        return cls(
            snapshot,
            graph,
            Selection(seeds=(EVERYTHING,)),
            sum(graph.node_counts().values()),
            sum(graph.relationship_counts().values()),
            graph.nodes,
            graph.relationships,
            is_whole=True,
        )

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        graph: PropertyGraph,
        selection: Selection,
        nodes: Iterable[int],
        relationships: Iterable[int],
        **more: Any,
    ) -> Subgraph:
        """The part with these nodes and relationships, by their numbers in the graph's file."""
        table, node_count = _table(graph, nodes)
        others, relationship_count = _table(graph, relationships)

        def read_nodes() -> Iterator[NodeRow]:
            for row in graph.database.execute(_NODES.format(table=table)):
                yield NodeRow(*row)

        def read_relationships() -> Iterator[RelationshipRow]:
            for row in graph.database.execute(_RELATIONSHIPS.format(table=others)):
                yield RelationshipRow(*row)

        counts = node_count, relationship_count
        return cls(snapshot, graph, selection, *counts, read_nodes, read_relationships, **more)

    @property
    def base(self) -> str:
        """What the addresses of things begin with, before `id/`."""
        return self.graph.base

    @property
    def schema(self) -> GraphSchema:
        """What nodes and relationships may hold."""
        return self.graph.schema

    def nodes(self) -> Iterator[NodeRow]:
        """All nodes, in the order of label and id."""
        return self.read_nodes()

    def relationships(self) -> Iterator[RelationshipRow]:
        """All relationships, in the order of type and ends."""
        return self.read_relationships()

    def leftover(self) -> Iterator[str]:
        """Lines of N-Quads without a place among nodes and relationships; for the whole graph."""
        return self.graph.leftover() if self.is_whole else iter(())

    def key(self, iri: str) -> str:
        """A short name of a thing, unique in the graph: kind and key, as tables show them.

        Of what is not addressed under the graph's base, the whole IRI; it has a colon, a
        short name has none.
        """
        return short_key(iri, f"{self.base}id/")

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """All of it as a NetworkX graph; see `frames`."""
        from graphkit.subgraph.frames import networkx_graph

        return networkx_graph(self)

    def to_pandas(self) -> tuple[pandas.DataFrame, pandas.DataFrame]:
        """Nodes and relationships as data frames; see `frames`."""
        from graphkit.subgraph.frames import pandas_frames

        return pandas_frames(self)


def short_key(iri: str, prefix: str) -> str:
    """An IRI without its prefix, if what remains cannot be taken for an IRI.

    >>> short_key("https://w3id.org/graphkit/id/question/16604", "https://w3id.org/graphkit/id/")
    'question/16604'
    >>> short_key("https://ror.org/0505m1554", "https://w3id.org/graphkit/id/")
    'https://ror.org/0505m1554'
    """
    key = iri[len(prefix) :] if iri.startswith(prefix) else ""
    return key if key and ":" not in key else iri


PROVENANCE = "provenance"
"""What `source` is called outside a property graph, where `source` is one end of a link."""


def node_values(content: bytes) -> tuple[dict[str, Value], dict[str, str]]:
    """Properties of a node, as files have them, with the kinds that JSON has no word for.

    `id` is left out: it is unique within a class only, and the node goes by `Subgraph.key`, which
    holds it. The named graph that states the node is its `provenance`.
    """
    properties, typed = decoded(content)
    properties.pop(ID, None)
    return _provenance(properties), typed


def link_values(content: bytes) -> tuple[dict[str, Value], dict[str, str]]:
    """Properties of a relationship, as files have them: with `provenance` for `source`."""
    properties, typed = decoded(content)
    return _provenance(properties), typed


def _provenance(properties: dict[str, Value]) -> dict[str, Value]:
    source = properties.pop(SOURCE, None)
    if source is not None:
        properties[PROVENANCE] = source
    return properties


def _table(graph: PropertyGraph, numbers: Iterable[int]) -> tuple[str, int]:
    """A temporary table with these numbers, and how many they are."""
    name = f"temp.chosen_{next(_numbers)}"
    ordered: Sequence[int] = sorted({int(number) for number in numbers})
    run = graph.database
    run.execute(f"CREATE TEMP TABLE {name.removeprefix('temp.')} (n INTEGER PRIMARY KEY)")
    run.executemany(f"INSERT INTO {name} VALUES (?)", ((one,) for one in ordered))
    run.commit()
    return name, len(ordered)
