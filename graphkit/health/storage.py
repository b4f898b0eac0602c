"""How large and how old everything is that lies on disk."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from graphkit.errors import SnapshotError
from graphkit.health.finding import FINE, LOOK, NOTE, Finding, judged
from graphkit.property_graph.graph import FILE
from graphkit.rdf.writer import file_sha256
from graphkit.relevance.cache_folder import cache_folder
from graphkit.snapshot import QUADS, REJECTS, REPORT, STORE, Snapshot, snapshots

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_KEPT_MANY = 10


def storage_findings(graph: Path, snapshot: Snapshot, now: datetime) -> Iterator[Finding]:
    """The snapshots, the parts of the one in use, unfinished builds and the cache."""
    built = datetime.fromisoformat(snapshot.manifest.created)
    kept = snapshots(graph)
    total = sum(size(graph / "snapshots" / name) for name in kept)
    yield Finding(
        matter="snapshot",
        state=FINE,
        finding=f"{snapshot.manifest.id} was built {age(built, now)}, "
        f"{snapshot.manifest.quads:,} statements, {shown(size(snapshot.folder))}",
        count=snapshot.manifest.quads,
        command="graphkit info",
    )
    yield Finding(
        matter="snapshots kept",
        state=NOTE if len(kept) > _KEPT_MANY else FINE,
        finding=f"snapshots: {len(kept)}, {shown(total)} in all",
        count=len(kept),
        command="graphkit info --snapshots",
    )
    yield _damaged(graph, kept, snapshot.manifest.id)
    for matter, path, missing in (
        ("store", snapshot.store, LOOK),
        ("search index", snapshot.search, LOOK),
        ("property graph", snapshot.folder / FILE, NOTE),
    ):
        yield _part(matter, path, missing, now)
    unfinished = [one.name for one in (graph / "snapshots").glob(".building-*") if one.is_dir()]
    yield Finding(
        matter="unfinished builds",
        state=NOTE if unfinished else FINE,
        finding=f"builds running or stopped half way: {len(unfinished)}; the next one cleans up"
        if unfinished
        else "no build was left unfinished",
        count=len(unfinished),
        command=f"ls -a {shlex.quote(str(graph / 'snapshots'))}",
    )
    yield _cache()


def _damaged(graph: Path, kept: list[str], in_use: str) -> Finding:
    damaged = [name for name in kept if fault(graph / "snapshots" / name)]
    mend = "build again" if in_use in damaged else "delete its folder"
    names = ", ".join(damaged).replace("{", "{{").replace("}", "}}")
    return judged(
        "damaged snapshots",
        len(damaged),
        "every snapshot that is kept is whole",
        f"snapshots that are not whole: {{count}} of {{of}} ({names}); {mend}",
        "graphkit info --snapshots",
        of=len(kept),
    )


def _part(matter: str, path: Path, missing: str, now: datetime) -> Finding:
    command = f"ls -l {shlex.quote(str(path.parent))}"
    if not path.exists():
        words = "is not there; it is made when it is needed" if missing == NOTE else "is missing"
        return Finding(
            matter=matter, state=missing, finding=f"it {words}", count=0, command=command
        )
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    count = size(path)
    return Finding(
        matter=matter,
        state=FINE,
        finding=f"{shown(count)}, made {age(made, now)}",
        count=count,
        command=command,
    )


def _cache() -> Finding:
    folder = cache_folder()
    count = size(folder)
    return Finding(
        matter="cache",
        state=FINE,
        finding=f"{shown(count)} of vectors and models in {folder}; it may be deleted",
        count=count,
        command=f"ls -l {shlex.quote(str(folder))}",
    )


def fault(folder: Path) -> str:
    """What is wrong with a snapshot's folder, in words; empty where it is whole.

    The statements are compared with the hash that the manifest holds of them: about a second
    for a gigabyte.
    """
    try:
        snapshot = Snapshot(folder)
    except SnapshotError as error:
        return error.message.removeprefix(f"{folder}/").removeprefix(f"{folder}: ")
    if snapshot.manifest.id != folder.name:
        return f"it is {snapshot.manifest.id} under another name"
    for name in (QUADS, REJECTS, REPORT, STORE):
        if not (folder / name).exists():
            return f"{name}: missing"
    try:
        written = file_sha256(snapshot.quads)
    except OSError as error:
        return f"{QUADS}: cannot be read: {error.strerror or error}"
    if written != snapshot.manifest.quads_sha256:
        return f"{QUADS}: not what was written, its hash is another"
    return ""


def size(path: Path) -> int:
    """Bytes of a file, or of everything in a folder."""
    if path.is_file():
        return path.stat().st_size
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with suppress(OSError):
                total += (Path(folder) / name).stat().st_size
    return total


def shown(count: int) -> str:
    """A size for people.

    >>> shown(999), shown(353_932_000)
    ('999 bytes', '353.9 MB')
    """
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{count} bytes"


def age(then: datetime, now: datetime) -> str:
    """How long ago, in whole days.

    >>> age(datetime(2026, 1, 1), datetime(2026, 1, 3))
    '2 days ago'
    """
    days = (now - then).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days:,} days ago"
