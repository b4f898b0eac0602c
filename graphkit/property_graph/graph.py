"""The property graph of a snapshot, for reading: a file beside the snapshot's store.

    node           label, id, iri, digest, content
    relationship   type, its two ends, key, identity, content
    leftover       statements that have no place in a property graph
    meta           what the file was made from, and the hash of all that it holds

The file is made from the snapshot's quads alone, under another name, and renamed
when it is whole; whatever is missing or of another make is made again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from graphkit import __version__
from graphkit.errors import SnapshotError
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.property_graph.building import build_file
from graphkit.property_graph.elements import NodeRow, RelationshipRow
from graphkit.property_graph.schema import GraphSchema
from graphkit.snapshot import Snapshot, snapshots

FILE = "property-graph.sqlite"
FORMAT = "2"
"""What a file means; one of another format is made again."""

_STALE = 3600.0
"""Seconds after which an unfinished file is taken to be nobody's."""

_NODES = "SELECT label, id, iri, digest, content FROM node"
_RELATIONSHIPS = """
    SELECT r.type, s.label, s.id, e.label, e.id, r.key, r.content, s.iri, e.iri
    FROM relationship r JOIN node s ON s.n = r.start JOIN node e ON e.n = r."end"
"""


def read_only(path: Path) -> str:
    """The address by which SQLite opens a file without writing to it."""
    return f"{path.resolve().as_uri()}?mode=ro"


class PropertyGraph:
    """Nodes and relationships of one snapshot, streamed from disk."""

    def __init__(self, path: Path, schema: GraphSchema, base: str) -> None:
        self.path = path
        self.schema = schema
        self.base = base
        self.database = sqlite3.connect(read_only(path), uri=True)
        self.database.execute("PRAGMA cache_size=-32768")

    @classmethod
    def of(cls, snapshot: Snapshot, progress: Progress = silent) -> PropertyGraph:
        """The property graph of a snapshot; made now if it is not there yet.

        Raises SnapshotError where the snapshot's quads are damaged, or the file
        cannot be written.
        """
        ontology = Ontology.load()
        base, sha256 = snapshot.manifest.base, snapshot.manifest.quads_sha256
        made_from = made_from_of(sha256, base, ontology)
        folder = snapshot.folder
        if not os.access(folder, os.W_OK) and not (folder / FILE).is_file():
            folder = _cache(made_from)
        if not is_current(folder / FILE, made_from):
            write_property_graph(folder, snapshot.quads, sha256, base, ontology, progress)
        return cls(folder / FILE, GraphSchema.of(ontology), base)

    @property
    def digest(self) -> str:
        """A hash of everything in it; equal graphs have equal hashes."""
        return str(self._one("SELECT value FROM meta WHERE name = 'digest'"))

    def _one(self, query: str, values: tuple[object, ...] = ()) -> object:
        row = self.database.execute(query, values).fetchone()
        return row[0] if row else None

    def node_counts(self) -> dict[str, int]:
        """How many nodes each label has."""
        return dict(self.database.execute("SELECT label, COUNT(*) FROM node GROUP BY label"))

    def relationship_counts(self) -> dict[str, int]:
        """How many relationships each type has."""
        rows = self.database.execute("SELECT type, COUNT(*) FROM relationship GROUP BY type")
        return dict(rows)

    def patterns(self) -> dict[tuple[str, str, str], int]:
        """How many relationships go from one label to another: by start label, type, end label."""
        rows = self.database.execute(
            """SELECT s.label, r.type, e.label, COUNT(*) FROM relationship r
               JOIN node s ON s.n = r.start JOIN node e ON e.n = r."end" GROUP BY 1, 2, 3"""
        )
        return {(start, type_, end): count for start, type_, end, count in rows}

    def nodes(self, label: str | None = None) -> Iterator[NodeRow]:
        """All nodes, or those of a label, in the order of label and id."""
        where, values = (" WHERE label = ?", (label,)) if label else ("", ())
        for row in self.database.execute(f"{_NODES}{where} ORDER BY label, id", values):
            yield NodeRow(*row)

    def relationships(self, type_: str | None = None) -> Iterator[RelationshipRow]:
        """All relationships, or those of a type, in the order of type and ends."""
        where, values = (" WHERE r.type = ?", (type_,)) if type_ else ("", ())
        for row in self.database.execute(f"{_RELATIONSHIPS}{where} ORDER BY r.n", values):
            yield RelationshipRow(*row)

    def has(self, label: str, identifier: str) -> bool:
        """Whether there is a node with this label and id."""
        query = "SELECT 1 FROM node WHERE label = ? AND id = ?"
        return self._one(query, (label, identifier)) is not None

    def leftover(self) -> Iterator[str]:
        """Lines of N-Quads that the property graph does not hold."""
        for (line,) in self.database.execute("SELECT line FROM leftover ORDER BY line"):
            yield line

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def __enter__(self) -> PropertyGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def write_property_graph(
    folder: Path,
    quads: Path,
    quads_sha256: str,
    base: str,
    ontology: Ontology,
    progress: Progress = silent,
) -> Path:
    """Make the file of a property graph in `folder` from a snapshot's quads.

    The file appears whole or not at all. Raises SnapshotError where it cannot be made.
    """
    try:
        with whole_or_none(folder) as partial:
            build_file(partial, quads, GraphSchema.of(ontology), base, progress)
            with closing(sqlite3.connect(partial)) as database, database:
                made_from = made_from_of(quads_sha256, base, ontology)
                database.execute("INSERT INTO meta VALUES ('made_from', ?)", (made_from,))
    except (sqlite3.Error, OSError, ValueError, EOFError) as error:
        raise SnapshotError(
            f"{quads}: its property graph cannot be made: {error}",
            hint="see that the disk has room, or build again",
        ) from error
    return folder / FILE


@contextmanager
def whole_or_none(folder: Path) -> Iterator[Path]:
    """Where to make the file of a property graph: it is put in its place if nothing is raised."""
    partial = folder / f".{FILE}.{os.getpid()}.part"
    try:
        _sweep(folder)
        partial.unlink(missing_ok=True)
        yield partial
        partial.replace(folder / FILE)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def made_from_of(quads_sha256: str, base: str, ontology: Ontology) -> str:
    """What decides the content of the file: the quads, the ontology and this program."""
    return made_from_each([quads_sha256], base, ontology)[0]


def made_from_each(quads: Iterable[str], base: str, ontology: Ontology) -> list[str]:
    """What decides the content of files that are made of several quads, given by their hashes."""
    text = "".join(ontology.statements("urn:ontology", base))
    return [
        hashlib.sha256("\0".join((FORMAT, __version__, one, text)).encode()).hexdigest()
        for one in quads
    ]


def is_current(path: Path, made_from: str) -> bool:
    return path.is_file() and _meta(path, "made_from") == made_from


def _meta(path: Path, name: str) -> str | None:
    """What a file says of itself; None for a file that is none."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(read_only(path), uri=True)) as database,
    ):
        row = database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None
    return None


def _sweep(folder: Path) -> None:
    """Remove what was left by processes that were killed."""
    for path in folder.glob(f".{FILE}.*.part"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


def _cache(made_from: str) -> Path:
    """A folder of the user's own, for the property graph of a snapshot that others own."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "graphkit" / made_from[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SnapshotError(
            f"{folder}: cannot be written, and neither can the snapshot: {error.strerror or error}"
        ) from None
    return folder


def property_graphs(folder: Path) -> dict[str, Path]:
    """The property graphs that the snapshots of a graph have ready, by their hash."""
    found = {}
    for name in snapshots(folder):
        path = folder / "snapshots" / name / FILE
        if path.is_file() and (digest := _meta(path, "digest")):
            found[digest] = path
    return found
