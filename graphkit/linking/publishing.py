"""A new snapshot that holds what an old one holds, and what was computed from it.

Published statements stay as they are, in their graphs. Computed ones are in a graph of their
own, those of an earlier computation left out. Communities of questions follow from all links,
so they are found anew.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from graphkit import __version__
from graphkit.errors import FaultsFoundError
from graphkit.linking.candidates import write_candidates
from graphkit.linking.computing import Computed
from graphkit.linking.indexing import FOLDER, IndexAbout, save_index
from graphkit.linking.kept import save_kept
from graphkit.linking.making import Making
from graphkit.linking.statements import News
from graphkit.model import Computation
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.rdf.computed import COMPUTED_GRAPH, ComputedEmitter, chain
from graphkit.rdf.nodes import Namer
from graphkit.snapshot import REJECTS, REPORT, Building, Manifest, Snapshot
from graphkit.store import GraphStore


def publish(
    graph: Path,
    snapshot: Snapshot,
    computed: Computed,
    computation: Computation,
    about: IndexAbout,
    ontology: Ontology,
    progress: Progress,
    *,
    keep: int = 3,
    before: Snapshot | None = None,
) -> tuple[Snapshot, int | None]:
    """Publish the new snapshot, all at once or not at all.

    `before` is one that the same computation made: what it holds is gone on from. Its property
    graph is, too; without one it is made when it is first asked for. Returned with the new
    snapshot is how many statements differ from that one, or None where all was made in full.

    Raises FaultsFoundError where what was computed violates the shapes.
    """
    namer = Namer(ontology, snapshot.manifest.base)
    emitter = ComputedEmitter(namer, computation)
    with Building(graph) as building:
        folder = building.folder
        news = News(folder / "new.nq")
        progress("writing", 0)
        news.write(snapshot, computed, emitter, namer)
        earlier = _computed_before(snapshot, namer)
        progress("loading and validating", 0)
        making = Making(folder, snapshot, news, namer, again=bool(earlier))
        report = making.make(before)
        news.path.unlink()
        if report.violations:
            raise FaultsFoundError(f"{report.summary}; nothing was published")
        for name in (REJECTS, REPORT):
            shutil.copyfile(snapshot.folder / name, folder / name)
        write_candidates(folder, computed.candidates)
        save_index(folder / FOLDER, computed.index, about, progress)
        save_kept(folder / FOLDER, computed.kept)
        manifest = snapshot.manifest
        published = building.publish(
            Manifest(
                id=building.identifier(making.digest),
                created=building.created,
                graphkit=__version__,
                ontology=ontology.version,
                base=manifest.base,
                quads=making.quads,
                quads_sha256=making.digest,
                classes=_classes(manifest, earlier, computed, computation),
                sources=manifest.sources,
                rejects=manifest.rejects,
                warnings=manifest.warnings,
                violations=manifest.violations,
                seconds=manifest.seconds,
            ),
            keep,
        )
        return published, making.changed


def _classes(
    manifest: Manifest, earlier: Mapping[str, int], computed: Computed, computation: Computation
) -> dict[str, int]:
    """How many things of each class there are; `earlier` were computed before and left out."""
    counts = Counter(manifest.classes)
    counts.subtract(earlier)
    counts["Computation"] = len(chain(computation))
    counts["Evidence"] = sum(len(one.evidence) for one in computed.assessments)
    counts["Assessment"] += len(computed.assessments)
    counts["Similarity"] += len(computed.similarities)
    return {name: count for name, count in sorted(counts.items()) if count > 0}


def _computed_before(snapshot: Snapshot, namer: Namer) -> dict[str, int]:
    """How many assessments and similarities of an earlier computation the snapshot holds."""
    query = (
        "SELECT ?class (COUNT(*) AS ?count) WHERE { GRAPH ?computed { ?thing a ?class } } "
        "GROUP BY ?class"
    )
    graph = ox.NamedNode(namer.graph(COMPUTED_GRAPH)[1:-1])
    solutions = GraphStore(snapshot.store).select(query, {"computed": graph})
    return {one["class"].value.rpartition("#")[2]: int(one["count"].value) for one in solutions}
