"""`graphkit watch`: what is new since the last look."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph
from filelock import FileLock

from graphkit.changes import watching
from graphkit.snapshot import CURRENT, Snapshot

Cli = Callable[..., Any]
QUERY = "questions-without-projects"


@pytest.fixture
def graph(two: Graph, tmp_path: Path) -> Graph:
    """A graph of one's own with both snapshots; the older one is in use."""
    shutil.copytree(two.folder, tmp_path / "own")
    own = Graph(tmp_path / "own")
    use(own, 0)
    return own


def use(graph: Graph, place: int) -> None:
    names = sorted(path.name for path in (graph.folder / "snapshots").iterdir())
    (graph.folder / CURRENT).write_text(f"{names[place]}\n", "utf-8")


@pytest.fixture
def watch(graphkit: Cli, graph: Graph) -> Cli:
    def run(*words: object, code: int = 0) -> Any:
        answer = graphkit("watch", *words, "--graph", graph.folder)
        assert answer.code == code, answer.err
        return answer

    return run


def states(graph: Graph) -> list[Path]:
    return sorted((graph.folder / watching.FOLDER).glob("*.json"))


def test_the_first_look_takes_what_is_there_as_known_and_later_ones_tell_what_is_new(
    watch: Cli, graph: Graph
) -> None:
    first = watch("--query", QUERY, "--format", "json")
    assert first.out == ""
    assert "first look: 26 rows taken as known" in first.err
    assert watch("--query", QUERY).out == ""
    use(graph, 1)
    new = watch("--query", QUERY, "--format", "json").json()
    assert [row["question"].rpartition("/")[2] for row in new if "towns" in row["text"]] == ["77"]
    again = watch("--query", QUERY)
    assert (again.out, again.err) == ("", "")


def test_columns_can_tell_what_makes_a_row_the_same(watch: Cli, graph: Graph) -> None:
    looks = ("--query", QUERY, "--format", "json"), (
        "--query", QUERY, "--by", "question", "--format", "json",
    )  # fmt: skip
    for words in looks:
        watch(*words)
    assert len(states(graph)) == 2
    use(graph, 1)
    every, by = ({row["question"] for row in watch(*words).json()} for words in looks)
    reworded = {iri for iri in every if iri.endswith("/9000414")}
    assert reworded
    assert reworded & by == set()
    assert {iri for iri in by if iri.endswith("/77")}


def test_what_could_not_be_told_is_told_next_time(watch: Cli, graph: Graph, tmp_path: Path) -> None:
    watch("--query", QUERY)
    use(graph, 1)
    watch("--query", QUERY, "-o", tmp_path / "missing" / "new.csv", code=2)
    assert watch("--query", QUERY, "-o", tmp_path / "new.csv").err == ""
    assert "towns" in (tmp_path / "new.csv").read_text("utf-8")


def test_no_file_is_written_where_nothing_is_new(watch: Cli, tmp_path: Path) -> None:
    for _ in range(2):
        watch("--query", QUERY, "-o", tmp_path / "new.csv")
    assert not (tmp_path / "new.csv").exists()


def test_the_exit_code_tells_where_it_is_asked_for(watch: Cli, graph: Graph) -> None:
    assert watch("--query", QUERY, "--exit-code").code == 0
    use(graph, 1)
    watch("--query", QUERY, "--exit-code", code=1)


def test_of_two_at_once_one_tells_what_is_new(
    watch: Cli, graph: Graph, command: Callable[..., Any]
) -> None:
    watch("--query", QUERY)
    use(graph, 1)
    both = [
        command("watch", "--query", QUERY, "--format", "ndjson", "--graph", graph.folder)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[0].count(b"towns") for process in both]
    assert sorted(told) == [0, 1]
    assert [process.returncode for process in both] == [0, 0]


def test_a_look_that_does_not_end_is_not_waited_for_for_ever(
    watch: Cli, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch("--query", QUERY)
    [path] = states(graph)
    looking = watching.looking
    monkeypatch.setattr(watching, "looking", lambda path, **more: looking(path, **more, wait=0.1))
    with FileLock(path.with_name(f".{path.name}.lock")):
        answer = watch("--query", QUERY, code=2)
    waiting, given_up = answer.err.splitlines()
    assert waiting.startswith("another watch is looking with")
    assert "another process has been looking" in given_up


def test_a_lock_that_cannot_be_made_is_not_waited_for(watch: Cli) -> None:
    # A folder of the system in which nobody makes a file, and which exists.
    answer = watch("--query", QUERY, "--state", "/proc/seen.json", code=2)
    assert answer.err.count("/proc/seen.json") == 1
    assert "cannot be written" in answer.err
    assert "--state" in answer.err


def test_a_state_in_a_folder_that_is_missing_is_refused_as_other_files_are(
    watch: Cli, tmp_path: Path
) -> None:
    answer = watch("--query", QUERY, "--state", tmp_path / "none" / "seen.json", code=2)
    assert "cannot be written: No such file or directory" in answer.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("own", [True, False])
def test_a_look_that_is_refused_leaves_nothing_behind(
    watch: Cli, graph: Graph, tmp_path: Path, own: bool
) -> None:
    folder = tmp_path / "states"
    folder.mkdir()
    words = () if own else ("--state", folder / "seen.json")
    watch("--query", QUERY, "--by", "colour", *words, code=2)
    watch("--digest", "--department", "Ministry of Otters", *words, code=2)
    assert list(folder.iterdir()) == []
    assert not (graph.folder / watching.FOLDER).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_state_is_refused_and_kept(watch: Cli, tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(content)
    answer = watch("--query", QUERY, "--state", state, code=2)
    assert "does not remember a look" in answer.err
    assert state.read_bytes() == content


def test_a_state_of_another_query_is_refused(watch: Cli, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    watch("--query", QUERY, "--state", state)
    answer = watch("--query", "questions-capped", "--state", state, code=2)
    assert "remembers another look" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give --query NAME, or --digest"),
        (("--query", QUERY, "--digest"), "give --query NAME, or --digest"),
        (("--query", "no-such"), "no-such"),
        (("--query", QUERY, "-p", "x"), "not of the form key=value"),
        (("--query", QUERY, "--by", "colour"), "no column colour; it has"),
        (("--query", QUERY, "--department", "DfT"), "--department is for --digest"),
        (("--query", QUERY, "--format", "html"), "--format html is for --digest"),
        (("--digest", "--format", "csv"), "--format csv is for rows"),
        (("--digest", "-p", "a=b"), "are for --query"),
        (("--digest", "--department", "Ministry of Otters"), "no such department"),
        (("--digest", "-o", "letter.docx"), "no format goes by that extension"),
        (("--digest", "--since", "previous", "--state", "s.json"), "--since remembers nothing"),
        (("--digest", "--search", ""), "--search: an empty text names nothing"),
        (("--digest", "--search", "towns", "--search", " "), "--search: an empty text"),
        (("--query", QUERY, "--state", ""), "--state: an empty text names no file"),
    ],
)
def test_bad_input_is_refused(
    watch: Cli, graph: Graph, words: tuple[str, ...], message: str
) -> None:
    answer = watch(*words, code=2)
    assert answer.out == ""
    assert message in answer.err
    assert states(graph) == []


def letter(watch: Cli, graph: Graph, *words: str) -> str:
    use(graph, 1)
    return str(watch("--digest", "--since", "previous", *words).out)


def test_a_digest_tells_new_questions_near_a_department(watch: Cli, graph: Graph) -> None:
    told = letter(watch, graph, "--department", "Department for Transport")
    assert "New questions near your portfolio (1)" in told
    assert "asked by Department for Transport" in told
    assert "New projects for your questions (1)" in told
    assert "Regional Technology Foresight" in told
    assert "Questions that came or changed elsewhere:" in told


def test_a_digest_follows_a_department_to_its_successor(watch: Cli, graph: Graph) -> None:
    told = letter(watch, graph, "--department", "DLUHC")
    assert "[-Department for Levelling Up, Housing and Communities-] {+Ministry" in told


def test_a_digest_tells_links_of_a_funder_and_an_organisation(watch: Cli, graph: Graph) -> None:
    for words in (("--funder", "ESRC"), ("--organisation", "University of Sheffield")):
        told = letter(watch, graph, *words)
        assert "New links of your projects (1)" in told
        assert "published-link; degree unstated" in told
        assert "Links whose degree changed (1)" in told


def test_a_digest_tells_what_a_search_finds(watch: Cli, graph: Graph) -> None:
    told = letter(watch, graph, "--search", "towns grow")
    assert "the search “towns grow” finds it" in told
    assert "Nothing is new." in letter(watch, graph, "--search", "otters")


def test_a_question_that_is_gone_is_told_to_who_asked_it(watch: Cli, graph: Graph) -> None:
    told = letter(
        watch, graph, "--department", "Department for Business, Energy & Industrial Strategy"
    )
    assert "What determines productivity differences" in told


def test_a_digest_remembers_the_last_snapshot(watch: Cli, graph: Graph, tmp_path: Path) -> None:
    first = watch("--digest")
    assert first.out == ""
    assert "taken as known" in first.err
    use(graph, 1)
    watch("--digest", "-o", tmp_path / "week.html")
    page = (tmp_path / "week.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<b>" not in page
    assert "<script" not in page
    again = watch("--digest", "-o", tmp_path / "again.html")
    assert (again.out, again.err) == ("", "")
    assert not (tmp_path / "again.html").exists()


def test_where_the_last_snapshot_is_gone_it_says_so(watch: Cli, graph: Graph) -> None:
    watch("--digest")
    shutil.rmtree(graph.snapshot.folder)
    use(graph, 0)
    answer = watch("--digest")
    assert "no longer kept: nothing to compare with" in answer.err
    [state] = states(graph)
    assert json.loads(state.read_bytes())["snapshot"] == Snapshot.current(graph.folder).manifest.id


def test_a_letter_in_markdown_escapes_hostile_wording(watch: Cli, graph: Graph) -> None:
    told = letter(watch, graph, "--format", "markdown")
    assert r"Which new towns grow, & why? \*Really\*" in told


def test_a_question_of_what_a_department_was_before_is_near_it(watch: Cli, graph: Graph) -> None:
    told = letter(watch, graph, "--department", "Department for Business and Trade")
    assert "What determines productivity differences" in told
    assert "(before or after Department for Business and Trade)" in told
