"""Which files a build reads, what format each has, and where it comes from.

A folder may hold `sources.json`, the manifest that a harvest leaves: for each
file its address, retrieval time, licence and attribution. Of the manifests in
the folders above a file, as far as the argument reaches, the nearest counts.
Without one, the format's publisher and licence and the file's own time are taken.

A source is called by its path from its manifest's folder on, and by its bare
name where it has none; where several of one build would have one name, more of
the folders before it are told. So the name is the same whichever folder above
the harvest is the argument.
"""

from __future__ import annotations

import glob
import io
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from graphkit.errors import InputError
from graphkit.loaders import Loader
from graphkit.loaders.intake import Intake
from graphkit.loaders.manifests import MANIFEST_NAME, Provenance, parse_moment, read_manifest
from graphkit.loaders.reading import HEAD_BYTES, Rejoined, open_stream
from graphkit.loaders.registry import LOADERS, ORIGINS

__all__ = [
    "MANIFEST_NAME",
    "Provenance",
    "Selection",
    "SourceFile",
    "find_sources",
    "parse_moment",
    "recognise",
]

_STDIN_HEAD = 1 << 20


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
    found: dict[Path, _Found] = {}
    for argument in arguments:
        if argument == "-":
            selection.sources.append(_standard_input())
            continue
        for one in _files(argument):
            known = found.setdefault(one.path.resolve(), one)
            if known is not one:
                found[one.path.resolve()] = known.joined(one)
    files = list(found.values())
    for one, provenance in zip(files, _provenances(files), strict=True):
        _add(selection, one, provenance)
    selection.sources = _told_apart(selection.sources)
    # The order of the arguments must leave no trace, not even among equals.
    selection.sources.sort(key=lambda source: source.name)
    selection.skipped.sort()
    return selection


@dataclass(frozen=True)
class _Found:
    """A file, and the folder from which on manifests count for it."""

    path: Path
    root: Path
    named: bool = False

    def joined(self, other: _Found) -> _Found:
        """The same file found by two arguments: the one that reaches further up counts."""
        first = min(self, other, key=lambda one: (len(_parts(one.root)), str(one.path)))
        return replace(first, named=self.named or other.named)

    @property
    def folders(self) -> Iterator[Path]:
        """The folders that may hold its manifest, the nearest first."""
        folder = self.path.parent
        yield folder
        while folder not in (self.root, folder.parent):
            folder = folder.parent
            yield folder


def _parts(path: Path) -> tuple[str, ...]:
    return Path(os.path.abspath(path)).parts  # noqa: PTH100 - links are names here


def _files(argument: str) -> Iterator[_Found]:
    """The files that an argument means. Raises InputError where there are none."""
    path = Path(argument)
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            inner = file.relative_to(path).parts
            if file.name != MANIFEST_NAME and not any(part.startswith(".") for part in inner):
                yield _Found(file, path)
    elif path.exists():
        yield _Found(path, path.parent, named=True)
    else:
        matches = sorted(Path(match) for match in glob.glob(argument, recursive=True))  # noqa: PTH207
        files = [match for match in matches if match.is_file()]
        if not files:
            raise InputError(
                f"{argument}: no such file or folder",
                hint="name files, folders, globs in quotes, or - for standard input",
            )
        root = next(up for up in path.parents if not glob.has_magic(str(up)))
        for file in files:
            if file.name != MANIFEST_NAME:
                yield _Found(file, root)


def _provenances(files: list[_Found]) -> Iterator[Provenance]:
    """What is known of each file; each manifest is read once."""
    governing: list[Path | None] = []
    has_manifest: dict[Path, bool] = {}
    wanted: defaultdict[Path, dict[str, None]] = defaultdict(dict)
    for one in files:
        nearest = None
        for folder in one.folders:
            if folder not in has_manifest:
                has_manifest[folder] = (folder / MANIFEST_NAME).is_file()
            if has_manifest[folder]:
                nearest = folder
                wanted[folder][one.path.relative_to(folder).as_posix()] = None
                break
        governing.append(nearest)
    told = {folder: read_manifest(folder, wanted[folder].keys()) for folder in sorted(wanted)}
    for one, above in zip(files, governing, strict=True):
        name = one.path.relative_to(above).as_posix() if above is not None else one.path.name
        known = told[above].get(name) if above is not None else None
        yield known or Provenance(file=name)


def _add(selection: Selection, one: _Found, provenance: Provenance) -> None:
    path = one.path
    problem = None
    loader = None
    try:
        with path.open("rb") as raw, open_stream(raw, Intake(str(path))) as stream:
            head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    else:
        loader = recognise(head)
        if loader is None:
            problem = "is empty" if not head.strip() else "is of no known format"
    if loader is None:
        if one.named:
            known = ", ".join(sorted(known.name for known in LOADERS))
            raise InputError(f"{path}: the file {problem}", hint=f"known formats: {known}")
        selection.skipped.append((str(path), str(problem)))
        return
    selection.sources.append(
        SourceFile(path, str(path), one.named, loader, _with_origin(provenance, loader))
    )


def _told_apart(sources: list[SourceFile]) -> list[SourceFile]:
    """Sources whose names are equal get the folders before them, until the names differ."""
    names = [source.provenance.file for source in sources]
    folders = [_parts(source.path) if source.path is not None else () for source in sources]
    while True:
        times = Counter(names)
        longer = [
            "/".join(parts[-2 - name.count("/") :]) if times[name] > 1 and parts else name
            for name, parts in zip(names, folders, strict=True)
        ]
        if longer == names:
            break
        names = longer
    return [
        replace(source, provenance=msgspec.structs.replace(source.provenance, file=name))
        for source, name in zip(sources, names, strict=True)
    ]


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
