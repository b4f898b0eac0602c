"""What answers are read from: made of the new statements, or of an earlier snapshot's.

Where a snapshot was linked before in the same way, its store, index and property graph follow the
difference between its statements and the new ones. Anything that cannot follow is made in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from graphkit.delta import Delta
from graphkit.gzipped import open_gzip
from graphkit.linking.differing import difference
from graphkit.linking.statements import News, blocks
from graphkit.property_graph.following import update_property_graph
from graphkit.property_graph.graph import FILE
from graphkit.rdf.computed import COMPUTED_GRAPH
from graphkit.rdf.nodes import DERIVED_GRAPH, Namer
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.search import build_index, update_index
from graphkit.snapshot import QUADS, SEARCH, STORE, Snapshot
from graphkit.store import GraphStore, build_store, extend_store, line_chunks, update_store
from graphkit.validation import (
    BATCH_BYTES,
    TypeIndex,
    ValidationReport,
    stored_types,
    validate_quads,
)
from graphkit.vocabulary import RDF_TYPE

_LARGEST = 5
"""A difference of more than one line in so many is not followed."""


class Making:
    """Makes everything in the folder of a snapshot of `old` and what was computed of it.

    `again`: the old one holds what an earlier run computed. After it is done, `quads` and
    `digest` are the number of statements and the hash of their file; `changed` is how many
    statements differ from the snapshot that was followed, None if none was.
    """

    def __init__(self, folder: Path, old: Snapshot, news: News, namer: Namer, again: bool) -> None:
        self.quads = 0
        self.digest = ""
        self.changed: int | None = None
        self._folder = folder
        self._old = old
        self._news = news
        self._namer = namer
        self._again = again

    def make(self, before: Snapshot | None) -> ValidationReport:
        """Make the quads, the store and the index, and check what is new against the shapes.

        `before` is a snapshot that the same computation made.
        """
        if before is None:
            return self._in_full(written=False)
        with self._writing() as merged:
            delta = difference(blocks(before), merged, before.manifest.quads // _LARGEST)
        if delta is None or not before.store.is_dir():
            return self._in_full(written=True)
        self.changed = len(delta)
        return self._following(before, delta)

    @contextmanager
    def _writing(self) -> Iterator[Iterator[bytes]]:
        """All lines of the new snapshot, to be gone through: then they are written."""
        path = self._folder / QUADS

        def merged() -> Iterator[bytes]:
            for block in self._news.merged(self._old, self._namer, again=self._again):
                writer.add_block(block)
                yield block

        with QuadWriter(path) as writer:
            yield merged()
        self.quads = writer.quads
        self.digest = file_sha256(path)

    def _in_full(self, *, written: bool) -> ValidationReport:
        with ThreadPoolExecutor(2) as pool:
            checking = pool.submit(self._check_all)
            loading = None if self._again else pool.submit(self._extend)
            if not written:
                with self._writing() as merged:
                    for _ in merged:
                        pass
            if loading is not None:
                loading.result()
            else:
                with open_gzip(self._folder / QUADS) as stream:
                    build_store(stream, self._folder / STORE)
            self._index(GraphStore(self._folder / STORE))
            return checking.result()

    def _following(self, before: Snapshot, delta: Delta) -> ValidationReport:
        update_store(before.store, self._folder / STORE, delta)
        old, new = GraphStore(before.store), GraphStore(self._folder / STORE)
        ontology, base = self._namer.ontology, self._namer.base

        def index() -> None:
            target = self._folder / SEARCH
            if not update_index(before.search, target, old, new, delta, ontology, base):
                self._index(new)

        def project() -> None:
            # Where it does not follow, it is made when it is first asked for.
            if (before.folder / FILE).is_file():
                digests = before.manifest.quads_sha256, self.digest
                update_property_graph(
                    before.folder, self._folder, new, delta, *digests, base, ontology
                )

        with ThreadPoolExecutor(2) as pool:
            made = [pool.submit(index), pool.submit(project)]
            report = self._check_changed(delta, new)
            for one in made:
                one.result()
        return report

    def _index(self, store: GraphStore) -> None:
        build_index(store, self._namer.ontology, self._namer.base, self._folder / SEARCH)

    def _extend(self) -> None:
        """Make the store of one that holds nothing computed yet: nearly all of it is taken over."""
        community = self._namer.ontology.iri("gk:community")
        with self._news.path.open("rb") as file:
            extend_store(
                self._old.store,
                self._folder / STORE,
                (file, self._news.added()),
                [(self._namer.graph(DERIVED_GRAPH)[1:-1], community)],
            )

    def _check_all(self) -> ValidationReport:
        """Check what is new against the shapes; the rest was checked before."""
        index = TypeIndex(self._namer.ontology)
        known = stored_types(GraphStore(self._old.store))
        with self._news.path.open("rb") as file:
            for block in line_chunks(file, BATCH_BYTES):
                index.observe(block)
            file.seek(0)
            return validate_quads(
                file,
                lambda thing: index.of(thing) or known(thing),
                self._namer.ontology,
                self._namer.base,
            )

    def _check_changed(self, delta: Delta, store: GraphStore) -> ValidationReport:
        """Check what is new and reads differently, or refers to what is of another class now."""
        graph = ox.NamedNode(self._namer.graph(COMPUTED_GRAPH)[1:-1])
        referring = {
            str(quad.subject)
            for thing in _of_other_classes(delta)
            for quad in store.quads(None, None, ox.NamedNode(thing[1:-1]), graph)
        }
        return validate_quads(
            self._news.some(delta.subjects | referring),
            stored_types(store),
            self._namer.ontology,
            self._namer.base,
        )


def _of_other_classes(delta: Delta) -> list[str]:
    """Things (`<iri>`) that came, went, or are of another class now."""
    before, after = (set(_classes(lines)) for lines in (delta.removed, delta.added))
    return sorted({thing for thing, _ in before ^ after if thing.startswith("<")})


def _classes(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    mark = f" <{RDF_TYPE}> "
    for line in lines:
        if mark in line:
            thing, predicate, rest = line.split(" ", 2)
            if predicate == mark.strip():
                yield thing, rest.partition(" ")[0]
