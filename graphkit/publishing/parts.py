"""The graphs of a snapshot as they are sent: N-Triples, streamed out of a file for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphkit.errors import SnapshotError, UsageError
from graphkit.graph_files import cut_by_graph
from graphkit.gzipped import DAMAGED, open_gzip
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore, line_chunks

_BLOCK = 1 << 20
_DAMAGED: tuple[type[Exception], ...] = (*DAMAGED, KeyError, ValueError)


@dataclass(frozen=True)
class Part:
    """One named graph: its file of N-Quads, and of what is sent the bytes (`size`) and the hash."""

    graph: str
    path: Path
    statements: int
    size: int
    sha256: str

    def triples(self, size: int) -> Iterator[bytes]:
        """The statements as N-Triples, in pieces of at most about `size` bytes, of whole lines.

        Pieces can be read by themselves: a snapshot has no blank nodes.
        """
        return _triples(self.graph, self.path, size)


def _triples(graph: str, path: Path, size: int) -> Iterator[bytes]:
    # All lines end alike, and nothing but a line's end holds a line feed.
    ending = f" <{graph}> .\n".encode()
    with open_gzip(path) as stream:
        for chunk in line_chunks(stream, size):
            yield chunk.replace(ending, b" .\n")


def cut(snapshot: Snapshot, folder: Path) -> list[Part]:
    """Cut a snapshot into its graphs, sorted by IRI, with their files in a folder.

    The same statements in the same order have the same hash. Raises SnapshotError where the
    snapshot is damaged, UsageError where the folder has no room.
    """
    graphs = GraphStore(snapshot.store).graphs()
    files = {graph: folder / f"{number}.nq.gz" for number, graph in enumerate(graphs)}
    damaged = SnapshotError(f"{snapshot.quads}: is damaged", hint="build again")
    try:
        cut_by_graph(snapshot.quads, files)
        found = [_measured(graph, path) for graph, path in files.items() if path.exists()]
    except OSError as error:
        if error.errno is None or error.filename == str(snapshot.quads):
            raise damaged from None
        where = error.filename or folder
        raise UsageError(
            f"{where}: {error.strerror}", hint="TMPDIR names another folder for what is cut"
        ) from None
    except _DAMAGED:
        raise damaged from None
    if sum(part.statements for part in found) != snapshot.manifest.quads:
        raise damaged
    return found


def _measured(graph: str, path: Path) -> Part:
    digest, statements, size = hashlib.sha256(), 0, 0
    for piece in _triples(graph, path, _BLOCK):
        digest.update(piece)
        statements += piece.count(b"\n")
        size += len(piece)
    return Part(graph, path, statements, size, digest.hexdigest())
