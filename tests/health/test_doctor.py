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


def test_where_there_is_no_graph_it_says_so(graphkit: Cli, tmp_path: Path) -> None:
    answer = graphkit("doctor", "--graph", tmp_path / "none")
    assert (answer.code, answer.out) == (2, "")
    assert "no graph here yet" in answer.err


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHKIT_CACHE", str(tmp_path / "cache"))
