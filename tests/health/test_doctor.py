"""The report on the quality of the data."""

from __future__ import annotations

import csv
import io
import json
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit.health import FINE, LOOK, NOTE, Finding, examine
from graphkit.health.contents import CHECKS

Cli = Callable[..., Any]
NOW = datetime(2026, 7, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def findings(sample: Graph) -> dict[str, Finding]:
    return {one.matter: one for one in examine(sample.folder, now=NOW)}


def test_every_command_that_is_printed_runs_and_shows_rows_where_something_is_concerned(
    graphkit: Cli, findings: dict[str, Finding]
) -> None:
    for one in findings.values():
        program, *words = shlex.split(one.command)
        if program != "graphkit":
            done = subprocess.run([program, *words], capture_output=True, check=False)
            assert done.returncode == 0, one
            continue
        answer = graphkit(*words, *([] if words[2] == "show" else ["--format", "json"]))
        assert answer.code in (0, 1), one
        if one.count and one.state != FINE:
            assert answer.json(), one


def test_the_count_of_a_query_is_that_of_its_rows(
    graphkit: Cli, findings: dict[str, Finding]
) -> None:
    queries = [one for one in findings.values() if " query " in one.command]
    assert len(queries) >= 14
    for one in queries:
        words = shlex.split(one.command)[1:]
        assert len(graphkit(*words, "--format", "json").json()) == one.count


def test_what_the_sample_is_known_for_is_told(findings: dict[str, Finding]) -> None:
    assert findings["capped lists"].state == NOTE
    assert (findings["capped lists"].count, findings["capped lists"].of) == (1, 27)
    assert findings["missing abstracts"].count == 10
    assert findings["drift"].state == FINE
    assert findings["unresolved organisations"].state == LOOK
    assert findings["age of the sources"].state == LOOK  # those of April 2018
    assert "2 of 9" in findings["age of the sources"].finding


def test_what_is_younger_than_asked_for_is_not_stale(sample: Graph) -> None:
    found = {one.matter: one for one in examine(sample.folder, now=NOW, stale_days=9_999)}
    assert found["age of the sources"].state == FINE


def test_drift_refusals_and_missing_parts_are_told(
    built: Callable[..., Graph], files: Callable[..., Path]
) -> None:
    records = [{"questionId": 7, "question": "Why?", "novel": 1}, {"question": "no id"}, 5]
    graph = built(files({"q.json": {"data": records}}))
    shutil.rmtree(graph.snapshot.search)
    found = {one.matter: one for one in examine(graph.folder, now=NOW)}
    assert found["drift"].count == 1
    assert found["rejects"].count >= 1
    assert found["search index"].state == LOOK


def test_the_report_is_the_same_in_every_format(graphkit: Cli, sample: Graph) -> None:
    def told(*more: str) -> str:
        answer = graphkit("doctor", "--graph", sample.folder, *more)
        assert answer.code == 0
        return str(answer.out)

    rows = json.loads(told("--format", "json"))
    table = list(csv.DictReader(io.StringIO(told("--format", "csv"))))
    assert [row["matter"] for row in rows] == [row["matter"] for row in table]
    assert told("--format", "markdown").count("\n") == len(rows) + 2
    text = told()
    assert all(row["finding"] in text for row in rows)
    assert "Look at\n" in text
    assert "\nKnow\n" in text
    assert "\nFine\n" in text


def test_findings_can_be_chosen_and_made_to_fail(graphkit: Cli, sample: Graph) -> None:
    answer = graphkit("doctor", "--only", "look", "--exit-code", "--graph", sample.folder)
    assert answer.code == 1
    assert "Fine" not in answer.out
    assert "to look at" in answer.err


def test_findings_of_several_states_can_be_chosen(graphkit: Cli, sample: Graph) -> None:
    words = ("doctor", "--format", "json", "--graph", sample.folder)
    both = graphkit(*words, "--only", "look", "--only", "fine").json()
    assert {one["state"] for one in both} == {LOOK, FINE}
    assert both == [one for one in graphkit(*words).json() if one["state"] != NOTE]


@pytest.fixture
def several(sample: Graph, tmp_path: Path) -> Path:
    """A graph of two snapshots, the older one whole at first."""
    graph = tmp_path / "graph"
    shutil.copytree(sample.folder, graph)
    new = Graph(graph).snapshot
    old = graph / "snapshots" / "20200101T000000Z-00000000"
    shutil.copytree(new.folder, old)
    manifest = (old / "manifest.json").read_text("utf-8")
    (old / "manifest.json").write_text(manifest.replace(new.manifest.id, old.name), "utf-8")
    return graph


def cut_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-9])


def cut_statements(folder: Path) -> None:
    path = folder / "quads.nq.gz"
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (cut_manifest, "manifest.json: cannot be read"),
        (lambda folder: (folder / "manifest.json").unlink(), "no snapshot here"),
        (cut_statements, "quads.nq.gz: not what was written"),
        (lambda folder: (folder / "report.json").unlink(), "report.json: missing"),
        (lambda folder: shutil.rmtree(folder / "store"), "store: missing"),
    ],
)
def test_an_older_snapshot_that_is_damaged_is_seen(
    graphkit: Cli, several: Path, damage: Callable[[Path], None], fault: str
) -> None:
    def found() -> Finding:
        return next(one for one in examine(several, now=NOW) if one.matter == "damaged snapshots")

    assert found().state == FINE
    old, new = sorted((several / "snapshots").iterdir())
    damage(old)
    assert (found().state, found().count, found().of) == (LOOK, 1, 2)
    assert f"({old.name}); delete its folder" in found().finding
    rows = graphkit("info", "--snapshots", "--format", "json", "--graph", several).json()
    assert [(row["snapshot"], row["in_use"]) for row in rows] == [
        (old.name, False), (new.name, True)
    ]  # fmt: skip
    assert rows[0]["fault"].startswith(fault)
    assert rows[1]["fault"] is None


def test_the_snapshot_in_use_that_is_damaged_is_to_be_built_again(several: Path) -> None:
    _, new = sorted((several / "snapshots").iterdir())
    cut_statements(new)
    found = {one.matter: one for one in examine(several, now=NOW)}
    assert f"({new.name}); build again" in found["damaged snapshots"].finding


@pytest.mark.parametrize("command", ["doctor", "info"])
@pytest.mark.parametrize(
    "content", [None, b"", b"../etc", b"20990101T000000Z-00000000\n"], ids=repr
)
def test_where_no_snapshot_is_in_use_it_says_which_is_there_and_how_to_take_it(
    graphkit: Cli, several: Path, content: bytes | None, command: str
) -> None:
    old, new = sorted((several / "snapshots").iterdir())
    for mended in (new, old):
        (several / "current").unlink()
        if content is not None:
            (several / "current").write_bytes(content)
        answer = graphkit(command, "--graph", several)
        assert (answer.code, answer.out) == (2, "")
        assert f"{mended.name} is there: `" in answer.err
        subprocess.run(answer.err.split("`")[1], shell=True, check=True)
        assert Graph(several).snapshot.manifest.id == mended.name
        cut_manifest(new)  # so that the older one is the one to take


def test_hubs_are_counted_as_their_query_counts_and_the_text_says_how(linked: Graph) -> None:
    hubs = next(one for one in examine(linked.folder, now=NOW) if one.matter == "hubs")
    [check] = [one for one in CHECKS if one.matter == "hubs"]
    assert hubs.command.endswith("query projects-hub")
    assert "all records of a grant together" in check.some
    assert "projects-generic counts single records" in check.some


def test_where_there_is_no_graph_it_says_so(graphkit: Cli, tmp_path: Path) -> None:
    answer = graphkit("doctor", "--graph", tmp_path / "none")
    assert (answer.code, answer.out) == (2, "")
    assert "no graph here yet" in answer.err


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHKIT_CACHE", str(tmp_path / "cache"))
