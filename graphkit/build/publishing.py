"""A snapshot of statements that are at hand, not read from sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from graphkit import __version__
from graphkit.gzipped import open_gzip
from graphkit.ontology import Ontology
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.search import build_index
from graphkit.snapshot import (
    QUADS,
    REJECTS,
    REPORT,
    SEARCH,
    STORE,
    Building,
    Manifest,
    Snapshot,
    SourceEntry,
)
from graphkit.store import GraphStore, build_store
from graphkit.vocabulary import DEFAULT_BASE

_TABLES = ("drift", "warnings", "conflicting_fields", "counts")
_NOTHING: dict[str, object] = {
    "skipped": [],
    "place_conflicts": [],
    **{name: {} for name in _TABLES},
}
"""The report of a build that noticed nothing."""


def publish_quads(
    graph: Path,
    lines: Iterable[str],
    ontology: Ontology,
    base: str = DEFAULT_BASE,
    *,
    sources: Sequence[SourceEntry] = (),
    with_store: bool = True,
) -> Snapshot:
    """Make a snapshot of lines of N-Quads and put it in use. Nothing is checked."""
    with Building(graph) as building:
        quads = building.folder / QUADS
        with QuadWriter(quads) as writer:
            for line in lines:
                writer.add([line])
        if with_store:
            with open_gzip(quads) as stream:
                build_store(stream, building.folder / STORE)
            store = GraphStore(building.folder / STORE)
            build_index(store, ontology, base, building.folder / SEARCH)
        (building.folder / REJECTS).write_bytes(b"")
        (building.folder / REPORT).write_bytes(msgspec.json.encode(_NOTHING))
        digest = file_sha256(quads)
        manifest = Manifest(
            id=building.identifier(digest),
            created=building.created,
            graphkit=__version__,
            ontology=ontology.version,
            base=base,
            quads=writer.quads,
            quads_sha256=digest,
            classes={},
            sources=list(sources),
            rejects=0,
            warnings=0,
            violations=0,
            seconds={},
        )
        return building.publish(manifest, 1)
