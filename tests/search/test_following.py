"""An index that follows changes of its graph answers as one that is made anew."""

from __future__ import annotations

import io
import itertools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from conftest import Graph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.delta import Delta
from graphkit.figures import FIGURES, opened, read
from graphkit.ontology import Ontology
from graphkit.search import FACETS, SORTS, SearchIndex, build_index, update_index
from graphkit.search.about import ABOUT, COUNTS, About, Kept
from graphkit.store import GraphStore, build_store
from graphkit.vocabulary import DEFAULT_BASE

ONTOLOGY = Ontology.load()
LINE = re.compile(r"(\S+) (\S+) (.*) (\S+) \.\n")
TEXTS = (
    "",
    "heat",
    "housing",
    "research",
    "local growth",
    '"local government"',
    "the",
    "zebra pay",
)
Lines = list[str]


class Version:
    """A graph at one time: its statements, its store, and the index that followed it there."""

    def __init__(self, folder: Path, lines: Lines) -> None:
        self.folder = folder
        self.lines = lines
        folder.mkdir()
        build_store(io.BytesIO("".join(lines).encode()), folder / "store")
        self.store = GraphStore(folder / "store")

    @property
    def search(self) -> Path:
        return self.folder / "search"

    @property
    def anew(self) -> Path:
        return self.folder / "anew"

    def build(self, folder: Path) -> None:
        build_index(self.store, ONTOLOGY, DEFAULT_BASE, folder)

    def next(self, lines: Lines, folder: Path) -> Version:
        """The graph after a change, with its index made from this one's."""
        after = Version(folder, lines)
        delta = Delta.between(self.lines, lines)
        assert update_index(
            self.search, after.search, self.store, after.store, delta, ONTOLOGY, DEFAULT_BASE
        )
        return after


def answers(folder: Path) -> Iterator[Any]:
    """All that an index says, in order."""
    index = SearchIndex.open(folder)
    about = msgspec.msgpack.decode((folder / ABOUT).read_bytes(), type=About)
    kept = msgspec.msgpack.decode((folder / COUNTS).read_bytes(), type=Kept)
    titles = list(kept.titles.items())
    yield list(about.values), {name: list(one.items()) for name, one in about.values.items()}
    yield list(about.words.items()), list(kept.words.items()), list(kept.years.items())
    yield [(title, place.uses) for title, place in titles]
    yield titles == sorted(titles, key=lambda one: one[1].number)
    for text, sort in itertools.product(TEXTS, SORTS):
        yield text, sort, index.search(text, sort=sort, size=1000, facet_size=10_000)
    for name in FACETS:
        for value in list(about.values[name])[:4]:
            yield name, value, index.search("", {name: [value]}, size=50)
    for place in about.values["place"]:
        yield place, index.search("", {"region": [place]}, size=0).total
    for hit in index.hits(""):
        yield hit.key, index.search(hit.key, size=3).hits
        yield hit.title, index.search(hit.title, size=5)
    for name, known in about.values.items():
        for label, _ in known.values():
            yield name, label, index.search(label, size=0).things


def figures(folder: Path) -> Any:
    """The columns beside an index, as lists."""
    found = opened(folder / FIGURES)
    assert found is not None
    numbers = {name: np.nan_to_num(one, nan=-1).tolist() for name, one in found.numbers.items()}
    return {name: list(one) for name, one in found.things.items()}, numbers, found.names


def assert_alike(followed: Path, anew: Path) -> None:
    """Two indexes give the same answers, their figures are the same."""
    for one, other in itertools.zip_longest(answers(followed), answers(anew)):
        assert one == other
    assert figures(followed) == figures(anew)


# ---- changes ----


class Changes:
    """Random changes of statements. Every one takes lines, grouped by thing, and gives others."""

    def __init__(self, draw: st.DataObject, lines: Lines) -> None:
        self._draw = draw
        self.things: dict[str, list[tuple[str, ...]]] = {}
        for line in lines:
            match = LINE.fullmatch(line)
            assert match is not None, line
            self.things.setdefault(match[1], []).append(match.groups())
        self._links: dict[str, list[str]] = {}
        for rows in self.things.values():
            for _, predicate, value, _ in rows:
                if value.startswith("<"):
                    self._links.setdefault(predicate, []).append(value)
        self._number = 0

    @property
    def lines(self) -> Lines:
        found = {f"{' '.join(row)} .\n" for rows in self.things.values() for row in rows}
        return sorted(found)

    def one(self) -> None:
        """Make one change."""
        kinds = (self.drop, self.unsay, self.reword, self.relink, self.copy, self.reclass)
        self._draw.draw(st.sampled_from(kinds))()

    def _thing(self) -> str:
        kind = self._draw.draw(
            st.sampled_from(
                ["project", "question", "place", "organisation", "department", "funder"]
                + ["aspect", "assessment", ""]
            )
        )
        fitting = [one for one in self.things if f"/id/{kind}" in one] or list(self.things)
        return fitting[self._draw.draw(st.integers(0, len(fitting) - 1))]

    def _row(self, thing: str, mark: str = "") -> int:
        rows = [at for at, row in enumerate(self.things[thing]) if row[2].startswith(mark)]
        return rows[self._draw.draw(st.integers(0, len(rows) - 1))] if rows else -1

    def drop(self) -> None:
        del self.things[self._thing()]

    def unsay(self) -> None:
        thing = self._thing()
        del self.things[thing][self._row(thing)]
        if not self.things[thing]:
            del self.things[thing]

    def reword(self) -> None:
        thing = self._thing()
        at = self._row(thing, '"')
        if at < 0:
            return
        subject, predicate, value, graph = self.things[thing][at]
        text, mark, rest = value.rpartition('"')
        if rest.endswith("date>"):
            text = f'"{self._draw.draw(st.integers(1990, 2030))}-0{len(text) % 9 + 1}-01'
        elif rest.startswith("^^"):
            return
        else:
            text += self._draw.draw(st.sampled_from([" heat", " zebra", " housing in research"]))
        self.things[thing][at] = (subject, predicate, f"{text}{mark}{rest}", graph)

    def relink(self) -> None:
        thing = self._thing()
        at = self._row(thing, "<")
        if at < 0:
            return
        subject, predicate, _, graph = self.things[thing][at]
        others = self._links[predicate]
        value = others[self._draw.draw(st.integers(0, len(others) - 1))]
        self.things[thing][at] = (subject, predicate, value, graph)

    def reclass(self) -> None:
        thing = self._thing()
        at = next((at for at, row in enumerate(self.things[thing]) if "#type>" in row[1]), 0)
        subject, predicate, value, graph = self.things[thing][at]
        others = sorted(set(self._links[predicate])) if "#type>" in predicate else [value]
        value = self._draw.draw(st.sampled_from(others))
        row = (subject, predicate, value, graph)
        if self._draw.draw(st.booleans()):
            self.things[thing][at] = row
        else:
            self.things[thing].append(row)

    def copy(self) -> None:
        thing = self._thing()
        self._number += 1
        place = self._draw.draw(st.sampled_from(["", "0", "zz"]))
        start, _, key = thing.rpartition("/")
        other = f"{start}/{place}{self._number}{key}"
        self.things[other] = [(other, *row[1:]) for row in self.things[thing]]


@pytest.fixture(scope="module")
def start(linked: Graph, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The sample with computed links. Only to be read."""
    folder = tmp_path_factory.mktemp("following")
    version = Version(folder / "start", sorted(f"{line}\n" for line in linked.lines))
    version.build(version.search)
    return version


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_an_index_follows_any_changes_and_answers_as_one_made_anew(
    start: Version, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory(dir=start.folder.parent) as name:
        version = start
        folder = Path(name)
        for step in range(data.draw(st.integers(1, 3))):
            changes = Changes(data, version.lines)
            for _ in range(data.draw(st.integers(0, 12))):
                changes.one()
            version = version.next(changes.lines, folder / str(step))
        version.build(version.anew)
        assert_alike(version.search, version.anew)
