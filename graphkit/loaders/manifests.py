"""The manifest that a harvest leaves beside its files: where each comes from, and when.

A manifest may tell of hundreds of thousands of files, and comes from whoever made the folder:
it is read record by record, and what it says of files that are not there is not kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from graphkit.errors import InputError
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import split_json
from graphkit.text import printable

MANIFEST_NAME = "sources.json"
_LARGEST = 1 << 30
_LONGEST_ENTRY = 256 << 10
"""In bytes. Half a million files, each with a kilobyte said of it, are half of the largest."""
_SOURCES = "sources"
_EXAMPLE = 'it should look like {"sources": [{"file": "…", "retrieved": "2026-07-01"}]}'


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a source comes from, as its harvest's manifest says."""

    file: str
    title: str | None = None
    publisher: str | None = None
    address: str | None = None
    retrieved: str | None = None
    licence: str | None = None
    attribution: str | None = None
    note: str | None = None


def parse_moment(text: str) -> datetime | None:
    """An ISO date or time as UTC, None where it is neither.

    >>> parse_moment("2026-07-01").isoformat()
    '2026-07-01T00:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def read_manifest(folder: Path, wanted: Collection[str]) -> dict[str, Provenance]:
    """What the manifest of a folder says of these files, by their paths from the folder on.

    An entry names a file by that path; one with a bare name that is no file of the folder
    itself counts for files of that name below it. Raises InputError for what is no manifest.
    """
    path = folder / MANIFEST_NAME
    told: dict[str, Provenance] = {}
    shared: dict[str, str] = {}
    bare = {PurePosixPath(name).name for name in wanted}
    try:
        with path.open("rb") as stream:
            for entry in _entries(path, stream):
                name = PurePosixPath(entry.file).as_posix()
                if name in wanted or name in bare:
                    told[name] = _slim(entry, shared)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    found = {}
    for name in wanted:
        last = PurePosixPath(name).name
        entry_of = told.get(name) or (told.get(last) if last not in wanted else None)
        if entry_of is not None:
            found[name] = msgspec.structs.replace(entry_of, file=name)
    return found


def _entries(path: Path, stream: BinaryIO) -> Iterator[Provenance]:
    """All entries, each checked. Raises InputError for what is no manifest."""
    if path.stat().st_size > _LARGEST:
        raise InputError(
            f"{path}: is longer than {_LARGEST >> 30} GiB, too long for a manifest of sources"
        )
    intake = Intake(str(path))
    decode = msgspec.json.Decoder(Provenance).decode
    whole = False
    try:
        for array, number, data in split_json(stream, frozenset({_SOURCES}), intake):
            if not array or not number:
                rest = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
                whole = bytes(rest[_SOURCES]).split() in ([b"[]"], [b"[", b"]"])
                continue
            if intake.rejects:
                break
            if len(data) > _LONGEST_ENTRY:
                raise _none(path, f"entry {number} is {len(data):,} bytes long")
            entry = decode(data)
            if entry.retrieved and parse_moment(entry.retrieved) is None:
                raise InputError(
                    f"{path}: `retrieved` of {printable(entry.file)[:100]} is no date: "
                    f"{printable(entry.retrieved)[:60]}"
                )
            yield entry
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise _none(path, str(error)) from None
    if intake.rejects:
        raise _none(path, f"{intake.rejects[0].locator}: {intake.rejects[0].reason}")
    if not whole:
        raise _none(path, "there is no list of `sources` in it")


def _none(path: Path, why: str) -> InputError:
    return InputError(f"{path}: is no manifest of sources: {printable(why)[:300]}", hint=_EXAMPLE)


def _slim(entry: Provenance, shared: dict[str, str]) -> Provenance:
    """The same, its repeated texts held once: thousands of files have one licence."""

    def once(text: str | None) -> str | None:
        return text if text is None else shared.setdefault(text, text)

    return msgspec.structs.replace(
        entry,
        title=once(entry.title),
        publisher=once(entry.publisher),
        licence=once(entry.licence),
        attribution=once(entry.attribution),
        note=once(entry.note),
    )
