"""What is published and computed alike counts once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import roads_and_rivers
from asking_all import ROADS_AND_RIVERS, assignments
from small_graph import SmallGraph

from graphkit.library import Library, NamedQuery, QueryFolder

# Queries without a column "origin" that tell computed links from published ones, each with the way.
TOLD_APART = {
    "computations-overview": "counts what was computed",
    "links-agreement": "sets the one against the other",
    "projects-generic": "counts computed links in one column and published ones in another",
    "question-facts": "counts each in a fact of its own",
    "thing-neighbours": "shows every assessment as a neighbour",
}


class OnOneWord(SmallGraph):
    """A graph in which every pair is published, and nothing computed."""

    twice = False

    def __init__(self) -> None:
        super().__init__()
        self._pairs: set[tuple[str, str]] = set()

    def assessment(
        self, question: str, project: str, degree: str = "unstated", **more: Any
    ) -> None:
        if (question, project) in self._pairs:
            return
        self._pairs.add((question, project))
        said = {
            key: more[key] for key in ("rank", "covers", "misses", "explanation") if key in more
        }
        super().assessment(question, project, degree, **said)
        if self.twice:
            super().assessment(question, project, degree, origin="computed", score=0.5, **said)


class OnTwoWords(OnOneWord):
    """The same, and all of it computed with the same result."""

    twice = True


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, Library]:
    """The library on the graph with published links, and on that with computed ones beside them."""
    made = []
    for kind in (OnOneWord, OnTwoWords):
        graph = roads_and_rivers.roads_and_rivers(kind())
        made.append(Library(graph.snapshot(Path(tmp_path_factory.mktemp("graph")))))
    return made[0], made[1]


def summing_up() -> list[NamedQuery]:
    """The queries that do not show on whose word a link stands."""
    return [
        query
        for query in QueryFolder().all()
        if "origin" not in query.header.columns and query.name not in TOLD_APART
    ]


@pytest.mark.parametrize("name", [query.name for query in summing_up()])
def test_a_link_that_is_published_and_computed_alike_counts_once(
    libraries: tuple[Library, Library], name: str
) -> None:
    published, both = libraries
    for values in assignments(published.queries.get(name), ROADS_AND_RIVERS):
        if "origin" not in values:
            assert both.run(name, **values).rows == published.run(name, **values).rows, values


def test_what_tells_the_two_apart_is_a_query() -> None:
    assert TOLD_APART.keys() <= {query.name for query in QueryFolder().all()}
