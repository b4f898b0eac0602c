"""Making the database equal to the snapshot: plan, guard, write, mark."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphkit.errors import GraphkitError, UsageError
from graphkit.neo4j.apply import WITHDRAWN, Applier
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.failures import failures
from graphkit.neo4j.marker import Marker, check_alone, locked, read_marker, write_marker
from graphkit.neo4j.plan import DATABASE, EMPTY, SNAPSHOT, UNCHANGED, Plan
from graphkit.neo4j.reading import Reader
from graphkit.neo4j.schema import (
    CONSTRAINT,
    SchemaItem,
    drop_items,
    items_for,
    make_items,
    missing_items,
    surplus_items,
)
from graphkit.neo4j.writing import Written
from graphkit.progress import Progress, silent
from graphkit.property_graph.graph import PropertyGraph, property_graphs
from graphkit.snapshot import Snapshot

DELETE_SHARE = 0.1
"""A sync that would delete more than this share of what is there has to be allowed."""


@dataclass
class Outcome:
    """What a sync did. `basis` tells how it learnt what the database held."""

    basis: str
    written: Written
    schema: list[SchemaItem]
    seconds: float


@contextmanager
def planned(
    connection: Connection,
    graph: PropertyGraph,
    folder: Path,
    *,
    full: bool = False,
    progress: Progress = silent,
) -> Iterator[Plan]:
    """Work out what has to change. Only reads.

    With `full` everything in the database is compared, whatever the marker says.
    `folder` is that of the graph, where older snapshots are.
    """
    reader = Reader.of(connection, graph)
    present = reader.counts()
    marker = read_marker(connection)
    trusted = (
        marker is not None
        and not full
        and marker.base == graph.base
        and (marker.nodes, marker.relationships) == present
    )
    basis, old = DATABASE, None
    if not present[0] and not reader.node_counts([WITHDRAWN]):
        basis = EMPTY
    elif trusted and marker and marker.digest == graph.digest:
        basis = UNCHANGED
    elif trusted and marker and (old := property_graphs(folder).get(marker.digest)):
        basis = SNAPSHOT
    with Plan(graph, basis, present) as plan:
        if basis == DATABASE:
            plan.from_database(reader, progress)
        elif basis == SNAPSHOT and old is not None:
            plan.from_snapshot(old)
        yield plan


def check_deletes(plan: Plan) -> None:
    """Raise UsageError where a plan deletes more than the set share of what is there."""
    totals, (nodes, relationships) = plan.totals(), plan.present
    for what, there, counts in (
        ("nodes", nodes, totals.nodes),
        ("relationships", relationships, totals.relationships),
    ):
        before = sum(there.values())
        deletes = sum(count.delete for count in counts.values())
        if deletes > DELETE_SHARE * before:
            raise UsageError(
                f"{deletes:,} of {before:,} {what} in the database would be deleted, more than "
                f"{DELETE_SHARE:.0%}; nothing was written",
                hint="see `graphkit neo4j plan`; if that is meant, add --allow-delete",
            )


def sync(
    connection: Connection,
    snapshot: Snapshot,
    graph: PropertyGraph,
    folder: Path,
    *,
    full: bool = False,
    allow_delete: bool = False,
    batch: int | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Make the database equal to the property graph. Can be run again after any failure.

    Raises UsageError where it would delete too much, where another sync runs, or where
    the database refuses; UnreachableError where the server is lost.
    """
    started = time.perf_counter()
    with failures(connection.where), ExitStack() as held:
        # Not under the lock: a new index waits for every open transaction to end.
        items = items_for(graph)
        missing = missing_items(connection, items)
        before = [item for item in missing if item.kind == CONSTRAINT]
        if before:
            check_alone(connection)
            progress("constraints", len(before))
            make_items(connection, before)
        held.enter_context(locked(connection))
        if surplus := surplus_items(connection, graph.schema, items):
            drop_items(connection, surplus)
        reader = Reader(connection, graph.schema)
        with planned(connection, graph, folder, full=full, progress=progress) as plan:
            basis, written = plan.basis, Written()
            if basis != UNCHANGED and not (basis == DATABASE and _is_marked(plan, connection)):
                if not allow_delete:
                    check_deletes(plan)
                write_marker(connection, None)
                written = Applier(connection, plan, progress, batch).run()
                _finish(connection, reader, snapshot, graph)
        held.close()
        # Words are indexed three times as fast when the texts are there already, and a value
        # that is too long for an index may have gone by now.
        after = [item for item in missing if item.kind != CONSTRAINT]
        if after:
            progress("indexes", len(after))
            make_items(connection, after)
    return Outcome(basis, written, missing, time.perf_counter() - started)


def _is_marked(plan: Plan, connection: Connection) -> bool:
    """Whether nothing differs and the last sync noted just this graph."""
    marker = read_marker(connection)
    return (
        not plan.totals()
        and marker is not None
        and marker.digest == plan.graph.digest
        and (marker.nodes, marker.relationships) == plan.present
    )


def _finish(
    connection: Connection, reader: Reader, snapshot: Snapshot, graph: PropertyGraph
) -> None:
    """Write the marker. Raises GraphkitError where the counts are not those of the graph."""
    present = nodes, relationships = reader.counts()
    expected, links = graph.node_counts(), graph.relationship_counts()
    for label in sorted({*nodes, *expected}):
        if nodes.get(label, 0) != expected.get(label, 0):
            raise _meddled(f"{label} nodes", nodes.get(label, 0), expected.get(label, 0))
    for type_, count in links.items():
        # There may be more: others may have relationships of these types between their nodes.
        if relationships.get(type_, 0) < count:
            raise _meddled(f"{type_} relationships", relationships.get(type_, 0), count)
    write_marker(connection, Marker.of(snapshot, graph, present))


def _meddled(what: str, found: int, wanted: int) -> GraphkitError:
    return GraphkitError(
        f"after the sync there are {found:,} {what} and not {wanted:,}: "
        "somebody else changed the database meanwhile",
        hint="run `graphkit neo4j sync --full`",
    )
