"""A new snapshot that holds what an old one holds, and what was computed from it.

Published statements stay as they are, in their graphs. Computed ones are in a graph of their
own, those of an earlier computation left out. Communities of questions follow from all links,
so they are found anew.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import chain as chain_of
from pathlib import Path

import pyoxigraph as ox

from graphkit import __version__
from graphkit.batching import batches
from graphkit.errors import FaultsFoundError
from graphkit.gzipped import open_gzip
from graphkit.linking.candidates import write_candidates
from graphkit.linking.computing import Computed
from graphkit.linking.indexing import FOLDER, IndexAbout, save_index
from graphkit.linking.kept import save_kept
from graphkit.model import Computation
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.rdf.computed import COMPUTED_GRAPH, ComputedEmitter, chain
from graphkit.rdf.nodes import DERIVED_GRAPH, Namer, ending, key_of
from graphkit.rdf.terms import string
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.relevance.communities import communities
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
)
from graphkit.store import GraphStore, build_store, extend_store, line_chunks
from graphkit.validation import (
    TypeIndex,
    TypesOf,
    ValidationReport,
    stored_types,
    validate_quads,
)
from graphkit.vocabulary import PREFIXES, RDF_TYPE

_CHUNK = 16 << 20
_THINGS = 2_000


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

    Its property graph is made when it is first asked for.

    Raises FaultsFoundError where what was computed violates the shapes.
    """
    namer = Namer(ontology, snapshot.manifest.base)
    emitter = ComputedEmitter(namer, computation)
    with Building(graph) as building:
        folder = building.folder
        quads = folder / QUADS
        news = _News(folder / "new.nq")
        progress("writing", 0)
        news.write(snapshot, computed, emitter, namer)
        earlier = _computed_before(snapshot, namer)
        progress("loading and validating", 0)
        with ThreadPoolExecutor(2) as pool:
            checking = pool.submit(_check, news, ontology, namer.base)
            loading = None if earlier else pool.submit(_load, folder, snapshot, news, namer)
            count = _write(quads, snapshot, news, namer, again=bool(earlier))
            if loading is not None:
                loading.result()
            else:
                with open_gzip(quads) as stream:
                    build_store(stream, folder / STORE)
            build_index(GraphStore(folder / STORE), ontology, namer.base, folder / SEARCH)
            report = checking.result()
        news.path.unlink()
        digest = file_sha256(quads)
        if report.violations:
            raise FaultsFoundError(f"{report.summary}; nothing was published")
        for name in (REJECTS, REPORT):
            shutil.copyfile(snapshot.folder / name, folder / name)
        write_candidates(folder, computed.candidates)
        save_index(folder / FOLDER, computed.index, about, progress)
        save_kept(folder / FOLDER, computed.kept)
        manifest = snapshot.manifest
        return building.publish(
            Manifest(
                id=building.identifier(digest),
                created=building.created,
                graphkit=__version__,
                ontology=ontology.version,
                base=manifest.base,
                quads=count,
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


class _News:
    """What was computed, as lines: on things that were not there in a file, on old ones by
    their subject."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.additions: dict[str, list[str]] = {}
        self.types: TypesOf = lambda thing: b""

    def write(
        self, snapshot: Snapshot, computed: Computed, emitter: ComputedEmitter, namer: Namer
    ) -> None:
        """Fill both."""
        index = TypeIndex(namer.ontology)
        additions: defaultdict[str, list[str]] = defaultdict(list)
        with self.path.open("wb") as file:
            for batch in batches(_things(computed, emitter), _THINGS):
                own = []
                for line in chain_of.from_iterable(batch):
                    subject = line[: line.index(">") + 1]
                    if "/id/question/" in subject or "/id/project/" in subject:
                        additions[subject].append(line)
                    else:
                        own.append(line)
                block = "".join(own).encode()
                index.observe(block)
                file.write(block)
        kept = _kept_links(snapshot, namer)
        for question, group in _communities(kept, computed, namer).items():
            line = f"{question}{namer.predicate('gk:community')}{string(group)}"
            additions[question].append(f"{line}{ending(namer.graph(DERIVED_GRAPH))}")
        self.additions = dict(sorted(additions.items()))
        known = stored_types(GraphStore(snapshot.store))
        self.types = lambda thing: index.of(thing) or known(thing)

    def added(self) -> BytesIO:
        """The lines on old things, what belongs together together."""
        return BytesIO("".join(chain_of.from_iterable(self.additions.values())).encode())


def _things(computed: Computed, emitter: ComputedEmitter) -> Iterator[list[str]]:
    yield emitter.computation_lines()
    yield from map(emitter.assessment_lines, computed.assessments)
    yield from map(emitter.similarity_lines, computed.similarities)
    yield from emitter.hub_lines(computed.hubs)


def _check(news: _News, ontology: Ontology, base: str) -> ValidationReport:
    """Check what is new against the shapes; the rest was checked before."""
    with news.path.open("rb") as file:
        return validate_quads(file, news.types, ontology, base)


def _load(folder: Path, snapshot: Snapshot, news: _News, namer: Namer) -> None:
    """Make the store of one that holds nothing computed yet: nearly all of it is taken over."""
    community = namer.ontology.iri("gk:community")
    with news.path.open("rb") as file:
        extend_store(
            snapshot.store,
            folder / STORE,
            (file, news.added()),
            [(namer.graph(DERIVED_GRAPH)[1:-1], community)],
        )


def _write(quads: Path, snapshot: Snapshot, news: _News, namer: Namer, *, again: bool) -> int:
    """Write all lines of the new snapshot; returns how many. Each thing stays whole, and new
    things come last. `again`: the snapshot holds what an earlier run computed.

    A question or project is told from the line that gives its class, with which its lines
    begin: what is added to it goes right after that line.
    """
    additions = {subject.encode(): lines for subject, lines in news.additions.items()}
    classes = b"|".join(
        re.escape(namer.ontology.iri(curie).encode())
        for curie in ("gk:Project", "gk:ResearchQuestion")
    )
    # Begins with what is rare, so that the search skips most of the text.
    typed = re.compile(rb"> <" + RDF_TYPE.encode() + rb"> <(?:" + classes + rb")> .*\n")
    computed = ending(namer.graph(COMPUTED_GRAPH)).encode()
    community = namer.predicate("gk:community").encode()
    left_out = [(community, re.compile(rb"^<[^>]+>" + re.escape(community) + rb".*\n", re.M))]
    if again:
        left_out.append((computed, re.compile(rb"^.*" + re.escape(computed), re.M)))
    with QuadWriter(quads) as writer, open_gzip(snapshot.quads) as stream:
        for block in line_chunks(stream, _CHUNK):
            for mark, lines_with in left_out:
                if mark in block:
                    block = lines_with.sub(b"", block)
            parts, last = [], 0
            for match in typed.finditer(block):
                subject = block[block.rfind(b"\n", 0, match.start()) + 1 : match.start() + 1]
                if lines := additions.pop(subject, None):
                    parts += [block[last : match.end()], "".join(lines).encode()]
                    last = match.end()
            parts.append(block[last:])
            writer.add_block(b"".join(parts))
        with news.path.open("rb") as file:
            for chunk in line_chunks(file, _CHUNK):
                writer.add_block(chunk)
        for lines in additions.values():
            writer.add(lines)
    return writer.quads


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
