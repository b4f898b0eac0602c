"""The whole report on a graph."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from graphkit.health.contents import content_findings
from graphkit.health.finding import Finding
from graphkit.health.reading import STALE_DAYS, source_findings
from graphkit.health.storage import storage_findings
from graphkit.library import Library
from graphkit.progress import Progress, silent
from graphkit.snapshot import Snapshot

PROGRAM = "graphkit "


def examine(
    graph: Path,
    *,
    now: datetime | None = None,
    stale_days: int = STALE_DAYS,
    named: bool = True,
    progress: Progress = silent,
) -> Iterator[Finding]:
    """Everything that is to be said of the quality of a graph's data, in a fixed order.

    `now` is the time against which ages are told. With `named`, the commands name the
    graph's folder, so that they run from anywhere. Raises SnapshotError where there is no graph.
    """
    snapshot = Snapshot.current(graph)
    library = Library(snapshot)
    moment = now or datetime.now(UTC)
    found = (
        *storage_findings(graph, snapshot, moment),
        *source_findings(snapshot, moment, stale_days),
    )
    for finding in found:
        yield _with_graph(finding, graph, named)
    for number, finding in enumerate(content_findings(library), 1):
        progress("looking at the graph", number)
        yield _with_graph(finding, graph, named)


def _with_graph(finding: Finding, graph: Path, named: bool) -> Finding:
    if not named or not finding.command.startswith(PROGRAM):
        return finding
    command = finding.command.removeprefix(PROGRAM)
    return msgspec.structs.replace(
        finding, command=f"{PROGRAM}--graph {shlex.quote(str(graph))} {command}"
    )
