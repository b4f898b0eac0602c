"""A graph with links between all questions and projects, made up where the real one has none.

The shared data hold questions and projects and hardly a link between them. For measurements,
this writes a copy of a snapshot with made-up assessments (ten for each question), similarities,
dates, topics, departments and aspects, in a named graph of their own, `generated`. The same
snapshot gives the same copy. Nothing of it is a finding about real questions.

    scripts/bench/generated_graph.py GRAPH INTO
"""

from __future__ import annotations

import gzip
import random
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from graphkit.build.publishing import publish_quads
from graphkit.ontology import Ontology
from graphkit.rdf.nodes import Namer, ending
from graphkit.rdf.terms import boolean, day, decimal, integer, string
from graphkit.relevance.communities import communities
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.vocabulary import PREFIXES

LISTED, SIMILAR = 10, 3
LINKED = 9_000
"""Projects that take part, of which the first serve many questions and the last few."""
DEGREES = ("full", "direct", "partial", "partial", "partial", "indirect", "unstated")


def keys(store: GraphStore, query: str) -> list[str]:
    """The last parts of the addresses that a query gives, sorted."""
    rows = store.run(f"SELECT DISTINCT ?x {{ {query} }}", prefixes=PREFIXES)
    return sorted(row["x"].value.rpartition("/")[2] for row in rows)


class Generator:
    """Makes the statements up."""

    def __init__(self, store: GraphStore, namer: Namer) -> None:
        self.random = random.Random(20261126)
        self.namer = namer
        self.end = ending(namer.graph("generated"))
        self.questions = keys(store, "?x a gk:ResearchQuestion")
        self.projects = keys(store, "?x a gk:Project")
        self.random.shuffle(self.projects)
        self.projects = self.projects[:LINKED]
        self.weights = [1 / (rank + 12) ** 0.75 for rank in range(len(self.projects))]
        self.aspects = keys(store, "?x a gk:Aspect")
        self.topics = keys(store, "?x skos:inScheme <https://w3id.org/graphkit/topic-scheme/topic>")
        self.departments = keys(store, "?x a gk:Department ; schema:sameAs ?y")
        self.asked = set(keys(store, "?x gk:askedBy ?y"))
        self.sided = set(keys(store, "?x gk:hasAspect ?y"))
        self.listed = set(keys(store, "?a gk:assessesQuestion ?x"))
        self.links = [
            (row["p"].value.rpartition("/")[2], row["q"].value.rpartition("/")[2])
            for row in store.run("SELECT ?p ?q { ?p gk:addresses ?q }", prefixes=PREFIXES)
        ]

    def say(self, subject: str, predicate: str, value: str) -> str:
        """One statement."""
        return f"{subject}{self.namer.predicate(predicate)}{value}{self.end}"

    def lines(self) -> Iterator[str]:
        """All statements."""
        for number, key in enumerate(self.questions):
            yield from self.question(key, number)
        for key, community in communities(self.links).items():
            yield self.say(self.namer.thing("question", key), "gk:community", string(community))

    def question(self, key: str, number: int) -> Iterator[str]:
        thing, draw = self.namer.thing, self.random
        iri = thing("question", key)
        aspects = draw.sample(self.aspects, draw.randint(1, 5))
        if key not in self.sided:
            for aspect in aspects:
                yield self.say(iri, "gk:hasAspect", thing("aspect", aspect))
        if key not in self.asked:
            yield self.say(iri, "gk:askedBy", thing("department", draw.choice(self.departments)))
        for topic in draw.sample(self.topics, 2):
            yield self.say(iri, "dct:subject", thing("topic", topic))
        issued = date(draw.randint(2017, 2026), draw.randint(1, 12), draw.randint(1, 28))
        yield self.say(iri, "dct:issued", day(issued))
        yield self.say(iri, "gk:archived", boolean(draw.random() < 0.3))
        if key in self.listed:
            return
        yield self.say(iri, "gk:listIsCapped", boolean(True))
        chosen = dict.fromkeys(draw.choices(self.projects, self.weights, k=3 * LISTED))
        for rank, project in enumerate(list(chosen)[:LISTED], 1):
            yield from self.assessment(key, project, rank, aspects)
        for place in range(1, SIMILAR + 1):
            other = self.questions[(number + place * place) % len(self.questions)]
            if other != key:
                yield from self.similarity(key, other)

    def assessment(
        self, question: str, project: str, rank: int, aspects: list[str]
    ) -> Iterator[str]:
        namer, draw = self.namer, self.random
        published = rank % 3 == 0
        name = f"{question}-{project}-{'published' if published else 'generated'}"
        iri = namer.thing("assessment", name)
        self.links.append((project, question))
        yield f"{iri}{namer.type('gk:Assessment')}{self.end}"
        yield self.say(iri, "gk:assessesQuestion", namer.thing("question", question))
        yield self.say(iri, "gk:assessesProject", namer.thing("project", project))
        degree = "unstated" if published else draw.choice(DEGREES)
        yield self.say(iri, "gk:degree", namer.concept("degree", degree))
        origin = "published-link" if published else "computed"
        yield self.say(iri, "gk:origin", namer.concept("origin", origin))
        yield self.say(iri, "gk:rank", integer(rank))
        yield self.say(
            namer.thing("project", project), "gk:addresses", namer.thing("question", question)
        )
        if published:
            return
        yield self.say(iri, "gk:score", decimal(round(1 - rank * draw.random() / 12, 3)))
        yield self.say(iri, "gk:explanation", string(f"Made up for a measurement, rank {rank}."))
        yield self.say(iri, "gk:evidence", string(f"Made up for a measurement, rank {rank}."))
        for aspect in aspects:
            chance = draw.random()
            if chance < 0.45:
                yield self.say(iri, "gk:coversAspect", namer.thing("aspect", aspect))
            elif chance < 0.6:
                yield self.say(iri, "gk:missesAspect", namer.thing("aspect", aspect))

    def similarity(self, one: str, other: str) -> Iterator[str]:
        namer = self.namer
        score = decimal(round(1 - self.random.random() ** 3 / 2, 3))
        for a, b in ((one, other), (other, one)):
            iri = namer.thing("similarity", f"{a}-{b}-generated")
            question, similar = namer.thing("question", a), namer.thing("question", b)
            yield f"{iri}{namer.type('gk:Similarity')}{self.end}"
            yield self.say(iri, "gk:fromQuestion", question)
            yield self.say(iri, "gk:toQuestion", similar)
            yield self.say(iri, "gk:origin", namer.concept("origin", "computed"))
            yield self.say(iri, "gk:score", score)
            yield self.say(question, "gk:similarTo", similar)


def generate(graph: Path, into: Path) -> Snapshot:
    """Copy the snapshot in use of a graph, with made-up links."""
    snapshot = Snapshot.current(graph)
    ontology, base = Ontology.load(), snapshot.manifest.base
    generator = Generator(GraphStore(snapshot.store), Namer(ontology, base))

    archived = f"<{ontology.iri('gk:archived')}>"

    def lines() -> Iterator[str]:
        with gzip.open(snapshot.quads, "rt", encoding="utf-8") as stream:
            yield from (line for line in stream if archived not in line)  # each has one already
        yield from generator.lines()

    sources = snapshot.manifest.sources
    return publish_quads(into, lines(), ontology, base, sources=sources)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit((__doc__ or "").strip())
    made = generate(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{made.manifest.quads:,} statements in {made.folder}")
