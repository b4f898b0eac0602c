"""`graphkit evaluate`: the links of a snapshot measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph

from graphkit.linking.candidates import read_candidates

Command = Callable[..., Answer]


@pytest.fixture
def judged(by_words: Graph, tmp_path: Path) -> Path:
    """Every candidate of the first ten judged, relevant where it stands among the first three."""
    lines = ["question,project,judgement,split,remark"]
    for row in read_candidates(by_words.snapshot.folder):
        if row.rank <= 10:
            split = "test" if int(row.question) % 2 else "tune"
            lines.append(f"{row.question},{row.project},{3 if row.rank <= 3 else 0},{split},x")
    path = tmp_path / "judged.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def values(answer: Answer, section: str) -> dict[tuple[str, str], str]:
    return {
        (row["row"], row["column"]): row["value"]
        for row in answer.json()
        if row["section"] == section
    }


def test_judged_pairs_give_all_measures(by_words: Graph, judged: Path, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "evaluate", judged, "--format", "json")
    assert answer.code == 0
    rows = [row for row in answer.json() if row["section"] == "Ranking"]
    measures = {row["value"] for row in rows if row["column"] == "measure"}
    assert {"recall@10", "recall@50", "recall@100", "MRR", "nDCG@10"} <= measures
    means = [row["value"] for row in rows if row["column"] == "mean"]
    assert means[0] == pytest.approx(1.0)


def test_published_links_serve_where_no_file_is_given(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "evaluate")
    assert answer.code == 0
    assert "only positives are known" in answer.err


def test_parts_can_be_left_out(linked: Graph, judged: Path, graphkit: Command) -> None:
    parts = ("words", "meaning", "passages", "spelling", "damping")
    options = [option for part in parts for option in ("--without", part)]
    answer = graphkit("--graph", linked.folder, "evaluate", judged, *options, "--format", "json")
    rows = {row["row"] for row in answer.json() if row["section"] == "Ranking"}
    assert rows == {"graphkit", *(f"without {part}" for part in parts)}


def test_a_baseline_stands_beside(linked: Graph, judged: Path, graphkit: Command) -> None:
    answer = graphkit("--graph", linked.folder, "evaluate", judged, "--baseline")
    assert (answer.code, "baseline" in answer.out) == (0, True)


def test_a_part_that_is_none_is_refused(by_words: Graph, judged: Path, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "evaluate", judged, "--without", "luck")
    assert (answer.code, "parts are words, meaning" in answer.err) == (2, True)


def test_a_split_is_chosen(by_words: Graph, judged: Path, graphkit: Command) -> None:
    command = ("--graph", by_words.folder, "evaluate", judged, "--by-question", "--format", "json")
    everything = {row["question"] for row in graphkit(*command).json()}
    half = {row["question"] for row in graphkit(*command, "--split", "test").json()}
    assert half < everything
    assert all(int(question) % 2 for question in half)


def test_rows_that_cannot_be_used_are_told_and_strictness_makes_them_a_fault(
    by_words: Graph, judged: Path, graphkit: Command
) -> None:
    judged.write_text(
        f"{judged.read_text()}999999,page-1-1,1,test,x\n16604,page-1-1,maybe,test,x\n"
    )
    command = ("--graph", by_words.folder, "evaluate", judged)
    relaxed, strict = graphkit(*command), graphkit(*command, "--strict")
    assert (relaxed.code, strict.code) == (0, 1)
    assert "not in the graph (999999)" in relaxed.err
    assert "2 rows cannot be used" in strict.err


@pytest.mark.parametrize("content", ["", "question,project\n", "\x00\x01", "a,b,c\n1,2,3\n"])
def test_a_file_that_is_none_is_told(
    content: str, by_words: Graph, tmp_path: Path, graphkit: Command
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    answer = graphkit("--graph", by_words.folder, "evaluate", path)
    assert (answer.code, answer.out) == (2, "")
    assert "bad.csv" in answer.err


def test_a_snapshot_that_was_never_linked_is_told(sample: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", sample.folder, "evaluate")
    assert (answer.code, "`graphkit link`" in answer.err) == (2, True)
