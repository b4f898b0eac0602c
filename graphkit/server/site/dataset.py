"""The data set that a site serves: a snapshot of graphkit, or any RDF store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from graphkit.library import Library, QueryFolder
from graphkit.ontology import Ontology
from graphkit.search import SearchIndex
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore


@dataclass(frozen=True)
class Dataset:
    """A data set, opened when it is first asked: so it can be made before a process forks.

    `union` tells whether a query without `FROM` sees all graphs as one, as a snapshot's queries
    do; in a data set of somebody else's, the default graph is what its file says. `library` and
    `snapshot` are there for snapshots only.
    """

    name: str
    folder: Path
    base: str
    union: bool
    snapshot: Snapshot | None = None
    queries: QueryFolder | None = None

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot, queries: QueryFolder | None = None) -> Dataset:
        """The data set of a snapshot."""
        manifest = snapshot.manifest
        return cls(manifest.id, snapshot.store, manifest.base, True, snapshot, queries)

    @classmethod
    def of_store(cls, name: str, folder: Path, base: str = "") -> Dataset:
        """The data set of any store."""
        return cls(name, folder, base, False)

    @cached_property
    def store(self) -> GraphStore:
        """The statements."""
        return GraphStore(self.folder)

    @cached_property
    def library(self) -> Library:
        """The named queries on this snapshot."""
        assert self.snapshot is not None, "only snapshots have a library"
        return Library(self.snapshot, self.queries, store=self.store)

    @cached_property
    def index(self) -> SearchIndex:
        """Full text over questions and projects. Raises SnapshotError where there is no index."""
        assert self.snapshot is not None, "only snapshots have an index"
        return SearchIndex.open(self.snapshot.search)

    @cached_property
    def ontology(self) -> Ontology:
        """The terms and their labels."""
        return Ontology.load()

    def warm(self) -> None:
        """Open what the first request would open. Raises SnapshotError where that fails."""
        _ = self.store.names
        if self.snapshot is not None:
            _ = self.library

    def local(self, iri: str) -> str | None:
        """The path under which this server answers for an IRI; None for other people's IRIs.

        The path begins with no slash: `id/question/16604`.
        """
        return iri[len(self.base) :] if self.base and iri.startswith(self.base) else None

    def iri(self, path: str) -> ox.NamedNode:
        """The IRI that a path stands for. Raises ValueError where it is none."""
        return ox.NamedNode(f"{self.base}{path}")
