"""From statements to what answers are read from, and whether they are sound.

Each of these is made in full, or from the earlier snapshot's and what differs from it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from graphkit.delta import Delta
from graphkit.errors import SnapshotError
from graphkit.gzipped import open_gzip
from graphkit.ontology import Ontology
from graphkit.property_graph.following import update_property_graph
from graphkit.property_graph.graph import write_property_graph
from graphkit.search import build_index, update_index
from graphkit.snapshot import FINDINGS, QUADS, SEARCH, STORE, Snapshot
from graphkit.store import GraphStore, build_store, update_store
from graphkit.validation import (
    TypeIndex,
    TypesOf,
    ValidationReport,
    read_findings,
    save_findings,
    stored_types,
    validate_changes,
    validate_quads,
)

_LARGEST = 5
"""A change to more than one part in so many is not followed."""


class Loading:
    """Makes what follows from the quads in a snapshot's folder. `digest` is their hash."""

    def __init__(self, folder: Path, ontology: Ontology, base: str, digest: str) -> None:
        self._folder = folder
        self._ontology = ontology
        self._base = base
        self._digest = digest

    def load(self, index: TypeIndex) -> ValidationReport:
        """Make the store, the index for full text and the property graph, and check the shapes.

        All at once: the store, the index and the shapes leave Python for a good part, so that the
        property graph can be made meanwhile. Without it a snapshot is whole all the same: it can
        be made later.
        """

        def load() -> None:
            with open_gzip(self._folder / QUADS) as stream:
                build_store(stream, self._folder / STORE)
            self._index(GraphStore(self._folder / STORE))

        with ThreadPoolExecutor(2) as pool:
            loading, projecting = pool.submit(load), pool.submit(self._project)
            report = self._validate(index.of)
            loading.result()
            projecting.result()
        save_findings(report, self._folder / FINDINGS)
        return report

    def follow(self, earlier: Snapshot, delta: Delta) -> ValidationReport:
        """Make the same of an earlier snapshot's and what differs from it.

        What cannot follow is made in full.
        """
        update_store(earlier.store, self._folder / STORE, delta)
        old, new = GraphStore(earlier.store), GraphStore(self._folder / STORE)
        ontology, base = self._ontology, self._base

        def index() -> None:
            target = self._folder / SEARCH
            if not update_index(earlier.search, target, old, new, delta, ontology, base):
                self._index(new)

        def project() -> None:
            before = earlier.manifest.quads_sha256
            if not update_property_graph(
                earlier.folder, self._folder, new, delta, before, self._digest, base, ontology
            ):
                self._project()

        with ThreadPoolExecutor(2) as pool:
            indexing, projecting = pool.submit(index), pool.submit(project)
            judged = read_findings(earlier.folder / FINDINGS)
            report = validate_changes(judged, old, new, delta, ontology, base) if judged else None
            if report is None:
                report = self._validate(stored_types(new))
            indexing.result()
            projecting.result()
        save_findings(report, self._folder / FINDINGS)
        return report

    def _index(self, store: GraphStore) -> None:
        build_index(store, self._ontology, self._base, self._folder / SEARCH)

    def _project(self) -> None:
        with suppress(SnapshotError):
            write_property_graph(
                self._folder, self._folder / QUADS, self._digest, self._base, self._ontology
            )

    def _validate(self, types: TypesOf) -> ValidationReport:
        with open_gzip(self._folder / QUADS) as stream:
            return validate_quads(stream, types, self._ontology, self._base)


def can_follow(earlier: Snapshot, delta: Delta) -> bool:
    """Whether a change is small enough to be followed, and all of the earlier snapshot there."""
    return len(delta) * _LARGEST < earlier.manifest.quads and earlier.store.is_dir()
