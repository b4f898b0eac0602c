"""An index that follows changes of its graph answers as one that is made anew."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search.changing import Changing, Lines, starting_lines

from graphkit.delta import Delta
from graphkit.figures import FIGURES, opened
from graphkit.ontology import Ontology
from graphkit.search import FACETS, SORTS, SearchIndex, build_index, update_index
from graphkit.search.about import ABOUT, COUNTS, About, Kept
from graphkit.search.index import searcher_of
from graphkit.search.orders import TitlePlace, Titles
from graphkit.store import GraphStore, build_store
from graphkit.vocabulary import DEFAULT_BASE as BASE

ONTOLOGY = Ontology.load()
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


class Version:
    """A graph at one time: its statements, its store, and the index that followed it there."""

    def __init__(self, folder: Path, lines: Lines, *, made: bool = False) -> None:
        self.folder = folder
        self.lines = lines
        if not made:
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
        build_index(self.store, ONTOLOGY, BASE, folder)

    def next(self, lines: Lines, folder: Path) -> Version:
        """The graph after a change, with its index made from this one's."""
        after = Version(folder, lines)
        assert follow(self, after)
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


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A small graph with its index. Only to be read."""
    version = Version(tmp_path_factory.mktemp("following") / "start", starting_lines())
    version.build(version.search)
    return version


def changed(data: st.DataObject, lines: Lines, most: int = 8) -> Lines:
    """The lines after some random changes."""
    changing = Changing(data, lines)
    for _ in range(data.draw(st.integers(1, most))):
        changing.change()
    return changing.lines


def edited(lines: Lines, pattern: str, replacement: str) -> Lines:
    """The lines with what fits a pattern replaced; a line of which nothing is left goes."""
    found = [re.sub(pattern, replacement, line) for line in lines]
    assert found != lines
    return sorted({line for line in found if line})


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        pytest.param(r"Ministry of Heat", "Office of Heat", id="a department is renamed"),
        pytest.param(
            r".*department/roads> \S*prefLabel> .*\n",
            "",
            id="a department has no name",
        ),
        pytest.param(r"Social Council", "People's Council", id="a funder is renamed"),
        pytest.param(r"University 1", "College 1", id="an organisation is renamed"),
        pytest.param(r'"Birmingham"', '"Brum"', id="a place is renamed"),
        pytest.param(r'"What it costs"', '"Cost"', id="an aspect is renamed"),
        pytest.param(
            r"(place/E08000025> \S*within> \S*place/)E12000005", r"\1E12000003", id="a place moves"
        ),
        pytest.param(r".*place/E12000005> \S*#type> .*\n", "", id="a region is a place no longer"),
        pytest.param(
            r"(place/W92000004> \S*placeKind> \S*/)country>", r"\1region>", id="a nation is none"
        ),
        pytest.param(
            r".*place/E1200000\d> \S*placeKind> .*\n", "", id="a nation has regions no longer"
        ),
        pytest.param(
            r"(project/P0[17]> \S*fundedBy> \S*/)nerc>", r"\1esrc>", id="projects change funder"
        ),
        pytest.param(
            r"(question/16601> \S*askedBy> \S*/)roads>", r"\1heat>", id="a question changes hands"
        ),
        pytest.param(
            r"(funder/nerc> \S*type> \S*)Funder>", r"\1Department>", id="a funder is another thing"
        ),
        pytest.param(
            r"(aspect/capacity> \S*type> \S*)Aspect>", r"\1Place>", id="an aspect is another thing"
        ),
        pytest.param(r"programme/spf>", "programme/esrc>", id="two funders share a key"),
        pytest.param(r".*project/P\d+> \S*addresses> .*16601> .*\n", "", id="links are lost"),
        pytest.param(r"(\S*assess\S*> \S*degree> \S*/)partial>", r"\1full>", id="degrees change"),
        pytest.param(r".*coversAspect> \S*/skills> .*\n", "", id="an aspect is not covered"),
        pytest.param(r".*<\S*id/assessment/\S*> \S* .*\n", "", id="no assessments"),
        pytest.param(r".*> \S*type> \S*Assessment> .*\n", "", id="assessments of no class"),
        pytest.param(r"A study of heat", "Heat: a study", id="titles change"),
        pytest.param(r"(?s).*<\S*id/project/P0\d.*", "", id="projects are lost"),
        pytest.param(r"project/P0", "project/Q0", id="projects have other addresses"),
        pytest.param(r"(type> \S*)Project>", r"\1ResearchQuestion>", id="projects are questions"),
        pytest.param(r'"201\d-', '"2009-', id="dates change"),
        pytest.param(r".*grantReference> .*\n", "", id="references are lost"),
        pytest.param(r"are studied", "were watched", id="abstracts change"),
        pytest.param(r'(grantKey> "P0[1-4])"', r'\1-1"', id="grants have other keys"),
        pytest.param(r"leadOrganisation>", "partnerOrganisation>", id="nobody leads"),
    ],
)
def test_an_index_follows_a_change_and_back(
    start: Version, tmp_path: Path, pattern: str, replacement: str
) -> None:
    after = start.next(edited(start.lines, pattern, replacement), tmp_path / "after")
    after.build(after.anew)
    assert_alike(after.search, after.anew)
    # Back from an index that never knew what comes now, or what stayed in it could help.
    shutil.rmtree(after.search)
    after.anew.rename(after.search)
    assert_alike(after.next(start.lines, tmp_path / "back").search, start.search)


# ---- what cannot be followed ----


def follow(start: Version, after: Version, ontology: Ontology = ONTOLOGY, base: str = BASE) -> bool:
    """Whether the index of one version can be made from that of the one before."""
    delta = Delta.between(start.lines, after.lines)
    return update_index(start.search, after.search, start.store, after.store, delta, ontology, base)


@pytest.fixture
def copied(start: Version, tmp_path: Path) -> Version:
    """The small graph with an index that a test may spoil."""
    shutil.copytree(start.folder, tmp_path / "start")
    return Version(tmp_path / "start", start.lines, made=True)


def test_the_old_folder_stays_as_it_is(start: Version, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in start.search.iterdir()}
    old = list(answers(start.search))
    start.next(edited(start.lines, "A study of", "Of"), tmp_path / "after")
    assert {path.name: path.read_bytes() for path in start.search.iterdir()} == before
    assert list(answers(start.search)) == old


def test_what_was_followed_is_one_part_without_leftovers(start: Version, tmp_path: Path) -> None:
    after = start.next(edited(start.lines, "A study of", "Of"), tmp_path / "after")
    after.build(after.anew)
    kinds = [sorted(path.suffix for path in one.iterdir()) for one in (after.search, after.anew)]
    assert kinds[0] == kinds[1]
    assert searcher_of(after.search).num_segments == 1


def test_too_many_changes_are_not_followed(
    start: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = Version(tmp_path / "after", edited(start.lines, "A study of", "Of"))
    monkeypatch.setattr("graphkit.search.following._FEW", 3)
    assert not follow(start, after)
    assert not after.search.exists()


def test_another_base_or_ontology_is_not_followed(start: Version, tmp_path: Path) -> None:
    after = Version(tmp_path / "after", start.lines)
    assert not follow(start, after, base="https://example.org/")
    assert not follow(start, after, replace(ONTOLOGY, version="0.0"))
    assert follow(start, after)


@pytest.mark.parametrize("name", [ABOUT, COUNTS, FIGURES, "meta.json"])
@pytest.mark.parametrize("content", [None, b"nonsense"])
def test_a_damaged_index_is_not_followed(
    copied: Version, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = copied.search / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    after = Version(tmp_path / "after", edited(copied.lines, "A study of", "Of"))
    assert not follow(copied, after)
    assert not after.search.exists()


def test_titles_without_a_number_between_them_are_not_followed() -> None:
    titles = Titles({"a": TitlePlace(4, 1), "c": TitlePlace(5, 1), "d": TitlePlace(9, 1)})
    assert titles.with_titles(["b"]) is None
    more = titles.with_titles(["ca", "cb", "", "e"])
    assert more is not None
    assert sorted(more.places, key=more.__getitem__) == ["", "a", "c", "ca", "cb", "d", "e"]


# ---- any changes ----


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_an_index_follows_any_changes_and_answers_as_one_made_anew(
    start: Version, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        after = start.next(changed(data, start.lines), Path(folder) / "after")
        after.build(after.anew)
        assert_alike(after.search, after.anew)


@settings(deadline=None, max_examples=2)
@given(data=st.data())
def test_an_index_that_followed_ten_times_answers_as_one_made_anew(
    start: Version, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        version = start
        for step in range(10):
            version = version.next(changed(data, version.lines, 3), Path(folder) / str(step))
        version.build(version.anew)
        assert_alike(version.search, version.anew)
