"""What was read: sources new, gone and read again, and the drift of their formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphkit.changes.records import (
    ADDED,
    DRIFT,
    GONE,
    READ_AGAIN,
    SOURCES,
    Change,
    FieldChange,
)
from graphkit.snapshot import Snapshot, SourceEntry

_SHOWN = ("records", "rejects", "bytes", "retrieved", "sha256")


def source_changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Sources by format and file; a file whose hash differs was read again.

    Drift is told by format: fields that graphkit does not know, with the records that have
    them, and fields that were unknown before and no longer come.
    """
    before, after = _by_file(old), _by_file(new)
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        entry = other or one
        assert entry is not None
        name = f"{entry.title or entry.format} ({entry.file})"
        if one is None or other is None:
            what = ADDED if one is None else GONE
            yield Change(
                section=SOURCES, what=what, thing=entry.graph, name=name, fields=_fields(one, other)
            )
        elif one.sha256 != other.sha256:
            yield Change(
                section=SOURCES,
                what=READ_AGAIN,
                thing=entry.graph,
                name=name,
                fields=_fields(one, other),
            )
    yield from _drift(old, new)


def _by_file(snapshot: Snapshot) -> dict[tuple[str, str], SourceEntry]:
    return {(entry.format, entry.file): entry for entry in snapshot.manifest.sources}


def _fields(one: SourceEntry | None, other: SourceEntry | None) -> tuple[FieldChange, ...]:
    changes = []
    for name in _SHOWN:
        before, after = (None if side is None else getattr(side, name) for side in (one, other))
        if before != after:
            changes.append(FieldChange(field=name, old=before, new=after))
    return tuple(changes)


def _drift(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = _counted(old), _counted(new)
    for field in sorted(before.keys() | after.keys()):
        if before.get(field) != after.get(field):
            change = FieldChange(
                field="records with it", old=before.get(field), new=after.get(field)
            )
            yield Change(section=SOURCES, what=DRIFT, thing="", name=field, fields=(change,))


def _counted(snapshot: Snapshot) -> dict[str, int]:
    """Unknown fields by format, with how many records have them."""
    found: Mapping[str, Any] = snapshot.report().get("drift", {})
    return {name: int(count) for name, count in found.items()}
