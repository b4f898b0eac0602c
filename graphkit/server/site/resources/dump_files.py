"""Making the files of dumps: the statements of one graph, or TriG of any.

They are cut out of a snapshot's quads, for all graphs at once (`graphkit.graph_files`). A set of
somebody else's has no such file and is written from its store.

Files come to their names by renaming, so a file that is there is whole. Of two workers that make
the same, the second waits and finds it made.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyoxigraph as ox
from filelock import FileLock
from isal import igzip

from graphkit.graph_files import BLOCK, LEVEL, cut_by_graph
from graphkit.gzipped import open_gzip
from graphkit.rdf.nodes import CATALOGUE_GRAPH
from graphkit.server.site.dataset import Dataset
from graphkit.store import line_chunks
from graphkit.vocabulary import PREFIXES

ALL = "all"
SUFFIXES = ("nq", "trig")
_STALE = 3600.0
"""Seconds that the dumps of another snapshot stay: its last readers may be there yet."""


class DumpFiles:
    """The folder of a data set's dumps. `names` are the names of its graphs, by their IRIs."""

    def __init__(self, dataset: Dataset, spool: Path, names: dict[str, str]) -> None:
        self._dataset = dataset
        self._names = names
        self._spool = spool / "dumps"
        self.folder = self._spool / dataset.name

    def path(self, name: str, suffix: str) -> Path:
        """The file of a dump, which is made if it is not there yet."""
        if name == ALL and suffix == "nq" and self._dataset.snapshot is not None:
            return self._dataset.snapshot.quads
        found = self.folder / f"{name}.{suffix}.gz"
        if found.exists():
            return found
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / ".making"):
            if not found.exists():
                self._tidy()
                self._make(name, suffix, found)
        return found

    def _make(self, name: str, suffix: str, target: Path) -> None:
        if self._dataset.snapshot is None:
            self._write(target, lambda file: self._from_store(name, suffix, file))
        elif suffix == "trig":
            source = self._dataset.snapshot.quads if name == ALL else self._cut(name)
            self._write(target, lambda file: _as_trig(source, file))
        else:
            self._cut(name)

    def _write(self, target: Path, write: Callable[[IO[bytes]], None]) -> None:
        with ExitStack() as stack:
            raw = stack.enter_context(
                tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False)
            )
            write(stack.enter_context(_compressed(raw)))
        Path(raw.name).chmod(0o644)
        Path(raw.name).replace(target)

    def _cut(self, name: str) -> Path:
        """The N-Quads file of a graph: all graphs' are made when the first is asked for."""
        target = self.folder / f"{name}.nq.gz"
        if target.exists():
            return target
        assert self._dataset.snapshot is not None
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-") as scratch:
            files = {iri: Path(scratch) / f"{one}.nq.gz" for iri, one in self._names.items()}
            # The statements on a source stand in the catalogue; each source's file has its own.
            catalogue = next(
                (iri for iri, one in self._names.items() if one == CATALOGUE_GRAPH), ""
            )
            cut_by_graph(self._dataset.snapshot.quads, files, catalogue=catalogue)
            for path in sorted(Path(scratch).iterdir()):
                path.replace(self.folder / path.name)
        if not target.exists():  # a graph that the store knows and the file does not
            self._write(target, lambda file: None)
        return target

    def _from_store(self, name: str, suffix: str, file: IO[bytes]) -> None:
        written = ox.RdfFormat.N_QUADS if suffix == "nq" else ox.RdfFormat.TRIG
        if name == ALL:
            self._dataset.store.dump(file, written, PREFIXES)
            return
        iri = next(iri for iri, known in self._names.items() if known == name)
        graph = ox.NamedNode(iri) if iri else ox.DefaultGraph()
        quads = self._dataset.store.quads(graph=graph)
        ox.serialize(quads, file, written, prefixes=dict(PREFIXES))

    def _tidy(self) -> None:
        """Remove what nobody will ask for again: half files, and the dumps of other snapshots.

        Only who holds the lock writes here, so what is unfinished was left by a killed worker.
        """
        for path in self.folder.glob(".new-*"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        now = time.time()
        for path in self._spool.iterdir():
            if path != self.folder and now - path.stat().st_mtime > _STALE:
                shutil.rmtree(path, ignore_errors=True)


def _compressed(raw: IO[bytes]) -> IO[bytes]:
    """A gzip file whose head holds neither name nor time, so that the same gives the same."""
    made: Any = igzip.IGzipFile(  # type: ignore[no-untyped-call]
        filename="", mode="wb", compresslevel=LEVEL, fileobj=raw, mtime=0
    )
    return cast("IO[bytes]", made)


def _as_trig(quads: Path, file: IO[bytes]) -> None:
    """Write N-Quads as TriG: as text, subject by subject, so that no term is written anew."""
    with open_gzip(quads) as stream:
        for block in _trig_blocks(stream):
            file.write(block)


def _trig_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """TriG of N-Quads lines: a block of one graph for each run of its lines."""
    graph = subject = b""
    for chunk in line_chunks(stream, BLOCK):
        out: list[bytes] = []
        for line in chunk.splitlines():
            end = line.rindex(b" <")
            space = line.index(b" ")
            if line[end + 1 : -2] != graph:
                out.append(b" .\n}\n" if graph else b"")
                graph, subject = line[end + 1 : -2], line[:space]
                out += (graph, b" {\n", line[:end])
            elif line[:space] == subject:
                out += (b" ;\n\t", line[space + 1 : end])
            else:
                subject = line[:space]
                out += (b" .\n", line[:end])
        yield b"".join(out)
    if graph:
        yield b" .\n}\n"
