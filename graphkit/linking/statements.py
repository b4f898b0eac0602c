"""What was computed, as lines: for a file of its own, and among the lines that were there.

Each thing stays whole, and new things come last. What is added to a question or project stands
right after the line that gives its class, with which its lines begin.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain as chain_of
from pathlib import Path

import pyoxigraph as ox

from graphkit.batching import batches
from graphkit.gzipped import open_gzip
from graphkit.linking.computing import Computed
from graphkit.rdf.computed import COMPUTED_GRAPH, ComputedEmitter
from graphkit.rdf.nodes import DERIVED_GRAPH, Namer, ending, key_of
from graphkit.rdf.terms import string
from graphkit.relevance.communities import communities
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore, line_chunks
from graphkit.vocabulary import PREFIXES, RDF_TYPE

_CHUNK = 16 << 20
_THINGS = 2_000


class News:
    """What was computed, as lines: on things that were not there in a file, on old ones by
    their subject."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.additions: dict[str, list[str]] = {}
        self._spans: dict[str, tuple[int, int]] = {}

    def write(
        self, snapshot: Snapshot, computed: Computed, emitter: ComputedEmitter, namer: Namer
    ) -> None:
        """Fill both."""
        additions: defaultdict[str, list[str]] = defaultdict(list)
        place = 0
        with self.path.open("wb") as file:
            for batch in batches(_things(computed, emitter), _THINGS):
                pieces = []
                for lines in batch:
                    own = []
                    for line in lines:
                        subject = line[: line.index(">") + 1]
                        if "/id/question/" in subject or "/id/project/" in subject:
                            additions[subject].append(line)
                        else:
                            own.append(line)
                    if own:
                        piece = "".join(own).encode()
                        self._spans[_whole(own[0])] = place, len(piece)
                        place += len(piece)
                        pieces.append(piece)
                file.write(b"".join(pieces))
        kept = _kept_links(snapshot, namer)
        for question, group in _communities(kept, computed, namer).items():
            line = f"{question}{namer.predicate('gk:community')}{string(group)}"
            additions[question].append(f"{line}{ending(namer.graph(DERIVED_GRAPH))}")
        self.additions = dict(sorted(additions.items()))

    def added(self) -> BytesIO:
        """The lines on old things, what belongs together together."""
        return BytesIO("".join(chain_of.from_iterable(self.additions.values())).encode())

    def some(self, subjects: Iterable[str]) -> BytesIO:
        """The lines on those new things of which one of these (`<iri>`) is a part, whole, and on
        the computation."""
        found = {self._spans[whole] for one in subjects if (whole := _whole(one)) in self._spans}
        found.update(self._spans[whole] for whole in self._spans if "/id/computation/" in whole)
        pieces = []
        with self.path.open("rb") as file:
            for place, size in sorted(found):
                file.seek(place)
                pieces.append(file.read(size))
        return BytesIO(b"".join(pieces))

    def merged(self, snapshot: Snapshot, namer: Namer, *, again: bool) -> Iterator[bytes]:
        """All lines of the new snapshot, in blocks. `again`: the old one holds what an earlier
        run computed."""
        additions = {subject.encode(): lines for subject, lines in self.additions.items()}
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
        for block in blocks(snapshot):
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
            yield b"".join(parts)
        with self.path.open("rb") as file:
            yield from line_chunks(file, _CHUNK)
        yield "".join(chain_of.from_iterable(additions.values())).encode()


def blocks(snapshot: Snapshot) -> Iterator[bytes]:
    """All lines of a snapshot, in blocks."""
    with open_gzip(snapshot.quads) as stream:
        yield from line_chunks(stream, _CHUNK)


_PIECE = re.compile(r"/id/evidence/([^>]+)-\d+>")


def _whole(line: str) -> str:
    """The thing with which the subject of a line is written: an assessment for its evidence."""
    subject = line[: line.index(">") + 1] if line.startswith("<") else line
    return _PIECE.sub(r"/id/assessment/\1>", subject)


def _things(computed: Computed, emitter: ComputedEmitter) -> Iterator[list[str]]:
    yield emitter.computation_lines()
    yield from map(emitter.assessment_lines, computed.assessments)
    yield from map(emitter.similarity_lines, computed.similarities)
    yield from emitter.hub_lines(computed.hubs)


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
