"""What the last sync left in the database, and the lock that keeps two syncs apart.

The books are nodes labelled `GraphkitSync`: one tells which property graph the
database holds, one is written by nobody but held under lock for as long as a
sync runs, and one for each writing session counts its batches, so that a batch
whose answer was lost is not written twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import neo4j
from neo4j import exceptions

from graphkit import __version__
from graphkit.errors import UsageError
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.failures import failures
from graphkit.neo4j.reading import Counts
from graphkit.neo4j.schema import MARKER
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Snapshot

STATE, LOCK = "state", "lock"
LOCK_WAIT = 3.0
"""Seconds to wait for another sync to end."""
_SYNCING, _DONE = "syncing", "done"

_READ = f"MATCH (m:{MARKER} {{id: $id}}) RETURN properties(m) AS marker"
_WRITE = f"MERGE (m:{MARKER} {{id: $id}}) SET m = $marker"


@dataclass(frozen=True)
class Marker:
    """What a finished sync wrote down. `nodes` and `relationships` are counts by label and type."""

    digest: str
    snapshot: str
    base: str
    ontology: str
    nodes: dict[str, int]
    relationships: dict[str, int]

    @classmethod
    def of(cls, snapshot: Snapshot, graph: PropertyGraph, present: Counts) -> Marker:
        """The marker of a database that holds a snapshot; `present` is what stands there."""
        nodes, relationships = present
        return cls(
            digest=graph.digest,
            snapshot=snapshot.manifest.id,
            base=graph.base,
            ontology=snapshot.manifest.ontology,
            nodes=nodes,
            relationships=relationships,
        )


def read_marker(connection: Connection) -> Marker | None:
    """The marker of the last sync; None where there is none, or that sync did not end."""
    rows = list(connection.read(_READ, {"id": STATE}))
    if not rows:
        return None
    found = rows[0]["marker"]
    if found.get("state") != _DONE:
        return None
    try:
        return Marker(
            digest=str(found["digest"]),
            snapshot=str(found["snapshot"]),
            base=str(found["base"]),
            ontology=str(found["ontology"]),
            nodes=_counts(found["nodes"]),
            relationships=_counts(found["relationships"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None  # changed by hand: as good as none


def _counts(entries: list[str]) -> dict[str, int]:
    pairs = (entry.rpartition("=") for entry in entries)
    return {name: int(count) for name, _, count in pairs}


def write_marker(connection: Connection, marker: Marker | None) -> None:
    """Write down that a sync has ended, or (None) that one has begun."""
    if marker is None:
        content: dict[str, object] = {"id": STATE, "state": _SYNCING, "name": "sync not finished"}
    else:
        content = marker_properties(marker)

    def work(transaction: neo4j.ManagedTransaction) -> None:
        if marker is not None:
            others = f"MATCH (m:{MARKER}) WHERE NOT m.id IN $keep AND NOT (m)--() DELETE m"
            transaction.run(others, keep=[STATE, LOCK])
        transaction.run(_WRITE, id=STATE, marker=content).consume()

    connection.write(work)


def marker_properties(marker: Marker) -> dict[str, object]:
    """The marker as it stands in the database."""
    return {
        "id": STATE,
        "state": _DONE,
        "name": f"graphkit snapshot {marker.snapshot}",
        "digest": marker.digest,
        "snapshot": marker.snapshot,
        "base": marker.base,
        "ontology": marker.ontology,
        "graphkit": __version__,
        "nodes": [f"{name}={count}" for name, count in sorted(marker.nodes.items())],
        "relationships": [f"{name}={n}" for name, n in sorted(marker.relationships.items())],
    }


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """Keep other syncs out while the block runs.

    An open transaction holds the lock, so it goes when this process does, however that
    ends. Raises UsageError where another sync holds it.
    """

    def prepare(transaction: neo4j.ManagedTransaction) -> None:
        query = f"MERGE (m:{MARKER} {{id: $id}}) ON CREATE SET m.name = $id"
        transaction.run(query, id=LOCK).consume()

    if not list(connection.read(_READ, {"id": LOCK})):
        connection.write(prepare)
    with connection.session() as session:
        with failures(connection.where):
            # A wait for the lock ends with the time limit of its transaction, so one with a
            # short limit tries, and the one that keeps the lock has none.
            _probe(session, connection.settings.address)
            holding = session.begin_transaction(metadata={"app": "graphkit sync"})
            holding.run(f"MATCH (m:{MARKER} {{id: $id}}) SET m.held = true", id=LOCK).consume()
        try:
            yield
        finally:
            # Where the server has gone, the lock has gone with it.
            with suppress(exceptions.DriverError, exceptions.Neo4jError):
                holding.rollback()


def check_alone(connection: Connection) -> None:
    """Raise UsageError where another sync is running."""
    with connection.session() as session:
        _probe(session, connection.settings.address)


def _probe(session: neo4j.Session, address: str) -> None:
    """Try for the lock twice: on a server that has just started, planning takes its time, too."""
    query = f"MATCH (m:{MARKER} {{id: $id}}) SET m.held = true"
    session.run(f"EXPLAIN {query}", id=LOCK).consume()
    for is_last in (False, True):
        try:
            with session.begin_transaction(timeout=LOCK_WAIT) as transaction:
                transaction.run(query, id=LOCK).consume()
                transaction.rollback()
            return
        except exceptions.Neo4jError as error:
            code = error.code or ""
            # Which of them it is depends on where the time limit meets the wait.
            held = ("TransactionTimedOut", "LockAcquisition", "LockClientStopped", "Terminated")
            if not any(part in code for part in held):
                raise
            if is_last:
                raise UsageError(
                    f"another sync into this database of {address} is running",
                    hint="wait until it has ended",
                ) from None
