"""`build --update`: less work, the same graph."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import Graph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.build.pipeline import Options, build, sample_folder
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Manifest, Snapshot

TIME = 1_700_000_000


def lay(files: dict[str, str], folder: Path) -> Path:
    """Write files, and take away what else is there."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        os.utime(path, (TIME, TIME))
    return folder


def sample_files() -> dict[str, str]:
    """The sample without its manifest: file name to text."""
    root = sample_folder()
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in ("sources.json", "README.md")
    }


def updated(graph: Path, folder: Path, **options: Any) -> Any:
    """Update a graph from a folder."""
    return build(graph, [str(folder)], Options(update=True, **options))


def said_of(manifest: Manifest) -> dict[str, Any]:
    """A manifest without what tells one run from another."""
    told = msgspec.to_builtins(manifest)
    return {name: told[name] for name in told.keys() - {"id", "created", "seconds"}}


def differing(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    """The first lines that differ, with those that stand in their place."""
    pairs = zip_longest(ours, theirs, fillvalue="")
    return list(islice((pair for pair in pairs if pair[0] != pair[1]), 3))


def assert_same(one: Graph, other: Graph) -> None:
    """Whatever is asked of the two graphs, the answer is the same."""
    first, second = one.snapshot, other.snapshot
    assert differing(one.lines, other.lines) == []
    assert first.quads.read_bytes() == second.quads.read_bytes()
    assert first.rejects.read_bytes() == second.rejects.read_bytes()
    assert first.report() == second.report()
    assert said_of(first.manifest) == said_of(second.manifest)
    everything = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert one.select(everything) == other.select(everything)
    with PropertyGraph.of(first) as left, PropertyGraph.of(second) as right:
        assert left.digest == right.digest
        assert list(left.relationships()) == list(right.relationships())


# ---- The same as a build in full ----


class Changes:
    """Random changes to the files of the sample, of the kinds that sources go through."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.files = sample_files()
        self._dropped: list[str] = []

    def change(self) -> None:
        """Make one of them."""
        self._random.choice(
            [
                self.reword_project,
                self.drop_project,
                self.give_back_project,
                self.add_project,
                self.shuffle_projects,
                self.split_projects,
                self.change_lead,
                self.reword_question,
                self.drop_question,
                self.drop_row,
                self.drop_file,
            ]
        )()

    def _projects(self) -> list[str]:
        return self.files.get("gtr/projects.jsonl", "").splitlines()

    def _put(self, lines: list[str]) -> None:
        self.files["gtr/projects.jsonl"] = "".join(f"{line}\n" for line in lines)

    def _edit_project(self, edit: Callable[[dict[str, Any]], None]) -> None:
        lines = self._projects()
        if lines:
            at = self._random.randrange(len(lines))
            record = json.loads(lines[at])
            edit(record["projectComposition"])
            lines[at] = json.dumps(record)
            self._put(lines)

    def reword_project(self) -> None:
        def edit(composition: dict[str, Any]) -> None:
            place = self._random.choice(["Cornwall", "Leeds", "nowhere at all"])
            composition["project"]["abstractText"] = f"Ports and weirs in {place}. " * 4
            composition["project"]["unheard"] = self._random.random()

        self._edit_project(edit)

    def change_lead(self) -> None:
        def edit(composition: dict[str, Any]) -> None:
            composition.setdefault("leadResearchOrganisation", {})["name"] = self._random.choice(
                ["University of Weir", "Weir University", "THE WEIR TRUST LTD"]
            )

        self._edit_project(edit)

    def drop_project(self) -> None:
        lines = self._projects()
        if lines:
            self._dropped.append(lines.pop(self._random.randrange(len(lines))))
            self._put(lines)

    def give_back_project(self) -> None:
        if self._dropped:
            lines = self._projects()
            lines.insert(self._random.randint(0, len(lines)), self._dropped.pop())
            self._put(lines)

    def add_project(self) -> None:
        lines = self._projects()
        if lines:
            record = json.loads(self._random.choice(lines))
            project = record["projectComposition"]["project"]
            number = self._random.randrange(10**12)
            project["id"] = f"0A1B2C3D-0000-4000-8000-{number:012d}"
            project["grantReference"] = f"NE/Y{number % 10**6:06d}/1"
            lines.insert(self._random.randint(0, len(lines)), json.dumps(record))
            self._put(lines)

    def shuffle_projects(self) -> None:
        lines = self._projects()
        self._random.shuffle(lines)
        self._put(lines)

    def split_projects(self) -> None:
        lines = self._projects()
        half = len(lines) // 2
        self._put(lines[:half])
        self.files["gtr/more.jsonl"] = "".join(f"{line}\n" for line in lines[half:])

    def _edit_questions(self, edit: Callable[[list[dict[str, Any]]], None]) -> None:
        page = json.loads(self.files.get("ari/questions.json", '{"data": []}'))
        if page["data"]:
            edit(page["data"])
            self.files["ari/questions.json"] = json.dumps(page)

    def reword_question(self) -> None:
        def edit(questions: list[dict[str, Any]]) -> None:
            question = self._random.choice(questions)
            question["question"] = f"What is known of weirs, {self._random.random()}?"

        self._edit_questions(edit)

    def drop_question(self) -> None:
        self._edit_questions(
            lambda questions: (
                questions.remove(self._random.choice(questions)) if len(questions) > 1 else None
            )
        )

    def drop_row(self) -> None:
        name = self._random.choice([one for one in self.files if one.endswith(".csv")] or [""])
        rows = self.files.get(name, "").splitlines(keepends=True)
        if len(rows) > 2:
            del rows[self._random.randrange(1, len(rows))]
            self.files[name] = "".join(rows)

    def drop_file(self) -> None:
        if len(self.files) > 4:
            del self.files[self._random.choice(sorted(self.files))]


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), steps=st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_after_any_changes_an_update_that_prunes_gives_what_a_build_in_full_does(
    seed: int, steps: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp = tmp_path_factory.mktemp("updates")
    changes = Changes(seed)
    graph = tmp / "updated"
    updated(graph, lay(changes.files, tmp / "sources"), prune=True)
    for number, many in enumerate(steps):
        for _ in range(many):
            changes.change()
        folder = lay(changes.files, tmp / "sources")
        updated(graph, folder, prune=True)
        build(tmp / f"full-{number}", [str(folder)])
        assert_same(Graph(graph), Graph(tmp / f"full-{number}"))
    shutil.rmtree(tmp)


def test_records_that_come_in_another_order_change_nothing(tmp_path: Path) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    lines = files["gtr/projects.jsonl"].splitlines()
    files["gtr/projects.jsonl"] = "".join(f"{line}\n" for line in reversed(lines))
    outcome = updated(graph, lay(files, tmp_path / "sources"))
    changed = [line for line in Graph(graph).lines if "/graph/catalogue>" not in line]
    assert outcome.changed is not None
    assert outcome.changed < 20  # the catalogue tells another hash
    assert outcome.withdrawn == 0
    assert changed


# ---- What is not read again ----


@pytest.fixture
def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the lines of portal JSON that are read."""
    from graphkit.loaders import gtr_portal

    places: list[str] = []
    reading = gtr_portal.read_composition

    def told(composition: Any, locator: str, *rest: Any, **more: Any) -> Any:
        places.append(locator)
        return reading(composition, locator, *rest, **more)

    monkeypatch.setattr(gtr_portal, "read_composition", told)
    return places


def test_of_a_file_that_changed_only_the_lines_that_changed_are_read(
    tmp_path: Path, read_again: list[str]
) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    lines = files["gtr/projects.jsonl"].splitlines()
    lines[4] = lines[4].replace('"title":"', '"title":"On ')
    lines.insert(0, lines.pop())
    files["gtr/projects.jsonl"] = "".join(f"{line}\n" for line in lines)
    read_again.clear()
    outcome = updated(graph, lay(files, tmp_path / "sources"))
    assert read_again == ["line 6"]
    assert outcome.followed is not None


def test_a_file_that_did_not_change_is_not_read_again_under_another_name_either(
    tmp_path: Path, read_again: list[str]
) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    files["gtr/renamed.jsonl"] = files.pop("gtr/projects.jsonl")
    read_again.clear()
    folder = lay(files, tmp_path / "sources")
    updated(graph, folder)
    assert read_again == []
    build(tmp_path / "full", [str(folder)])
    assert_same(Graph(graph), Graph(tmp_path / "full"))


def test_a_line_that_was_refused_is_told_with_its_new_place(tmp_path: Path) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    lines = files["gtr/projects.jsonl"].splitlines()
    lines.append('{"projectComposition": {"project": {"title": "without an id"}}}')
    files["gtr/projects.jsonl"] = "\n".join(lines)
    updated(graph, lay(files, tmp_path / "sources"))
    files["gtr/projects.jsonl"] = "\n".join(["", *lines])
    updated(graph, lay(files, tmp_path / "sources"))
    [reject] = Graph(graph).rejects()
    assert reject["locator"] == f"line {len(lines) + 1}"


# ---- What cannot be followed ----


@pytest.mark.parametrize(
    "damage",
    [
        "kept/about.msgpack",
        "kept/matches.msgpack",
        "kept/organisations",
        "kept/places",
        "kept/questions",
        "kept/parts.msgpack",
        "kept/projects",
        "kept/source-00",
        "findings.json",
        "property-graph.sqlite",
        "search/about.msgpack",
    ],
)
@pytest.mark.parametrize("how", ["gone", "empty"])
def test_what_an_update_cannot_take_from_before_it_makes_anew(
    tmp_path: Path, damage: str, how: str
) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    path = Snapshot.current(graph).folder / damage
    path.unlink()
    if how == "empty":
        path.write_bytes(b"")
    files["gtr/projects.jsonl"] = files["gtr/projects.jsonl"].replace(
        '"title":"', '"title":"On ', 1
    )
    folder = lay(files, tmp_path / "sources")
    updated(graph, folder)
    build(tmp_path / "full", [str(folder)])
    assert_same(Graph(graph), Graph(tmp_path / "full"))


def test_another_base_is_built_in_full(tmp_path: Path) -> None:
    folder = lay(sample_files(), tmp_path / "sources")
    graph = tmp_path / "graph"
    updated(graph, folder)
    outcome = updated(graph, folder, base="https://data.example.org/", prune=True)
    assert outcome.followed is None
    build(tmp_path / "full", [str(folder)], Options(base="https://data.example.org/"))
    assert_same(Graph(graph), Graph(tmp_path / "full"))


def test_the_snapshot_before_stays_as_it_was(tmp_path: Path) -> None:
    files = sample_files()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    first = Snapshot.current(graph).folder
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    said = Graph(graph).select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    files["gtr/projects.jsonl"] = "".join(files["gtr/projects.jsonl"].splitlines(True)[2:])
    updated(graph, lay(files, tmp_path / "sources"))
    assert Snapshot.current(graph).folder != first
    changed = [path for path, data in before.items() if path.read_bytes() != data]
    assert [path.name for path in changed if path.name not in ("LOG", "LOCK")] == []
    (graph / "current").write_text(first.name)
    assert Graph(graph).select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }") == said


# ---- What was withdrawn ----


def without(files: dict[str, str], *titles: str) -> dict[str, str]:
    """The files without the projects of these titles."""
    lines = files["gtr/projects.jsonl"].splitlines(keepends=True)
    kept = [line for line in lines if not any(f'"title":"{one}"' in line for one in titles)]
    assert len(kept) == len(lines) - len(titles)
    return files | {"gtr/projects.jsonl": "".join(kept)}


def sample_titles() -> list[str]:
    """Titles of projects that only the portal's lines give."""
    files = sample_files()
    named = "".join(text for name, text in files.items() if name != "gtr/projects.jsonl")
    projects = [
        json.loads(line)["projectComposition"]["project"]
        for line in files["gtr/projects.jsonl"].splitlines()
    ]
    return [
        one["title"] for one in projects if one["id"] not in named and one["title"] not in named
    ]


def test_a_project_that_no_source_gives_any_longer_is_kept_as_withdrawn(tmp_path: Path) -> None:
    files, title = sample_files(), sample_titles()[0]
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    before = Graph(graph)
    [[address]] = before.select(f'SELECT ?p {{ ?p a gk:Project ; dct:title "{title}" }}')
    [[funder]] = before.select(f"SELECT ?f {{ <{address}> gk:fundedBy ?f }}")
    folder = lay(without(files, title), tmp_path / "sources")
    outcome = updated(graph, folder)
    after = Graph(graph)
    assert outcome.withdrawn >= 1
    assert after.select(f"SELECT ?t ?c {{ <{address}> dct:title ?t ; a ?c }}") == [
        (title, "https://w3id.org/graphkit/ontology#Withdrawn")
    ]
    day = after.snapshot.manifest.created[:10]
    assert after.column(f"SELECT ?d {{ <{address}> gk:withdrawn ?d }}") == [day]
    assert funder in after.column(f"SELECT ?f {{ <{address}> gk:wasLinkedTo ?f }}")
    build(tmp_path / "full", [str(folder)])
    assert [line for line in after.lines if "/graph/withdrawn> ." not in line] == Graph(
        tmp_path / "full"
    ).lines
    assert not after.report()["validation"]["counts"].get("Violation")


def test_what_was_withdrawn_stays_so_with_its_day_until_a_source_gives_it_again(
    tmp_path: Path,
) -> None:
    files, (first, second, *_) = sample_files(), sample_titles()
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    updated(graph, lay(without(files, first), tmp_path / "sources"))
    withdrawn = [line for line in Graph(graph).lines if "/graph/withdrawn> ." in line]
    assert withdrawn
    updated(graph, lay(without(files, first, second), tmp_path / "sources"))
    assert set(withdrawn) < set(Graph(graph).lines)
    updated(graph, lay(files, tmp_path / "sources"))
    assert not [line for line in Graph(graph).lines if "/graph/withdrawn> ." in line]
    assert Graph(graph).count(f'?p a gk:Project ; dct:title "{first}"') == 1


def test_prune_drops_what_was_withdrawn(tmp_path: Path) -> None:
    files, title = sample_files(), sample_titles()[0]
    graph = tmp_path / "graph"
    updated(graph, lay(files, tmp_path / "sources"))
    folder = lay(without(files, title), tmp_path / "sources")
    updated(graph, folder)
    assert Graph(graph).count("?x a gk:Withdrawn") >= 1
    updated(graph, folder, prune=True)
    assert Graph(graph).count("?x a gk:Withdrawn") == 0


def test_prune_alone_is_refused(graphkit: Callable[..., Any], tmp_path: Path) -> None:
    answer = graphkit("--graph", tmp_path / "graph", "build", "--sample", "--prune")
    assert answer.code == 2
    assert "--update" in answer.err
    assert not (tmp_path / "graph").exists()


def test_an_update_says_what_it_did(graphkit: Callable[..., Any], tmp_path: Path) -> None:
    files = sample_files()
    graph, folder = tmp_path / "graph", lay(files, tmp_path / "sources")
    first = graphkit("--graph", graph, "build", folder, "--update")
    assert "no earlier build to go on from" in first.err
    lay(without(files, sample_titles()[0]), folder)
    second = graphkit("--graph", graph, "build", folder, "--update")
    assert second.code == 0
    assert "statements changed since" in second.err
    assert "withdrawn" in second.err
