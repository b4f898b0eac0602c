"""Proving that the database says what the snapshot says.

Everything in the database is read once. Each node and relationship is compared
with the property graph, and turned back into the statements that it stands
for; those are compared, as a set, with the snapshot's own quads. A set is
compared by the sum of its members' hashes (128 bits, blake2b), so that neither
order nor size matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphkit.batching import batches
from graphkit.gzipped import open_gzip
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.plan import (
    CHANGE,
    CREATE,
    DATABASE,
    DELETE,
    DOUBLE,
    STRIP,
    Ends,
    Plan,
    Totals,
)
from graphkit.neo4j.reading import FoundNode, FoundRelationship, Reader, told
from graphkit.neo4j.values import Told, is_changed
from graphkit.progress import Progress, silent
from graphkit.property_graph.elements import RelationshipRow, decoded, digest_of
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import IRI, SOURCE, GraphSchema
from graphkit.property_graph.statements import StatementWriter
from graphkit.rdf.nodes import ONTOLOGY_GRAPH
from graphkit.snapshot import Snapshot

_CHUNK = 1 << 20
_SIZE = 1 << 128


@dataclass(frozen=True)
class Difference:
    """One thing that differs: what kind of difference, where, and in which property."""

    kind: str
    """`missing` in the database, `extra` there, `different`, or `doubled`."""
    element: str
    """Label and id of a node; type and ends of a relationship."""
    key: str = ""
    expected: Any = None
    found: Any = None


class StatementSet:
    """A set of lines as one number: the sum of their hashes."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take up lines; each must come once."""
        total = self.total
        for line in lines:
            total += int.from_bytes(digest_of(line))
            self.count += 1
        self.total = total % _SIZE

    def remove(self, lines: Iterable[bytes]) -> None:
        """Take lines out again."""
        for line in lines:
            self.total = (self.total - int.from_bytes(digest_of(line))) % _SIZE
            self.count -= 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatementSet) and (self.count, self.total) == (
            other.count,
            other.total,
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Verification:
    """What a verification found. Equal means that there is nothing in `totals`."""

    totals: Totals
    expected: StatementSet
    found: StatementSet
    leftover: int
    """Statements of the snapshot that a property graph cannot hold."""
    nodes: int = 0
    relationships: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether the database holds exactly what the snapshot does."""
        return not self.totals and self.expected == self.found


UNFIT = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What comes of properties that somebody gave values of kinds that graphkit never writes."""


class DatabaseStatements:
    """The statements behind what is read from a database, each of them once."""

    def __init__(self, schema: GraphSchema, base: str) -> None:
        self._writer = StatementWriter(schema, base)
        self._qualified = frozenset(schema.qualified)
        self._seen: set[bytes] = set()

    def of_node(self, found: FoundNode) -> Iterator[str]:
        """Statements of a node; none where it lacks what every node of graphkit has."""
        if not isinstance(found.properties.get(IRI), str) or SOURCE not in found.properties:
            return iter(())
        return self._writer.node(found.label, found.properties, found.typed)

    def of_relationship(self, found: FoundRelationship) -> Iterator[str]:
        """Statements of a relationship."""
        predicates = self._writer.schema.labels[found.start_label].predicates
        ends = isinstance(found.start_iri, str) and isinstance(found.end_iri, str)
        if not ends or found.type not in predicates or SOURCE not in found.properties:
            return
        lines = self._writer.relationship(
            found.type, found.start_label, found.start_iri, found.end_iri, found.properties
        )
        if found.type not in self._qualified:
            yield from lines
            return
        for line in lines:  # several assessments of one pair stand behind one statement
            digest = digest_of(line.encode())
            if digest not in self._seen:
                self._seen.add(digest)
                yield line


def _whole(lines: Iterator[str]) -> list[bytes]:
    """The statements of one element; none where its properties are not as graphkit writes them.

    The comparison with the property graph names such an element, so nothing is passed over.
    """
    try:
        return [line.encode() for line in lines]
    except UNFIT:
        return []


def verify(
    connection: Connection,
    snapshot: Snapshot,
    graph: PropertyGraph,
    *,
    limit: int = 20,
    progress: Progress = silent,
) -> Verification:
    """Read the whole database and compare. `limit` bounds the differences told of each kind."""
    statements, found = DatabaseStatements(graph.schema, graph.base), StatementSet()
    reader = Reader.of(connection, graph)
    counts = [0, 0]

    def node(one: FoundNode) -> None:
        if one.owner is not None:
            return  # met under another label as well
        counts[0] += 1
        found.add(_whole(statements.of_node(one)))

    def relationship(one: FoundRelationship) -> None:
        counts[1] += 1
        found.add(_whole(statements.of_relationship(one)))

    with Plan(graph, DATABASE, reader.counts()) as plan:
        plan.from_database(reader, progress, node, relationship)
        progress("reading the snapshot", 0)
        expected, leftover = expected_statements(snapshot, graph)
        return Verification(
            totals=plan.totals(),
            expected=expected,
            found=found,
            leftover=leftover,
            nodes=counts[0],
            relationships=counts[1],
            differences=list(differences(plan, reader, limit)),
        )


def expected_statements(snapshot: Snapshot, graph: PropertyGraph) -> tuple[StatementSet, int]:
    """The snapshot's statements, without the ontology's own and those that have no place."""
    expected = StatementSet()
    ontology = f" <{graph.base}graph/{ONTOLOGY_GRAPH}> .\n".encode()
    with open_gzip(snapshot.quads) as stream:
        while lines := stream.readlines(_CHUNK):
            expected.add(line for line in lines if not line.endswith(ontology))
    leftover = [line.encode() for line in graph.leftover()]
    expected.remove(leftover)
    return expected, len(leftover)


def differences(plan: Plan, reader: Reader, limit: int) -> Iterator[Difference]:
    """What a plan would mend, thing by thing and property by property."""
    totals = plan.totals()
    for label, count in totals.nodes.items():
        yield from _node_differences(plan, reader, label, count.change, limit)
    for type_, counted in totals.relationships.items():
        created = plan.relationships(CREATE, type_)
        for row in _first(created, limit):
            yield Difference("missing", _arrow(row))
        for action, kind in ((DELETE, "extra"), (DOUBLE, "doubled")):
            for ends in _first(plan.ends(action, type_), limit):
                yield Difference(kind, _arrow(ends))
        if counted.change:
            yield from _relationship_differences(plan, reader, type_, limit)


def _arrow(row: RelationshipRow | Ends) -> str:
    key = f" {row.key}" if row.key else ""
    start, end = f"({row.start_label} {row.start})", f"({row.end_label} {row.end})"
    return f"{start}-[{row.type}{key}]->{end}"


def _relationship_differences(
    plan: Plan, reader: Reader, type_: str, limit: int
) -> Iterator[Difference]:
    for row in _first(plan.relationships(CHANGE, type_), limit):
        old = reader.one_relationship(row)
        yield from _property_differences(_arrow(row), decoded(row.content), old)


def _property_differences(element: str, new: Told, old: Told) -> Iterator[Difference]:
    for key in sorted({*new[0], *old[0]}):
        if is_changed(key, old, new):
            yield Difference("different", element, key, _shown(new, key), _shown(old, key))


def _shown(one: Told, key: str) -> Any:
    """A value; where its text does not tell its kind, with it."""
    properties, typed = one
    return f"{properties[key]} ({typed[key]})" if key in typed else properties.get(key)


def _node_differences(
    plan: Plan, reader: Reader, label: str, changed: int, limit: int
) -> Iterator[Difference]:
    for row in _first(plan.nodes(CREATE, label), limit):
        yield Difference("missing", f"{label} {row.id}")
    for identifier in _first(plan.deleted_nodes(label), limit):
        yield Difference("extra", f"{label} {'without id' if identifier is None else identifier}")
    for identifier in _first(plan.deleted_nodes(label, STRIP), limit):
        yield Difference("extra", f"{label} {identifier}, a label too many")
    for identifier in _first(plan.deleted_nodes(label, DOUBLE), limit):
        yield Difference("doubled", f"{label} {identifier}")
    if not changed:
        return
    for rows in batches(_first(plan.nodes(CHANGE, label), limit), 500):
        found = reader.some_nodes(label, [row.id for row in rows])
        for row in rows:
            old = told(found.get(row.id))
            yield from _property_differences(f"{label} {row.id}", decoded(row.content), old)


def _first(items: Iterable[Any], limit: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number >= limit:
            return
        yield item
