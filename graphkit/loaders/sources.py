"""Which files a build reads, what format each has, and where it comes from.

A folder may hold `sources.json`, the manifest that a harvest leaves: for each
file its address, retrieval time, licence and attribution. Without it, the
format's publisher and licence and the file's own time are taken.
"""

from __future__ import annotations

import glob
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from graphkit.errors import InputError
from graphkit.loaders import Loader
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import HEAD_BYTES, Rejoined, open_stream
from graphkit.loaders.registry import LOADERS, ORIGINS

MANIFEST_NAME = "sources.json"
_MAX_MANIFEST = 8 << 20
_STDIN_HEAD = 1 << 20


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


@dataclass(frozen=True)
class SourceFile:
    """A file (or standard input) to read.

    `name` is what messages call it; `named` tells that the user gave this very
    file, so that finding nothing in it is an error.
    """

    path: Path | None
    name: str
    named: bool
    loader: Loader
    provenance: Provenance
    stream: BinaryIO | None = None

    def open(self) -> BinaryIO:
        """The raw bytes, from the beginning."""
        if self.stream is not None:
            return self.stream
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror}") from None

    def retrieved(self) -> datetime | None:
        """When it was fetched: from the manifest, else the file's own time."""
        if self.provenance.retrieved:
            return parse_moment(self.provenance.retrieved)
        if self.path is None:
            return None
        return datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)


@dataclass
class Selection:
    """What was found: sources to read, and files inside folders of no known format."""

    sources: list[SourceFile] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def parse_moment(text: str) -> datetime | None:
    """An ISO date or time as UTC, None where it is neither.

    >>> parse_moment("2026-07-01").isoformat()
    '2026-07-01T00:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def recognise(head: bytes) -> Loader | None:
    """The loader whose format begins like this.

    >>> recognise(b'{"data": [{"questionId": 1, "question": "Why?"}]}').name
    'ari-api'
    >>> recognise(b"%PDF-1.7") is None
    True
    """
    if not head.strip() or b"\0" in head[:4096]:
        return None
    return next((loader for loader in LOADERS if loader.recognises(head)), None)


def find_sources(arguments: Iterable[str]) -> Selection:
    """Turn files, folders, globs and `-` into sources, each file once.

    Raises InputError for a name that matches nothing, and for a file named one
    by one whose format is not known.
    """
    selection = Selection()
    seen: set[Path] = set()
    for argument in arguments:
        if argument == "-":
            selection.sources.append(_standard_input())
            continue
        path = Path(argument)
        if path.is_dir():
            manifest = _manifest(path)
            for file in sorted(p for p in path.rglob("*") if p.is_file()):
                relative = file.relative_to(path)
                if any(part.startswith(".") for part in relative.parts):
                    continue
                if file.name != MANIFEST_NAME:
                    _add(selection, seen, file, relative.as_posix(), manifest, named=False)
        elif path.exists():
            _add(selection, seen, path, path.name, _manifest(path.parent), named=True)
        else:
            matches = sorted(Path(match) for match in glob.glob(argument, recursive=True))  # noqa: PTH207
            files = [match for match in matches if match.is_file()]
            if not files:
                raise InputError(
                    f"{argument}: no such file or folder",
                    hint="name files, folders, globs in quotes, or - for standard input",
                )
            for match in files:
                _add(selection, seen, match, match.name, _manifest(match.parent), named=False)
    # The order of the arguments must leave no trace, not even among equals.
    selection.sources.sort(key=lambda source: source.name)
    return selection


def _add(
    selection: Selection,
    seen: set[Path],
    path: Path,
    name: str,
    manifest: dict[str, Provenance],
    *,
    named: bool,
) -> None:
    resolved = path.resolve()
    if resolved in seen:
        return
    seen.add(resolved)
    problem = None
    loader = None
    try:
        with path.open("rb") as raw, open_stream(raw, Intake(name)) as stream:
            head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    else:
        loader = recognise(head)
        if loader is None:
            problem = "is empty" if not head.strip() else "is of no known format"
    if loader is None:
        if named:
            known = ", ".join(sorted(known.name for known in LOADERS))
            raise InputError(f"{path}: the file {problem}", hint=f"known formats: {known}")
        selection.skipped.append((str(path), str(problem)))
        return
    provenance = manifest.get(name) or manifest.get(path.name) or Provenance(file=name)
    selection.sources.append(
        SourceFile(path, str(path), named, loader, _with_origin(provenance, loader))
    )


def _standard_input() -> SourceFile:
    stream = sys.stdin.buffer
    start = stream.read(_STDIN_HEAD)
    raw = cast(BinaryIO, io.BytesIO(start))
    head = open_stream(raw, Intake("-")).peek(HEAD_BYTES)[:HEAD_BYTES]
    loader = recognise(head)
    if loader is None:
        problem = "is empty" if not head.strip() else "is of no known format"
        raise InputError(f"standard input {problem}")
    provenance = _with_origin(Provenance(file="standard input"), loader)
    resumed = cast(BinaryIO, Rejoined(start, stream))
    return SourceFile(None, "standard input", True, loader, provenance, resumed)


def _manifest(folder: Path) -> dict[str, Provenance]:
    """The entries of a folder's manifest by file name; none where there is no manifest."""
    path = folder / MANIFEST_NAME
    if not path.is_file():
        return {}
    try:
        data = path.read_bytes()
        if len(data) > _MAX_MANIFEST:
            raise InputError(f"{path}: too long for a manifest of sources")
        entries = msgspec.json.decode(data, type=dict[str, Any])["sources"]
        provenances = msgspec.convert(entries, list[Provenance])
    except (OSError, msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"{path}: is no manifest of sources: {error}",
            hint='it should look like {"sources": [{"file": "…", "retrieved": "2026-07-01"}]}',
        ) from None
    for entry in provenances:
        if entry.retrieved and parse_moment(entry.retrieved) is None:
            raise InputError(f"{path}: `retrieved` of {entry.file} is no date: {entry.retrieved}")
    return {entry.file: entry for entry in provenances}


def _with_origin(provenance: Provenance, loader: Loader) -> Provenance:
    origin = ORIGINS[loader.name]
    return msgspec.structs.replace(
        provenance,
        title=provenance.title or loader.title,
        publisher=provenance.publisher or origin.publisher,
        licence=provenance.licence or origin.licence,
        attribution=provenance.attribution or origin.attribution,
        address=provenance.address or origin.address,
    )
