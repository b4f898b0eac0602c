"""`graphkit match`: a question of one's own against a linked snapshot."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph

Command = Callable[..., Answer]
QUESTION = "What drives R&D in the West Midlands?"


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "store" not in path.parts
    }


def test_projects_come_best_first_with_what_shows_it(linked: Graph, graphkit: Command) -> None:
    before = files(linked.folder)
    answer = graphkit("--graph", linked.folder, "match", QUESTION, "--format", "json")
    rows = answer.json()
    assert answer.code == 0
    assert rows
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert all(row["degree"] != "none" and row["evidence"] for row in rows)
    assert "West Midlands" in {place for row in rows for place in row["place"]}
    assert "aspects: " in answer.err
    assert files(linked.folder) == before


def test_candidates_that_did_not_pass_are_shown_when_asked_for(
    by_words: Graph, graphkit: Command
) -> None:
    command = ("--graph", by_words.folder, "match", QUESTION, "--lexical", "--format", "json")
    few = graphkit(*command).json()
    many = graphkit(*command, "--show-candidates").json()
    assert {row["project"] for row in few} < {row["project"] for row in many}
    assert "none" in {row["degree"] for row in many}


def test_a_limit_says_what_it_cut(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "match", QUESTION, "--lexical", "--limit", 1)
    assert "1 of " in answer.err


@pytest.mark.parametrize("question", ["", "   ", "?!…", "🌊", "<p></p>", "&nbsp;<br/>"])
def test_a_question_without_a_word_is_refused(
    question: str, by_words: Graph, graphkit: Command
) -> None:
    answer = graphkit("--graph", by_words.folder, "match", question, "--lexical")
    assert (answer.code, answer.out) == (2, "")
    assert "the question holds no word" in answer.err


@pytest.mark.parametrize(
    "question",
    [
        "kelp",
        "Sut mae prifysgolion yn helpu busnesau?",
        "growth " * 20_000,
        "<p>growth</p>",
        "'\"` growth \\",
        "growth \udcff in Wales \ud800",
        "\x00 growth",
        "growth 🌊",
    ],
    ids=["one word", "Welsh", "long", "markup", "quotes", "surrogates", "null", "emoji"],
)
@pytest.mark.parametrize("which", ["by_words", "linked"])
def test_a_question_of_any_kind_is_answered(
    question: str, which: str, graphkit: Command, request: pytest.FixtureRequest
) -> None:
    graph: Graph = request.getfixturevalue(which)
    answer = graphkit("--graph", graph.folder, "match", question, "--format", "ndjson")
    assert answer.code == 0
    assert answer.out or "no project passed" in answer.err


def test_a_question_that_is_cut_is_told(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "match", "growth " * 20_000)
    assert "only the first 100,000 characters are read" in answer.err


def test_words_are_compared_where_the_snapshot_has_no_more_and_it_is_said(
    by_words: Graph, graphkit: Command
) -> None:
    answer = graphkit("--graph", by_words.folder, "match", QUESTION)
    assert answer.code == 0
    assert "this snapshot was linked by words alone" in answer.err
    assert "no model is installed" not in answer.err


def test_words_are_compared_without_a_remark_where_they_are_asked_for(
    linked: Graph, graphkit: Command
) -> None:
    answer = graphkit("--graph", linked.folder, "match", QUESTION, "--lexical")
    assert (answer.code, "words alone" in answer.err) == (0, False)


def test_a_model_cannot_be_named_where_the_snapshot_was_linked_without(
    by_words: Graph, graphkit: Command
) -> None:
    for command in (("match", QUESTION), ("evaluate",)):
        answer = graphkit("--graph", by_words.folder, *command, "--model", "x.onnx")
        assert (answer.code, answer.out) == (2, "")
        assert "linked by words alone, so no model can be asked" in answer.err


def test_how_much_was_read_need_not_be_said_again(
    linked: Graph, own: Callable[[Graph], Graph], graphkit: Command
) -> None:
    graph = own(linked)
    assert graphkit("--graph", graph.folder, "link", "--fast").code == 0
    for command in (("match", QUESTION), ("match", QUESTION, "--fast"), ("evaluate",)):
        answer = graphkit("--graph", graph.folder, *command)
        assert (answer.code, "words alone" in answer.err) == (0, False)


def test_without_the_extra_words_are_compared_and_it_is_said(
    linked: Graph, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    process = command(
        *("--graph", linked.folder, "match", QUESTION, "--format", "json"),
        prelude="import sys; sys.modules.update(onnxruntime=None, tokenizers=None, onnx=None)",
    )
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)
    assert "linked with all-MiniLM-L6-v2, which is not at hand" in err.decode()
    assert "graphkit[semantic]" in err.decode()


@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "markdown", "table"])
def test_all_formats_hold_the_same_projects(form: str, by_words: Graph, graphkit: Command) -> None:
    match = ("--graph", by_words.folder, "match", QUESTION, "--lexical", "--format")
    projects = [row["project"] for row in graphkit(*match, "json").json()]
    answer = graphkit(*match, form)
    assert answer.code == 0
    assert projects
    assert all(project in answer.out for project in projects)


def test_nothing_found_is_said(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "match", "zyzzyva", "--lexical")
    assert answer.code == 0
    assert "no project passed" in answer.err


def test_a_snapshot_that_was_never_linked_is_told(sample: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", sample.folder, "match", QUESTION)
    assert (answer.code, "`graphkit link`" in answer.err) == (2, True)


@pytest.mark.parametrize("name", ["about.msgpack", "grants.npy", "term_weights.npy"])
@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY"])
def test_a_damaged_index_is_told(
    name: str, content: bytes | None, by_words: Graph, own: Callable[[Graph], Graph],
    graphkit: Command,
) -> None:  # fmt: skip
    graph = own(by_words)
    path = graph.snapshot.folder / "retrieval" / name
    path.unlink() if content is None else path.write_bytes(content)
    answer = graphkit("--graph", graph.folder, "match", QUESTION, "--lexical")
    assert (answer.code, "the index is damaged" in answer.err) == (2, True)


def test_options_that_contradict_each_other_are_refused(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit(
        "--graph", by_words.folder, "match", QUESTION, "--lexical", "--model", "x.onnx"
    )
    assert (answer.code, "only one of these" in answer.err) == (2, True)


def test_another_model_than_that_of_the_snapshot_is_refused(
    linked: Graph, graphkit: Command
) -> None:
    answer = graphkit("--graph", linked.folder, "match", QUESTION, "--fast")
    assert (answer.code, "name the same model" in answer.err) == (2, True)
