"""What a build keeps of its sources, so that the next one reads only what has changed.

Beside a snapshot's statements stands what was read to make them: the records of every source,
packed, and what the source's loader had to say. A source with the same content is then taken
from there. Of a source that holds a record on each line, each line that was there before is.

    kept/
      about.msgpack     what wrote it, and the sources
      source-00 …       pieces: length, line and its hash (zeros for none), MessagePack
      projects          a piece for each project (`project_parts`)
      places            a piece for each name and address (`placed_names`)
      questions         a piece for each wording (`question_readings`)
      organisations     a piece for what is compared of each
      matches.msgpack   which records of organisations are alike
      parts.msgpack     the parts of all statements (`parts`)
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.identity.organisations import Matches
from graphkit.loaders.intake import Intake, Reject
from graphkit.model import (
    BodyDetails,
    Fund,
    FunderDetails,
    Organisation,
    Place,
    PlaceNames,
    Project,
    ResearchQuestion,
    TopicLabel,
)
from graphkit.ontology import Ontology

FOLDER = "kept"
FORMAT = 1
"""Changes when what is kept can no longer be read as it was written."""
_ABOUT = "about.msgpack"
_ENTITIES, _MATCHES = "organisations", "matches.msgpack"
_HEAD = struct.Struct("<II16s")
NO_LINE = bytes(16)
"""In the place of a hash, where a piece is of no line or must be read again."""
_BUFFER_BYTES = 1 << 20


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """What was read from one line, or one record of a source that is read as a whole.

    `records` are records but organisations: whether it is a project, its key, where in the piece
    it stands, and itself packed without its place. `organisations` are hashes.
    """

    records: list[tuple[bool, str, str, msgspec.Raw]]
    organisations: list[bytes] = []
    drift: dict[str, int] = {}
    warnings: dict[str, int] = {}


class KeptSource(msgspec.Struct, frozen=True, array_like=True):
    """One source as it was read. `organisations` are packed, with hash and uses. `file` holds its
    pieces in `file_size` bytes."""

    format: str
    sha256: str
    size: int
    contacts: bool
    file: str
    file_size: int
    records: int
    drift: dict[str, int]
    warnings: dict[str, int]
    rejects: list[Reject]
    announced: int | None
    organisations: list[tuple[bytes, msgspec.Raw, int]]


class _About(msgspec.Struct, frozen=True, array_like=True):
    made_with: str
    sources: list[KeptSource]


_PIECE = msgspec.msgpack.Decoder(Piece)
pack = msgspec.msgpack.Encoder().encode
unpack_record: Any = msgspec.msgpack.Decoder(
    Organisation
    | Project
    | Fund
    | ResearchQuestion
    | Place
    | PlaceNames
    | BodyDetails
    | FunderDetails
    | TopicLabel
).decode
"""Unpacks a record of any kind that loaders give."""


def line_hash(line: bytes) -> bytes:
    """What a line is known by."""
    return hashlib.blake2b(line, digest_size=16).digest()


def bare(record: Any) -> Any:
    """A record without its place."""
    return msgspec.structs.replace(record, locator="") if record.locator else record


class KeptSources:
    """What an earlier build read. Nothing is read before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._sources = _about(folder).sources
        self._lines: dict[tuple[str, bool], KeptLines] = {}

    def source(self, name: str, sha256: str, contacts: bool) -> KeptSource | None:
        """A source by its format and content."""
        wanted = (name, sha256, contacts)
        for one in self._sources:
            if (one.format, one.sha256, one.contacts) == wanted and self._is_whole(one):
                return one
        return None

    def pieces(self, source: KeptSource) -> Iterator[tuple[memoryview, bytes, int]]:
        """A source's pieces in their order, packed, each with its line's hash and number."""
        data = mapped(self._path(source))
        for start, end, line, number in pieces_of(data):
            yield data[start:end], line, number

    def lines(self, name: str, contacts: bool) -> KeptLines:
        """All lines of sources of one format."""
        found = self._lines.get((name, contacts))
        if found is None:
            sources = [
                one
                for one in self._sources
                if (one.format, one.contacts) == (name, contacts) and self._is_whole(one)
            ]
            found = KeptLines([(one, self._path(one)) for one in sources])
            self._lines[name, contacts] = found
        return found

    def _is_whole(self, source: KeptSource) -> bool:
        path = self._path(source)
        return path.is_file() and path.stat().st_size == source.file_size

    def _path(self, source: KeptSource) -> Path:
        return self._folder / source.file


class KeptLines:
    """Lines by their hash."""

    def __init__(self, sources: list[tuple[KeptSource, Path]]) -> None:
        self._found: dict[bytes, memoryview] = {}
        self.organisations: dict[bytes, msgspec.Raw] = {}
        for source, path in sources:
            data = mapped(path)
            for start, end, line, _ in pieces_of(data):
                if line != NO_LINE:
                    self._found[line] = data[start:end]
            self.organisations.update((key, packed) for key, packed, _ in source.organisations)

    def get(self, line: bytes) -> memoryview | None:
        """The piece of a line, packed."""
        return self._found.get(line)


def mapped(path: Path) -> memoryview:
    """A file's bytes, read where they are looked at."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def pieces_of(data: memoryview) -> Iterator[tuple[int, int, bytes, int]]:
    """Begin, end, hash and number of each piece; one that is cut off is left out."""
    position, unpack = 0, _HEAD.unpack_from
    while position + _HEAD.size <= len(data):
        length, number, digest = unpack(data, position)
        position += _HEAD.size
        if position + length > len(data):
            return
        yield position, position + length, digest, number
        position += length


def unpacked(piece: memoryview) -> Piece:
    """A piece that was kept."""
    return _PIECE.decode(piece)


class PieceFile:
    """Writes pieces into a file, one after the other, to be read by `pieces_of`."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=_BUFFER_BYTES)
        self.size = 0

    def write(self, data: bytes | memoryview, digest: bytes = NO_LINE, number: int = 0) -> None:
        """Write a piece with a hash by which it is found, and the number of its line."""
        self._file.write(_HEAD.pack(len(data), number, digest))
        self._file.write(data)
        self.size += _HEAD.size + len(data)

    def close(self) -> None:
        """Write out what is left."""
        self._file.close()

    def __del__(self) -> None:
        # A build that fails leaves here, too: it must not hold the files of a removed folder.
        with suppress(AttributeError, OSError):
            self.close()

    def __enter__(self) -> PieceFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class KeptPieces:
    """Pieces of one file by their hash; none where there is no file."""

    def __init__(self, path: Path | None) -> None:
        self._data = mapped(path) if path is not None and path.is_file() else memoryview(b"")
        self._found = {digest: (start, end) for start, end, digest, _ in pieces_of(self._data)}

    def get(self, digest: bytes) -> memoryview | None:
        """A piece by the hash by which it was written."""
        span = self._found.get(digest)
        return self._data[span[0] : span[1]] if span is not None else None


class SourceKeeper:
    """Writes down what is read from one source."""

    def __init__(self, folder: Path, number: int) -> None:
        self._name = f"source-{number:02d}"
        folder.mkdir(exist_ok=True)
        self._file = PieceFile(folder / self._name)
        self._organisations: dict[bytes, tuple[msgspec.Raw, int]] = {}
        self._known: dict[Organisation, bytes] = {}

    def organisation(self, record: Organisation) -> bytes:
        """Count a use of an organisation's description; returns its hash."""
        record = bare(record)
        key = self._known.get(record)
        if key is None:
            packed = msgspec.Raw(pack(record))
            key = self._known[record] = hashlib.blake2b(packed, digest_size=12).digest()
            self._organisations.setdefault(key, (packed, 0))
        packed, uses = self._organisations[key]
        self._organisations[key] = (packed, uses + 1)
        return key

    def organisation_again(self, key: bytes, known: dict[bytes, msgspec.Raw]) -> None:
        """Count a use of a description that an earlier build read."""
        packed, uses = self._organisations.get(key) or (known[key], 0)
        self._organisations[key] = (packed, uses + 1)

    def take_organisations(self, all_of_them: list[tuple[bytes, msgspec.Raw, int]]) -> None:
        """Take over what an earlier build counted."""
        self._organisations = {key: (packed, uses) for key, packed, uses in all_of_them}

    @property
    def organisations(self) -> list[tuple[bytes, msgspec.Raw, int]]:
        """All organisations that were counted: hash, packed record, uses."""
        return [(key, packed, number) for key, (packed, number) in self._organisations.items()]

    def piece(self, piece: Piece, line: bytes = NO_LINE, number: int = 0) -> None:
        """Write a piece down."""
        self._file.write(pack(piece), line, number)

    def piece_again(self, piece: memoryview, line: bytes, number: int) -> None:
        """Write a piece down as it was kept."""
        self._file.write(piece, line, number)

    def close(self, name: str, sha256: str, size: int, records: int, intake: Intake) -> KeptSource:
        """Everything that is to be kept of the source."""
        self._file.close()
        return KeptSource(
            format=name,
            sha256=sha256,
            size=size,
            contacts=intake.keep_contacts,
            file=self._name,
            file_size=self._file.size,
            records=records,
            drift=dict(intake.drift),
            warnings=dict(intake.warnings),
            rejects=intake.rejects,
            announced=intake.announced,
            organisations=self.organisations,
        )


def made_with(ontology: Ontology, base: str) -> str:
    """What decides, beside the sources, over what a build writes and keeps."""
    text = "".join(ontology.statements("urn:ontology", base))
    parts = (str(FORMAT), __version__, base, text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def write_about(folder: Path, made_with: str, sources: list[KeptSource]) -> None:
    """Say what is kept; without this, nothing is found again."""
    (folder / _ABOUT).write_bytes(pack(_About(made_with, sources)))


def can_reuse(folder: Path, made_with: str) -> bool:
    """Whether a snapshot's folder holds what a build that is made so can use."""
    return _about(folder).made_with == made_with


def _about(folder: Path) -> _About:
    with suppress(OSError, msgspec.MsgspecError):
        data = (folder / FOLDER / _ABOUT).read_bytes()
        return msgspec.msgpack.decode(data, type=_About)
    return _About("", [])


def intake_of(source: KeptSource, file: str) -> Intake:
    """What a source's loader had to say when it was read, under the file's present name."""
    intake = Intake(file, keep_contacts=source.contacts)
    intake.drift, intake.warnings = Counter(source.drift), Counter(source.warnings)
    intake.rejects = [msgspec.structs.replace(one, file=file) for one in source.rejects]
    intake.announced = source.announced
    return intake


class KeptMatching:
    """How an earlier build compared organisations, and what this one keeps of it."""

    def __init__(self, folder: Path | None, keeping: Path) -> None:
        self._folder = folder / FOLDER if folder is not None else None
        self._keeping = keeping
        self._entities = KeptPieces(self._folder / _ENTITIES if self._folder else None)
        self._kept = PieceFile(keeping / _ENTITIES)

    def entity(self, digest: bytes) -> memoryview | None:
        """What one organisation's records come to, by their hash."""
        return self._entities.get(digest)

    def keep_entity(self, digest: bytes, packed: bytes | memoryview) -> None:
        """Keep one."""
        self._kept.write(packed, digest)

    def matches(self) -> Matches | None:
        """What the comparison of all gave."""
        if self._folder is not None:
            with suppress(OSError, msgspec.MsgspecError):
                return msgspec.msgpack.decode((self._folder / _MATCHES).read_bytes(), type=Matches)
        return None

    def keep_matches(self, matches: Matches) -> None:
        """Keep what it gave, the last that is to be kept."""
        self._kept.close()
        (self._keeping / _MATCHES).write_bytes(pack(matches))
