"""A new snapshot that holds what an old one holds, and what was computed from it.

Published statements stay as they are, in their graphs. Computed ones are in a graph of their
own, those of an earlier computation left out. Communities of questions follow from all links,
so they are found anew.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import chain as chain_of
from pathlib import Path

import pyoxigraph as ox

from graphkit import __version__
from graphkit.errors import FaultsFoundError
from graphkit.gzipped import open_gzip
from graphkit.linking.candidates import write_candidates
from graphkit.linking.computing import Computed
from graphkit.linking.indexing import FOLDER, IndexAbout, save_index
from graphkit.model import Computation
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.rdf.computed import COMPUTED_GRAPH, ComputedEmitter, chain
from graphkit.rdf.nodes import DERIVED_GRAPH, Namer, ending, key_of
from graphkit.rdf.terms import string
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.relevance.communities import communities
from graphkit.snapshot import QUADS, REJECTS, REPORT, STORE, Building, Manifest, Snapshot
from graphkit.store import GraphStore, build_store, extend_store, line_chunks
from graphkit.validation import TypeIndex, ValidationReport, stored_types, validate_quads
from graphkit.vocabulary import PREFIXES

_CHUNK = 16 << 20


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
) -> Snapshot:
    """Publish the new snapshot, all at once or not at all.

    Raises FaultsFoundError where what was computed violates the shapes.
    """
    namer = Namer(ontology, snapshot.manifest.base)
    emitter = ComputedEmitter(namer, computation)
    with Building(graph) as building:
        folder = building.folder
        quads = folder / QUADS
        progress("writing", 0)
        new = _new_lines(snapshot, computed, emitter, namer)
        with QuadWriter(quads) as writer:
            for lines in _lines(snapshot, new, namer):
                writer.add(lines)
        digest = file_sha256(quads)
        progress("loading and validating", 0)
        earlier = _computed_before(snapshot, namer)
        report = _load(folder, snapshot, new, ontology, namer, again=bool(earlier))
        if report.violations:
            raise FaultsFoundError(f"{report.summary}; nothing was published")
        for name in (REJECTS, REPORT):
            shutil.copyfile(snapshot.folder / name, folder / name)
        write_candidates(folder, computed.candidates)
        save_index(folder / FOLDER, computed.index, about, progress)
        manifest = snapshot.manifest
        return building.publish(
            Manifest(
                id=building.identifier(digest),
                created=building.created,
                graphkit=__version__,
                ontology=ontology.version,
                base=manifest.base,
                quads=writer.quads,
                quads_sha256=digest,
                classes=_classes(manifest, earlier, computed, computation),
                sources=manifest.sources,
                rejects=manifest.rejects,
                warnings=manifest.warnings,
                violations=manifest.violations,
                seconds=manifest.seconds,
            ),
            keep,
        )


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


@dataclass
class _New:
    """New lines: on things that were not there, and on old ones by their subject."""

    things: list[list[str]]
    additions: dict[str, list[str]]

    def text(self) -> BytesIO:
        """All of them as a file, what belongs together together."""
        parts = ["".join(lines) for lines in (*self.things, *self.additions.values())]
        return BytesIO("".join(parts).encode())


def _load(
    folder: Path, snapshot: Snapshot, new: _New, ontology: Ontology, namer: Namer, *, again: bool
) -> ValidationReport:
    """Make the store, and check what is new against the shapes; the rest was checked before.

    Nearly all of a store that holds nothing computed yet is taken over as it is (`again` tells
    that it does, and everything is loaded anew). The property graph is made when it is first
    asked for.
    """
    index = TypeIndex(ontology)
    index.observe(new.text().getvalue())
    known = stored_types(GraphStore(snapshot.store))

    def load() -> None:
        if again:
            with open_gzip(folder / QUADS) as stream:
                build_store(stream, folder / STORE)
        else:
            derived, community = namer.graph(DERIVED_GRAPH)[1:-1], ontology.iri("gk:community")
            extend_store(snapshot.store, folder / STORE, new.text(), [(derived, community)])

    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        report = validate_quads(
            new.text(), lambda thing: index.of(thing) or known(thing), ontology, namer.base
        )
        loading.result()
    return report


def _new_lines(
    snapshot: Snapshot, computed: Computed, emitter: ComputedEmitter, namer: Namer
) -> _New:
    things: list[list[str]] = [emitter.computation_lines()]
    additions: defaultdict[str, list[str]] = defaultdict(list)
    for lines in chain_of(
        map(emitter.assessment_lines, computed.assessments),
        map(emitter.similarity_lines, computed.similarities),
        emitter.hub_lines(computed.hubs),
    ):
        own = []
        for line in lines:
            subject = line[: line.index(">") + 1]
            if "/id/question/" in subject or "/id/project/" in subject:
                additions[subject].append(line)
            else:
                own.append(line)
        if own:
            things.append(own)
    kept = _kept_links(snapshot, namer)
    for question, group in _communities(kept, computed, namer).items():
        line = f"{question}{namer.predicate('gk:community')}{string(group)}"
        additions[question].append(f"{line}{ending(namer.graph(DERIVED_GRAPH))}")
    return _New(things, dict(sorted(additions.items())))


def _lines(snapshot: Snapshot, new: _New, namer: Namer) -> Iterator[list[str]]:
    """All lines of the new snapshot: each thing whole, new things last."""
    additions = dict(new.additions)
    for block in _kept_blocks(snapshot, namer):
        yield _with_additions(block, additions)
    yield from new.things
    yield from additions.values()


def _with_additions(block: list[str], additions: dict[str, list[str]]) -> list[str]:
    """A block of lines with what is added to its last things right after them."""
    found: list[str] = []
    last = ""
    for line in block:
        subject = line[: line.index(">") + 1]
        if subject != last:
            found += additions.pop(last, ())
            last = subject
        found.append(line)
    found += additions.pop(last, ())
    return found


def _kept_blocks(snapshot: Snapshot, namer: Namer) -> Iterator[list[str]]:
    """The old lines but for what was computed, in blocks that end where a thing ends."""
    left_out = ending(namer.graph(COMPUTED_GRAPH)).encode()
    community = namer.predicate("gk:community").encode()
    held: list[str] = []
    with open_gzip(snapshot.quads) as stream:
        for chunk in line_chunks(stream, _CHUNK):
            lines = [
                line.decode()
                for line in chunk.splitlines(keepends=True)
                if not line.endswith(left_out) and community not in line
            ]
            lines = held + lines
            cut = _last_subject(lines)
            held = lines[cut:]
            if cut:
                yield lines[:cut]
    if held:
        yield held


def _last_subject(lines: list[str]) -> int:
    """Where the lines on the last subject begin."""
    if not lines:
        return 0
    number = len(lines) - 1
    subject = lines[number][: lines[number].index(">") + 1]
    while number and lines[number - 1].startswith(subject):
        number -= 1
    return number


def _kept_links(snapshot: Snapshot, namer: Namer) -> list[tuple[str, str]]:
    """Published links, as IRIs of project and question."""
    computed = namer.graph(COMPUTED_GRAPH)[1:-1]
    store = GraphStore(snapshot.store)
    query = "SELECT ?p ?q WHERE { GRAPH ?g { ?p gk:addresses ?q } FILTER(STR(?g) != ?computed) }"
    solutions = store.run(query, {"computed": ox.Literal(computed)}, PREFIXES)
    return sorted({(f"<{one['p'].value}>", f"<{one['q'].value}>") for one in solutions})


def _communities(
    kept: Iterable[tuple[str, str]], computed: Computed, namer: Namer
) -> dict[str, str]:
    """IRI of a question → key of its community."""
    links = {(key_of(project), key_of(question)) for project, question in kept}
    links |= {(one.project, one.question) for one in computed.assessments if one.degree != "none"}
    return {
        namer.thing("question", key): group for key, group in communities(sorted(links)).items()
    }
