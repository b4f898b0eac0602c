"""`graphkit publish`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.options import ProgressLine, Settings, emit, graph_option, note
from graphkit.tabular import FORMATS

if TYPE_CHECKING:
    from graphkit.publishing import Plan

_COLUMNS = ("graph", "statements", "bytes", "action", "why")


@click.command("publish")
@click.option(
    "--to",
    required=True,
    metavar="URL",
    help="Address of the store, of its data set, or of one of its endpoints.",
)
@click.option("--query", default="", metavar="URL", help="Its endpoint for queries.")
@click.option("--update", default="", metavar="URL", help="Its endpoint for updates.")
@click.option(
    "--store", default="", metavar="URL", help="Its endpoint of the Graph Store Protocol."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; writes nothing.")
@click.option(
    "--prune", is_flag=True, help="Drop graphs of earlier publications that the graph lacks now."
)
@click.option(
    "--replace",
    is_flag=True,
    help="Overwrite graphs of the same names that graphkit has not published.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    help="Seconds that the store may be silent.",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0, max=100),
    default=3,
    show_default=True,
    help="How often a request that failed is tried again.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="Of the list of graphs.",
)
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    to: str,
    query: str,
    update: str,
    store: str,
    dry_run: bool,
    prune: bool,
    replace: bool,
    timeout: float,
    retries: int,
    form: str,
) -> int:
    """Publish the graph to a SPARQL store: Oxigraph, Fuseki, any with the Graph Store Protocol.

    Each named graph is replaced, unless the store has it already; one above 16 MB goes in
    pieces. Other people's graphs are left alone. What was published is noted in the store, in the
    graph …/graph/published; a publication that was stopped half-way goes on from there
    when it is run again. Leaves with 1 where a graph's number of statements in the
    store is not what was sent.

    The login is read from GRAPHKIT_PUBLISH_USER and GRAPHKIT_PUBLISH_PASSWORD, or
    GRAPHKIT_PUBLISH_TOKEN, and goes to no other server.

    \b
    Example:
      graphkit publish --to http://localhost:7878/
    """
    from graphkit.publishing import Connection, Patience, Publication, find_endpoints
    from graphkit.publishing.bookkeeping import RemoteStore
    from graphkit.publishing.connection import shown
    from graphkit.publishing.parts import cut
    from graphkit.snapshot import Snapshot

    started = time.monotonic()
    snapshot = Snapshot.current(settings.graph)
    connection = Connection(to, patience=Patience(timeout=timeout, retries=retries))
    if connection.login_in_clear:
        note(f"the login goes to {shown(to)} unencrypted; https:// would hide it")
    with (
        _progress() as progress,
        tempfile.TemporaryDirectory(prefix="graphkit-publish-") as scratch,
    ):
        endpoints = find_endpoints(connection, query=query, update=update, store=store)
        remote = RemoteStore(connection, endpoints, snapshot.manifest.base)
        progress("cutting the snapshot by graph", 0)
        parts = cut(snapshot, Path(scratch))
        name, base = snapshot.manifest.id, snapshot.manifest.base
        publication = Publication(connection, remote, parts, name)
        plan = publication.plan(progress)
        if dry_run:
            progress.clear()
            emit(_COLUMNS, _rows(plan, prune), form, "-", base)
            note(f"nothing was written to {shown(endpoints.store)}")
            return 0
        outcome = publication.run(plan, prune=prune, replace=replace, progress=progress)
    emit(_COLUMNS, _rows(plan, prune), form, "-", base)
    if plan.vanished and not prune:
        note(f"{len(plan.vanished):,} graphs are no longer in the snapshot; --prune drops them")
    for one in outcome.differences:
        note(f"{one.graph}: {one.found:,} statements in the store, {one.expected:,} were sent")
    if outcome.differences:
        note("something else writes to the store, or it changes what it is given; run this again")
        return 1
    seconds = time.monotonic() - started
    note(
        f"{shown(endpoints.store)} holds snapshot {name}: {outcome.statements:,} statements in "
        f"{outcome.uploaded:,} graphs uploaded, {len(plan.unchanged):,} graphs unchanged, "
        f"{len(outcome.dropped):,} dropped, {seconds:.1f} s"
    )
    return 0


def _rows(plan: Plan, prune: bool) -> list[tuple[str, int | None, int | None, str, str]]:
    from graphkit.publishing.publication import UNCHANGED, VANISHED

    rows: list[tuple[str, int | None, int | None, str, str]] = [
        (one.part.graph, one.part.statements, one.part.size, "upload", one.why)
        for one in plan.uploads
    ]
    rows += [(part.graph, part.statements, 0, "keep", UNCHANGED) for part in plan.unchanged]
    action = "drop" if prune else "leave"
    rows += [(graph, None, None, action, VANISHED) for graph in plan.vanished]
    return sorted(rows, key=lambda row: row[0])


@contextmanager
def _progress() -> Iterator[ProgressLine]:
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()
