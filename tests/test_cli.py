"""The contract of the command line: options, formats, exit codes, only data on stdout."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit import __version__
from graphkit.cli import COMMANDS, run

Cli = Callable[..., Any]
HEADLINE = (
    "query", "projects-addressing-aspect",
    "-p", "aspect=capacity", "-p", "place=West Midlands", "-p", "degree=partial",
)  # fmt: skip
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "markdown")
# Every command that answers with rows, as it is called on the sample.
ANSWERS = (
    HEADLINE,
    ("info",),
    ("info", "--sources"),
    ("info", "--merges"),
    ("info", "--unresolved"),
    ("info", "--drift"),
    ("info", "--warnings"),
    ("info", "--skipped"),
    ("info", "--conflicts"),
    ("info", "--snapshots"),
    ("show", "16604"),
    ("search", "housing"),
    ("queries", "list"),
    ("queries", "show", "projects-addressing-aspect"),
    ("sparql", "SELECT ?q ?t { ?q a gk:ResearchQuestion ; schema:text ?t }"),
    ("cypher", "MATCH (q:ResearchQuestion) RETURN q.id AS q, q.text AS t"),
    ("rejects",),
    ("validate",),
    ("validate", "--summary"),
)
NAMES = [" ".join(words[:2]) for words in ANSWERS]


def rows_of(text: str, form: str) -> list[list[str]]:
    """The cells of an answer without its heading, whatever the format."""
    match form:
        case "csv":
            return list(csv.reader(io.StringIO(text)))[1:]
        case "tsv":
            return [line.split("\t") for line in text.splitlines()[1:]]
        case "json":
            return [list(row.values()) for row in json.loads(text)]
        case "ndjson":
            return [list(json.loads(line).values()) for line in text.splitlines()]
        case "markdown":
            return [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines()[2:]]
    raise AssertionError(form)


# ---- --graph ----


def test_the_graph_is_named_before_or_after_the_command_or_by_the_environment(
    graphkit: Cli, sample: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = graphkit("--graph", sample.folder, "info", "--format", "csv")
    after = graphkit("info", "--format", "csv", "--graph", sample.folder)
    monkeypatch.setenv("GRAPHKIT_GRAPH", str(sample.folder))
    environment = graphkit("info", "--format", "csv")
    assert before.out == after.out == environment.out
    assert "16604" not in before.out
    assert before.code == 0
    nearer = graphkit("--graph", tmp_path / "none", "info", "--graph", sample.folder)
    assert nearer.code == 0
    assert graphkit("info", "--graph", tmp_path / "none").code == 2
    monkeypatch.delenv("GRAPHKIT_GRAPH")
    assert graphkit("info").err.startswith("graphkit: graph: no graph here yet; build one: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_graph_and_debug_after_it(graphkit: Cli, name: str) -> None:
    text = graphkit(name, "--help").out
    assert "--graph" in text
    assert "--debug" in text


# ---- Formats ----


@pytest.mark.parametrize("words", ANSWERS, ids=NAMES)
def test_every_answer_comes_in_every_format_with_the_same_rows(
    graphkit: Cli, sample: Any, words: tuple[str, ...]
) -> None:
    counts = set()
    for form in FORMATS:
        answer = graphkit("--graph", sample.folder, *words, "--format", form)
        assert answer.code == 0, answer.err
        assert "Traceback" not in answer.err
        if form != "table":
            counts.add(len(rows_of(answer.out, form)))
        else:
            assert answer.out.strip()
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.csv", "csv"), ("a.tsv", "tsv"), ("a.json", "json"), ("a.ndjson", "ndjson"),
     ("a.jsonl", "ndjson"), ("a.md", "markdown"), ("a.txt", "table"), ("A.CSV", "csv")],
)  # fmt: skip
def test_the_format_is_guessed_from_the_output_file(
    graphkit: Cli, sample: Any, tmp_path: Path, name: str, form: str
) -> None:
    target = tmp_path / name
    written = graphkit("--graph", sample.folder, *HEADLINE, "-o", target)
    printed = graphkit("--graph", sample.folder, *HEADLINE, "--format", form)
    assert written.code == 0
    assert written.out == ""
    assert target.read_text("utf-8") == printed.out
    assert [path.name for path in tmp_path.iterdir() if path.name != "graph"] == [name]
    other = graphkit("--graph", sample.folder, *HEADLINE, "-o", target, "--format", "json")
    assert other.code == 0
    assert json.loads(target.read_text("utf-8"))[0]["degree"] == "partial"


def test_an_unwritable_output_leaves_what_was_there(
    graphkit: Cli, sample: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").mkdir()
    for target in (tmp_path / "a.csv", tmp_path / "no" / "b.csv", "/proc/c.csv"):
        answer = graphkit("--graph", sample.folder, "info", "-o", target)
        assert answer.code == 2
        assert "cannot be written" in answer.err
        assert answer.err.count("\n") == 1
    assert graphkit("--graph", sample.folder, "info", "-o", "x.odd").code == 2
    assert graphkit("--graph", sample.folder, "info", "-o", "", "--format", "csv").code == 2
    assert list((tmp_path / "a.csv").iterdir()) == []


def test_addresses_are_whole_in_data_and_short_in_tables(graphkit: Cli, sample: Any) -> None:
    [row] = graphkit("--graph", sample.folder, *HEADLINE, "--format", "json").json()
    assert row["project"] == "https://w3id.org/graphkit/id/project/page-16604-2"
    table = graphkit("--graph", sample.folder, *HEADLINE).out
    assert "project/page-16604-2" in table
    assert "w3id.org" not in table


HARD = 'tab\there, "quotes", | pipe, back\\slash, line\nbreak, \u202ebidi'
HARD_QUERY = f"SELECT ?v ?n ?b {{ VALUES (?v ?n ?b) {{ ({json.dumps(HARD)} 7 true) }} }}"


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "table"])
def test_hard_values_survive_every_format(graphkit: Cli, sample: Any, form: str) -> None:
    answer = graphkit("--graph", sample.folder, "sparql", HARD_QUERY, "--format", form)
    [[value, number, boolean]] = rows_of(answer.out, form)
    if form == "tsv":
        value = value.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\")
    if form == "markdown":
        value = value.replace("\\|", "|").replace("\\\\", "\\").strip()
        assert value == HARD.replace("\n", " ")
        return
    assert value == HARD
    assert (number, boolean) in ((7, True), ("7", "true"))


def test_nothing_in_a_value_steers_the_terminal(graphkit: Cli, sample: Any) -> None:
    query = 'SELECT ?v { BIND("\\u001b[31m[bold]red[/bold]\\u202e" AS ?v) }'
    out = graphkit("--graph", sample.folder, "sparql", query).out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[bold]" in out


def test_an_answer_without_rows_is_still_an_answer(graphkit: Cli, sample: Any) -> None:
    query = "SELECT ?a ?b { ?a gk:nothing ?b }"
    got = {f: graphkit("--graph", sample.folder, "sparql", query, "--format", f) for f in FORMATS}
    assert {answer.code for answer in got.values()} == {0}
    assert got["csv"].out == "a,b\n"
    assert got["json"].out.strip() == "[]"
    assert got["ndjson"].out == ""
    assert got["table"].out == "(no rows)\n"


# ---- --limit ----


@pytest.mark.parametrize(
    "words",
    [words for words in ANSWERS if words[-1] in
     ("info", "--sources", "--merges", "16604", "projects-addressing-aspect",
      "--conflicts") or words[0] == "sparql"],
    ids=" ".join,
)  # fmt: skip
def test_a_limit_cuts_and_says_so(graphkit: Cli, sample: Any, words: tuple[str, ...]) -> None:
    whole = graphkit("--graph", sample.folder, *words, "--format", "json")
    rows = whole.json()
    assert len(rows) > 1
    assert "--limit" not in whole.err
    cut = graphkit("--graph", sample.folder, *words, "--format", "json", "--limit", 1)
    assert cut.json() == rows[:1]
    assert "(--limit)" in cut.err
    enough = graphkit("--graph", sample.folder, *words, "--format", "json", "--limit", len(rows))
    assert enough.json() == rows
    assert "--limit" not in enough.err


# ---- Standard input and output ----


def test_a_query_is_read_from_standard_input_or_a_file(
    graphkit: Cli, sample: Any, tmp_path: Path
) -> None:
    query = "SELECT (COUNT(?q) AS ?n) { ?q a gk:ResearchQuestion }"
    (tmp_path / "q.rq").write_text(query, "utf-8")
    words = ("--graph", sample.folder, "sparql", "--format", "json")
    answers = [
        graphkit(*words, query),
        graphkit(*words, "-", stdin=query),
        graphkit(*words, "-f", "-", stdin=query),
        graphkit(*words, "-f", tmp_path / "q.rq"),
    ]
    assert [answer.json() for answer in answers] == [[{"n": 27}]] * 4


def test_a_source_is_read_from_standard_input(graphkit: Cli, tmp_path: Path) -> None:
    data = json.dumps({"data": [{"questionId": 7, "question": "Why?", "department": "HMT"}]})
    assert graphkit("--graph", tmp_path / "g", "build", "-", stdin=data).code == 0
    shown = graphkit("--graph", tmp_path / "g", "show", "question:7", "--format", "json").json()
    assert "Why?" in [row["value"] for row in shown]
    for bad in ("", "Dear diary", b"\xff\xfe\x00"):
        answer = graphkit("--graph", tmp_path / "g", "build", "-", stdin=bad)
        assert answer.code == 2
        assert answer.err.startswith("graphkit: standard input ")


def test_other_kinds_of_answer_have_their_own_forms(graphkit: Cli, sample: Any) -> None:
    words = ("--graph", sample.folder, "sparql")
    assert graphkit(*words, "ASK { ?q a gk:Project }", "--format", "json").json() == [
        {"answer": True}
    ]
    described = graphkit(*words, "CONSTRUCT { ?q a gk:Project } { ?q a gk:Project }")
    assert described.code == 0
    assert " a gk:Project ." in described.out
    lines = graphkit(
        *words, "--rdf", "ntriples", "CONSTRUCT { ?q a gk:Project } { ?q a gk:Project }"
    )
    assert len(lines.out.splitlines()) == 90


def test_the_words_for_people_never_mix_with_data(graphkit: Cli, sample: Any) -> None:
    answer = graphkit("--graph", sample.folder, *HEADLINE, "--format", "ndjson")
    assert "is meant" in answer.err
    assert "is meant" not in answer.out
    build = graphkit("build", "--sample", "--graph", sample.folder.parent / "other")
    assert build.out == ""
    assert "90 projects" in build.err


def test_show_prints_the_bound_query_and_runs_nothing(graphkit: Cli, sample: Any) -> None:
    shown = graphkit("--graph", sample.folder, *HEADLINE, "--show")
    assert shown.code == 0
    assert "<https://w3id.org/graphkit/id/place/E12000005>" in shown.out
    pasted = graphkit("--graph", sample.folder, "sparql", "-", "--format", "json", stdin=shown.out)
    assert len(pasted.json()) == 1


# ---- Bad invocations ----


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("quer",),
        ("--nonsense",),
        ("--graph",),
        ("info", "--nonsense"),
        ("info", "extra"),
        ("info", "--format", "xlsx"),
        ("info", "--limit", "-1"),
        ("info", "--limit", "many"),
        ("info", "-o", "answer.xlsx"),
        ("info", "-o", "/nonexistent/folder/a.csv"),
        ("query",),
        ("query", "nonsense"),
        ("query", "../secrets"),
        ("query", "projects-addressing-aspect"),
        ("query", "projects-addressing-aspect", "-p", "aspect"),
        ("query", "projects-addressing-aspect", "-p", "=capacity"),
        ("query", "projects-addressing-aspect", "-p", "aspect=a", "-p", "aspect=b"),
        ("query", "projects-addressing-aspect", "-p", "aspekt=capacity"),
        ("query", "projects-addressing-aspect", "-p", "aspect="),
        ("query", "projects-addressing-aspect", "-p", "aspect=\udcff"),
        ("query", "projects-addressing-aspect", "-p", "aspect=capacity", "-p", "degree=maybe"),
        ("queries", "nonsense"),
        ("queries", "show", "nonsense"),
        ("show",),
        ("show", ""),
        ("show", "nothing of that name"),
        ("show", "place:Mordor"),
        ("show", "http://not an address"),
        ("show", "\udcff"),
        ("sparql",),
        ("sparql", "SELECT"),
        ("sparql", "SELECT \udcff"),
        ("sparql", "INSERT DATA { <a:b> <a:c> <a:d> }"),
        ("sparql", "DROP ALL"),
        ("sparql", "SELECT ?s {}", "-f", "x"),
        ("sparql", "-f", "/nonexistent.rq"),
        ("sparql", "ASK {}", "--rdf", "excel"),
        ("build",),
        ("build", "/nonexistent"),
        ("build", "/nonexistent/*.json"),
        ("build", "["),
        ("build", "\udcff"),
        ("build", "x\0y"),
        ("build", "--sample", "--keep", "0"),
        ("build", "--sample", "--base", "nowhere"),
        ("build", "--sample", "--base", "http://["),
        ("completion",),
        ("completion", "cmd"),
        ("validate", "--nonsense"),
        ("rejects", "extra"),
    ],
    ids=lambda words: ascii(" ".join(words))[1:60],
)  # fmt: skip
def test_bad_usage_leaves_with_2_and_says_why(
    graphkit: Cli, sample: Any, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GRAPHKIT_GRAPH", str(sample.folder))
    before = sample.snapshot.manifest.id
    answer = graphkit(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.strip()
    assert answer.err.isascii() or "\udcff" not in answer.err
    assert sample.snapshot.manifest.id == before


@pytest.mark.parametrize("encoded", [b"SELECT \xff", b"\xff\xfeS\x00", b"\x00"])
def test_a_query_that_is_no_text_is_refused(
    graphkit: Cli, sample: Any, tmp_path: Path, encoded: bytes
) -> None:
    (tmp_path / "q.rq").write_bytes(encoded)
    for words in (("-",), ("-f", "-"), ("-f", tmp_path / "q.rq")):
        answer = graphkit("--graph", sample.folder, "sparql", *words, stdin=encoded)
        assert answer.code == 2
        assert answer.out == ""
        assert answer.err.count("\n") == 1


def test_a_wrong_name_is_answered_with_the_near_one(graphkit: Cli) -> None:
    assert "did you mean query?" in graphkit("quey").err
    assert "did you mean sparql?" in graphkit("sparkle").err


# ---- Help, version, completion ----


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_that_says_what_it_does(graphkit: Cli, name: str) -> None:
    for flag in ("--help", "-h"):
        answer = graphkit(name, flag)
        assert answer.code == 0
        assert answer.out.startswith(f"Usage: graphkit {name} ")
        sentences = answer.out.split("\n\n")[1]
        assert len(sentences.split()) >= 4, "no description"
    options = re.findall(r"^  (-\S.*?)(?:  |$)(.*)$", answer.out, re.MULTILINE)
    assert options


def test_the_first_page_lists_every_command(graphkit: Cli) -> None:
    text = graphkit("--help").out
    for name, summary in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary)}", text, re.MULTILINE)
    assert graphkit("--version").out == f"graphkit {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(graphkit: Cli, shell: str) -> None:
    answer = graphkit("completion", shell)
    assert answer.code == 0
    assert "_GRAPHKIT_COMPLETE" in answer.out
    assert answer.err == ""


# ---- As processes ----


def test_completion_knows_the_queries(command: Callable[..., Any]) -> None:
    process = command(
        env={
            "_GRAPHKIT_COMPLETE": "bash_complete",
            "COMP_WORDS": "graphkit query proj",
            "COMP_CWORD": "2",
        },
        prelude="import sys; sys.argv = ['graphkit']",
    )
    out, _ = process.communicate()
    assert process.returncode == 0
    assert b"projects-addressing-aspect" in out


def test_a_reader_that_leaves_early_is_no_fault(command: Callable[..., Any], sample: Any) -> None:
    for form in ("csv", "table", "ndjson"):
        query = "SELECT ?s ?p ?o { ?s ?p ?o }"
        process = command("--graph", sample.folder, "sparql", query, "--format", form)
        first = process.stdout.readline()
        process.stdout.close()
        with process.stderr:
            errors = process.stderr.read()
        assert (process.wait(), errors) == (0, b"")
        assert first


def test_debug_shows_where_an_error_comes_from(command: Callable[..., Any], tmp_path: Path) -> None:
    for words in (("--debug", "info"), ("info", "--debug")):
        process = command("--graph", tmp_path / "none", *words)
        _, errors = process.communicate()
        assert process.returncode != 0
        assert b"Traceback (most recent call last)" in errors
        assert b"SnapshotError" in errors
    quiet = command("--graph", tmp_path / "none", "info")
    assert b"Traceback" not in quiet.communicate()[1]
    assert quiet.returncode == 2


def test_there_is_no_progress_and_no_colour_where_nobody_looks(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    process = command("--graph", tmp_path / "g", "build", "--sample", stdout=subprocess.PIPE)
    out, errors = process.communicate()
    assert process.returncode == 0
    assert out == b""
    assert b"\r" not in errors
    assert b"\x1b" not in errors


def test_the_exit_code_is_that_of_the_process(command: Callable[..., Any], sample: Any) -> None:
    for words, code in ((("info",), 0), (("nonsense",), 2), (("show", "Mordor"), 2)):
        process = command("--graph", sample.folder, *words)
        process.communicate()
        assert process.returncode == code


def test_a_fault_of_the_program_itself_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("graphkit.library.QueryFolder.names", broken)
    assert run(["queries"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "ZeroDivisionError: of all things" in captured.err
    assert "--debug" in captured.err
    with pytest.raises(ZeroDivisionError):
        run(["queries", "--debug"])


def test_a_query_that_calls_another_server_is_refused(sample: Any, graphkit: Any) -> None:
    found = graphkit(
        "--graph",
        sample.folder,
        "sparql",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    )
    assert found.code == 2
    assert "SERVICE is not run here" in found.err


def test_a_pipe_is_written_into_and_not_replaced(
    command: Callable[..., Any], sample: Graph, tmp_path: Path
) -> None:
    pipe = tmp_path / "rows.json"
    os.mkfifo(pipe)
    process = command("--graph", sample.folder, "query", "departments-overview", "-o", pipe)
    assert json.loads(pipe.read_bytes())
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert pipe.is_fifo()
