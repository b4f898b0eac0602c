"""Linking again goes on from what was linked before, and gives what linking in full gives."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from conftest import Answer, Graph
from numpy.typing import NDArray
from small_graph import SmallGraph

from graphkit.linking import making
from graphkit.linking.indexing import FOLDER
from graphkit.linking.run import LinkOptions, LinkOutcome, link
from graphkit.relevance.encoders.bundled import NAME
from graphkit.relevance.encoders.choosing import ModelChoice
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.lexical import build_index, follow_index, terms
from graphkit.relevance.reranking import Before, rank_again
from graphkit.relevance.retrieval import ProjectIndex, TermWeights
from graphkit.store import GraphStore

WORDS = LinkOptions(ModelChoice(words_alone=True))
SAID = """kelp farms costs benefits skills regions coast seaweed growth energy wind barriers firms
evaluation policy harvest fisheries tidal power jobs training carbon storage markets"""
TALK = SAID.split()
ASPECTS = ("costs", "benefits", "skills", "barriers")
PLACES = {"E1": "Northland", "E2": "Southland"}


@dataclass(frozen=True)
class World:
    """Projects by key: title, abstract, topics, place; questions by key: text, aspects, archived;
    published links; names of topics."""

    projects: dict[str, tuple[str, str | None, tuple[str, ...], str]]
    questions: dict[str, tuple[str, tuple[str, ...], bool]]
    links: tuple[tuple[str, str], ...] = ()
    topics: dict[str, str] = field(default_factory=lambda: {"t1": "Algae", "t2": "Power"})

    def snapshot(self, folder: Path) -> Path:
        """Make the snapshot; its folder."""
        graph = SmallGraph()
        for code, name in PLACES.items():
            graph.place(code, name, "region")
        for key, name in self.topics.items():
            graph.topic(key, name)
        for key, (title, abstract, topics, place) in self.projects.items():
            graph.project(key, title, abstract=abstract, topics=topics, concerns=(place,))
        for key, (text, aspects, archived) in self.questions.items():
            graph.question(key, text, aspects=aspects, archived=archived, concerns=("E1",))
        for question, project in self.links:
            if question in self.questions and project in self.projects:
                graph.assessment(question, project, "partial")
        return graph.snapshot(folder).folder


def text(rng: random.Random, sentences: int) -> str:
    """A text of some sentences."""
    said = (" ".join(rng.choices(TALK, k=rng.randint(3, 9))) for _ in range(sentences))
    return " ".join(f"{one.capitalize()}." for one in said)


def project(rng: random.Random) -> tuple[str, str | None, tuple[str, ...], str]:
    abstract = text(rng, rng.randint(1, 5)) if rng.random() < 0.9 else None
    topics = tuple(rng.sample(["t1", "t2"], rng.randint(0, 2)))
    return text(rng, 1), abstract, topics, rng.choice(list(PLACES))


def question(rng: random.Random) -> tuple[str, tuple[str, ...], bool]:
    aspects = tuple(sorted(rng.sample(ASPECTS, rng.randint(0, 3))))
    return f"What is known of {text(rng, 1)[:-1].lower()}?", aspects, rng.random() < 0.2


def world(seed: int) -> World:
    """A world of one's own."""
    rng = random.Random(seed)
    projects = {f"P{number:03}": project(rng) for number in range(90)}
    questions = {f"{number:03}": question(rng) for number in range(25)}
    links = tuple((rng.choice(list(questions)), rng.choice(list(projects))) for _ in range(12))
    return World(projects, questions, links)


def changed(before: World, rng: random.Random) -> World:
    """The same with a few things that came, went, or read differently."""
    projects, questions = dict(before.projects), dict(before.questions)
    links, topics = before.links, dict(before.topics)
    for _ in range(rng.randint(1, 4)):
        one, asked = rng.choice(list(projects)), rng.choice(list(questions))
        kind = rng.choice(["add", "drop", "text", "place", "ask", "reword", "aspects", "all"])
        if kind == "add":
            projects[f"P{rng.randint(0, 999):03}"] = project(rng)
        elif kind == "drop":
            del projects[one]
        elif kind == "text":
            projects[one] = project(rng)
        elif kind == "place":
            projects[one] = (*projects[one][:3], rng.choice(list(PLACES)))
        elif kind == "ask":
            questions[f"{rng.randint(0, 999):03}"] = question(rng)
        elif kind == "reword":
            questions[asked] = question(rng)
        elif kind == "aspects":
            questions[asked] = (questions[asked][0], ("skills",), not questions[asked][2])
        elif rng.random() < 0.3:
            topics["t1"] = rng.choice(TALK)
        else:
            links = links[1:]
    return World(projects, questions, links, topics)


class HashedWords:
    """A model that knows words by their hash alone."""

    name, digest, width = NAME, "hashed words", 32

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.stack([self._vector(one) for one in texts])
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _vector(self, one: str) -> NDArray[np.float32]:
        whole = np.full(self.width, 0.01, np.float32)
        for term in terms(one):
            seed = int.from_bytes(sha256(term.encode()).digest()[:4], "big")
            whole += np.random.default_rng(seed).normal(size=self.width).astype(np.float32)
        return whole


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LinkOptions:
    """Options by which that model compares."""
    cache = tmp_path / "cache"
    cache.mkdir()

    def chosen(choice: ModelChoice) -> CachedEncoder | None:
        return None if choice.words_alone else CachedEncoder(HashedWords(), cache)

    monkeypatch.setattr("graphkit.linking.run.chosen_encoder", chosen)
    return LinkOptions()


@pytest.fixture(params=["words", "model"])
def options(request: pytest.FixtureRequest) -> LinkOptions:
    """By words alone, and with a model."""
    if request.param == "words":
        return WORDS
    found: LinkOptions = request.getfixturevalue("hashed")
    return found


Builds = Callable[[World], Path]


@pytest.fixture
def built(tmp_path: Path) -> Builds:
    """Builds a world into a folder of its own."""
    numbers = iter(range(100))

    def build(one: World) -> Path:
        folder = tmp_path / f"graph{next(numbers)}"
        one.snapshot(folder)
        return folder

    return build


def put_beside(folder: Path, other: Path) -> None:
    """Put the snapshot of another folder into use here, beside those that there are."""
    name = (other / "current").read_text().strip()
    shutil.copytree(other / "snapshots" / name, folder / "snapshots" / name, dirs_exist_ok=True)
    (folder / "current").write_text(f"{name}\n")


def statements(folder: Path) -> set[str]:
    return {str(quad) for quad in GraphStore(Graph(folder).snapshot.store).quads()}


def assert_same(followed: Path, full: Path) -> None:
    """Both graphs hold and keep the same."""
    one, other = Graph(followed).snapshot, Graph(full).snapshot
    assert Graph(followed).bytes == Graph(full).bytes
    assert one.quads.read_bytes() == other.quads.read_bytes()
    assert statements(followed) == statements(full)
    assert one.manifest.classes == other.manifest.classes
    for name in ("candidates.parquet", f"{FOLDER}/about.msgpack", f"{FOLDER}/readings.msgpack"):
        assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes(), name
    arrays = ("grants", "starts", "term_starts", "term_documents", "term_weights", "term_times")
    for name in arrays:
        file = f"{FOLDER}/{name}.npy"
        assert (one.folder / file).read_bytes() == (other.folder / file).read_bytes(), name


@pytest.mark.parametrize("seed", range(2))
def test_following_step_by_step_gives_what_linking_in_full_gives(
    seed: int, options: LinkOptions, built: Builds
) -> None:
    rng = random.Random(seed)
    now = world(seed)
    graph = built(now)
    link(graph, options)
    for _ in range(2):
        now = changed(now, rng)
        full = built(now)
        put_beside(graph, full)
        link(graph, options)
        assert link(full, options).followed is None
        assert_same(graph, full)


def moved(before: World) -> World:
    """The same with one project elsewhere."""
    title, abstract, topics, place = before.projects["P001"]
    [other] = PLACES.keys() - {place}
    return replace(before, projects={**before.projects, "P001": (title, abstract, topics, other)})


def one_new_project(options: LinkOptions, built: Builds) -> tuple[Path, Path, LinkOutcome]:
    """A graph that was linked, and again with one project more; and one linked in full."""
    before = world(7)
    after = replace(before, projects={**before.projects, "P500": project(random.Random(1))})
    graph, full = built(before), built(after)
    link(graph, options)
    put_beside(graph, full)
    return graph, full, link(graph, options)


def test_what_was_linked_in_the_same_way_is_followed(options: LinkOptions, built: Builds) -> None:
    before = Graph(built(world(7))).folder
    linked = link(before, options).snapshot.manifest.id
    after = moved(world(7))
    put_beside(before, built(after))
    outcome = link(before, options)
    assert outcome.followed == linked
    assert (outcome.changed or 0) > 0


def test_the_property_graph_and_the_words_follow(
    hashed: LinkOptions, built: Builds, graphkit: Callable[..., Answer]
) -> None:
    nodes = "MATCH (p:Project)-[r]-(o) RETURN p.id, type(r), o.id ORDER BY p.id, type(r), o.id"
    before, after = world(7), moved(world(7))
    graph, full = built(before), built(after)
    link(graph, hashed)
    assert graphkit("--graph", graph, "cypher", nodes, "--format", "json").code == 0
    put_beside(graph, full)
    assert link(graph, hashed).followed
    assert (Graph(graph).snapshot.folder / "property-graph.sqlite").is_file()
    link(full, hashed)
    for words in (
        ("cypher", nodes, "--format", "json"),
        ("search", "kelp costs", "--format", "json"),
        ("validate",),
    ):
        answers = [graphkit("--graph", one, *words) for one in (graph, full)]
        assert answers[0].out == answers[1].out
        assert answers[0].code == answers[1].code == 0


def test_a_text_that_did_not_change_is_not_read_again(
    hashed: LinkOptions, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    from graphkit.relevance.assessing import Asked, Assessor, Reading, Text

    own = Assessor.read

    def noted(self: Assessor, asked: Asked, one: Text) -> Reading:
        read.append(one.key)
        return own(self, asked, one)

    monkeypatch.setattr(Assessor, "read", noted)
    _, full, _ = one_new_project(hashed, built)
    assert len(read) > 100
    again = len(read)
    link(full, hashed)
    in_full = len(read) - again
    read.clear()
    link(full, hashed)
    assert not read
    assert in_full > 50


def test_a_difference_that_is_too_large_is_made_in_full(
    hashed: LinkOptions, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_LARGEST", 100_000)
    graph, full, outcome = one_new_project(hashed, built)
    assert outcome.followed is None
    link(full, hashed)
    assert_same(graph, full)


def test_an_index_that_cannot_follow_is_made_in_full(
    hashed: LinkOptions, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "update_index", lambda *anything: False)
    graph, full, _ = one_new_project(hashed, built)
    assert (Graph(graph).snapshot.search / "meta.json").is_file()
    link(full, hashed)
    assert_same(graph, full)


@pytest.mark.parametrize("name", ["kept.msgpack", "readings.msgpack", "nearest_dense.npy"])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_what_was_kept_and_is_damaged_is_not_gone_on_from(
    name: str, damage: str, hashed: LinkOptions, built: Builds
) -> None:
    graph = built(world(3))
    outcome = link(graph, hashed)
    path = outcome.snapshot.folder / FOLDER / name
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[: len(whole) // 2 if damage == "cut" else 0])
    again = link(graph, hashed)
    assert again.computed.assessments == outcome.computed.assessments
    assert again.snapshot.quads.read_bytes() == outcome.snapshot.quads.read_bytes()


def test_what_another_method_linked_is_not_gone_on_from(hashed: LinkOptions, built: Builds) -> None:
    graph = built(world(3))
    link(graph, WORDS)
    assert link(graph, hashed).followed is None


def test_words_follow_like_an_index_made_anew() -> None:
    rng = random.Random(5)
    for _ in range(100):
        old = [rng.choices("abcdefghij", k=rng.randint(0, 9)) for _ in range(rng.randint(0, 9))]
        numbers, new, added = [], list[list[str]](), {}
        for document in old:
            while rng.random() < 0.3:
                added[len(new)] = rng.choices("abcdefghijklmn", k=rng.randint(0, 9))
                new.append(added[len(new)])
            stays = rng.random() < 0.8
            numbers.append(len(new) if stays else -1)
            new += [document] * stays
        followed = follow_index(build_index(old), np.array(numbers, np.int64), added, len(new))
        whole = build_index(new)
        assert list(followed.vocabulary.items()) == list(whole.vocabulary.items())
        for name in ("starts", "documents", "weights", "times"):
            assert np.array_equal(getattr(followed, name), getattr(whole, name)), name


def test_rankings_that_follow_are_those_of_all_projects() -> None:
    rng, draw = random.Random(7), np.random.default_rng(7)
    certain = 0
    for _ in range(40):
        size = rng.randint(1, 120)
        projects = [ranked_project(rng, draw, size) for _ in range(size)]
        questions = [" ".join(rng.choices(TALK, k=rng.randint(1, 9))) for _ in range(5)]
        vectors = unit(draw, len(questions))
        index = index_of(projects, questions)
        found = list(index.candidates(questions, vectors, keep=5))
        for _ in range(3):
            numbers, after = [], []
            for one in projects:
                if rng.random() < 0.03:
                    after.append(ranked_project(rng, draw, size))
                stays = rng.random() > 0.04
                numbers.append(len(after) if stays else -1)
                after += [one] * stays
            if not after:
                break
            nearest = {number: one.nearest for number, one in enumerate(found)}
            before = Before(index, np.array(numbers, np.int64), nearest)
            index = index_of(after, questions)
            projects, found = after, rank_again(index, questions, vectors, before, keep=5)
            certain += sum(one.nearest.least > float("-inf") for one in found)
            whole = index.candidates(questions, vectors, keep=5)
            for one, other in zip(found, whole, strict=True):
                for name in ("projects", "order", "dense", "lexical"):
                    assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert certain > 100


def test_a_cosine_does_not_depend_on_what_else_is_compared() -> None:
    draw = np.random.default_rng(1)
    passages = unit(draw, 500, 384).astype(np.float16)
    questions = unit(draw, 70, 384)
    starts = np.arange(0, 500, 5)

    def cosines(rows: slice, projects: int) -> NDArray[np.float32]:
        index = ProjectIndex(
            keys=[""] * projects,
            grants=np.arange(projects, dtype=np.int32),
            lexical=build_index([]),
            weights=TermWeights.of([]),
            starts=starts[:projects],
            passages=passages[: projects * 5],
        )
        return np.stack(list(index.cosines(questions[rows])))

    whole = cosines(slice(None), 100)
    assert np.array_equal(whole[3:4, :7], cosines(slice(3, 4), 7))
    assert np.array_equal(whole[::-1], cosines(slice(None, None, -1), 100))
    plain = (questions @ passages.astype(np.float32).T).reshape(70, 100, 5).max(axis=2)
    assert np.abs(whole - plain).max() < 0.002


def unit(draw: np.random.Generator, count: int, width: int = 16) -> NDArray[np.float32]:
    vectors = draw.normal(size=(count, width))
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)


Ranked = tuple[str, NDArray[np.float32], int]


def ranked_project(rng: random.Random, draw: np.random.Generator, grants: int) -> Ranked:
    words = " ".join(rng.choices(TALK, k=rng.randint(1, 9)))
    return words, unit(draw, rng.randint(1, 4)), rng.randint(0, grants)


def index_of(projects: Sequence[Ranked], questions: Sequence[str]) -> ProjectIndex:
    counts = [len(vectors) for _, vectors, _ in projects]
    return ProjectIndex(
        keys=[str(number) for number in range(len(projects))],
        grants=np.array([grant for _, _, grant in projects], np.int32),
        lexical=build_index(terms(words) for words, _, _ in projects),
        weights=TermWeights.of(questions),
        starts=np.cumsum([0, *counts])[:-1].astype(np.int64),
        passages=np.concatenate([vectors for _, vectors, _ in projects]).astype(np.float16),
    )
