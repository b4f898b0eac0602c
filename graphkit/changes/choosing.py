"""Which snapshot is meant: by id, by a word, by a folder, or by the day on which it was in use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from graphkit.errors import SnapshotError, UsageError
from graphkit.snapshot import CURRENT, MANIFEST, Snapshot, snapshots

LATEST, BEFORE = "current", "previous"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?").fullmatch
_WRITTEN = "%Y-%m-%dT%H:%M:%SZ"


def choose(graph: Path, text: str) -> Snapshot:
    """The snapshot that a text names, looked for in the folder of a graph.

    `current` is the one in use, `previous` the one before it; else an id or the beginning of
    one, a folder (of a graph, or of a snapshot), or a date that has come: the snapshot in use at
    the end of that day (UTC), or at that moment. Raises UsageError or SnapshotError with what
    there is.
    """
    named = text.strip()
    if not named:
        raise UsageError("an empty text names no snapshot", hint=_hint(graph))
    if named == LATEST:
        return Snapshot.current(graph)
    if named == BEFORE:
        return _previous(graph)
    if "/" not in named:
        fitting = [one for one in snapshots(graph) if one.startswith(named)]
        if named in fitting or len(fitting) == 1:
            return Snapshot(graph / "snapshots" / (named if named in fitting else fitting[0]))
        if fitting:
            raise UsageError(
                f"{named}: begins {len(fitting)} snapshots", hint=f"they are {', '.join(fitting)}"
            )
    if _DATE(named):
        return _on(graph, named)
    return _folder(graph, named)


def _previous(graph: Path) -> Snapshot:
    latest = Snapshot.current(graph).manifest.id
    before = [one for one in snapshots(graph) if one < latest]
    if not before:
        raise SnapshotError(
            f"{graph}: there is no snapshot before {latest}",
            hint="build again when the sources have changed; `graphkit build --keep` keeps more",
        )
    return Snapshot(graph / "snapshots" / before[-1])


def _on(graph: Path, text: str) -> Snapshot:
    latest = datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        if len(text) == len("2026-07-31"):
            moment += timedelta(days=1, seconds=-1)
            latest = _end_of_today()
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{text}: no date", hint="write it as 2026-07-31") from None
    if moment > latest:
        raise UsageError(f"{text}: has not come yet", hint="current is the snapshot in use now")
    last = moment.strftime(_WRITTEN)
    found = [Snapshot(graph / "snapshots" / one) for one in snapshots(graph)]
    found.sort(key=lambda one: (one.manifest.created, one.manifest.id))
    in_use = [one for one in found if one.manifest.created <= last]
    if not in_use:
        oldest = f"the oldest was built {found[0].manifest.created}" if found else _hint(graph)
        raise SnapshotError(f"{text}: no snapshot that was in use then is kept", hint=oldest)
    return in_use[-1]


def _end_of_today() -> datetime:
    """The last moment of the day that it is here, or at Greenwich where that is later."""
    now = datetime.now(UTC)
    day = max(now.date(), now.astimezone().date())
    return datetime.combine(day, time.max, UTC)


def _folder(graph: Path, text: str) -> Snapshot:
    try:
        folder = Path(text)
        if (folder / MANIFEST).is_file():
            return Snapshot(folder)
        if (folder / CURRENT).is_file():
            return Snapshot.current(folder)
    except ValueError:  # a name with a zero byte
        pass
    raise UsageError(f"{text}: neither a snapshot nor a folder with one", hint=_hint(graph))


def _hint(graph: Path) -> str:
    known = snapshots(graph)
    if not known:
        return f"{graph} holds no snapshot"
    return f"{graph} holds {', '.join(known)}; or write current, previous, a folder or a date"
