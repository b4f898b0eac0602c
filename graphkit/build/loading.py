"""From a file of statements to what answers are read from, and whether it is sound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from graphkit.errors import SnapshotError
from graphkit.gzipped import open_gzip
from graphkit.ontology import Ontology
from graphkit.property_graph.graph import write_property_graph
from graphkit.search import build_index
from graphkit.snapshot import QUADS, SEARCH, STORE
from graphkit.store import GraphStore, build_store
from graphkit.validation import TypeIndex, ValidationReport, validate_quads


def load_and_validate(
    folder: Path, ontology: Ontology, base: str, index: TypeIndex, digest: str
) -> ValidationReport:
    """Make the store, the index for full text and the property graph, and check the shapes.

    All at once: the store, the index and the shapes leave Python for a good part, so that the
    property graph can be made meanwhile. Without it a snapshot is whole all the same: it can be
    made later.
    """

    def load() -> None:
        with open_gzip(folder / QUADS) as stream:
            build_store(stream, folder / STORE)
        build_index(GraphStore(folder / STORE), ontology, base, folder / SEARCH)

    def project() -> None:
        with suppress(SnapshotError):
            write_property_graph(folder, folder / QUADS, digest, base, ontology)

    with ThreadPoolExecutor(2) as pool:
        loading, projecting = pool.submit(load), pool.submit(project)
        with open_gzip(folder / QUADS) as stream:
            report = validate_quads(stream, index.of, ontology, base)
        loading.result()
        projecting.result()
    return report
