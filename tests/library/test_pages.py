"""The pages of the queries: what they show is what the sample answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import UsageError
from graphkit.library import Library, QueryFolder
from graphkit.library.pages import INDEX, MADE, ROWS, body, differing, fenced, pages, write

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "queries"
ADDRESSING = "projects-addressing-aspect.md"
_LINK = re.compile(r"\]\((?!https?://|#)([^)\s#]+)\)")


@pytest.fixture(scope="module")
def library(sample: Any) -> Library:
    """The library on the bundled sample."""
    return Library(sample.snapshot)


@pytest.fixture(scope="module")
def made(library: Library) -> dict[str, str]:
    """All pages."""
    return pages(library)


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


ONE = "SELECT ?n { VALUES ?n { 1 } }"


def two_queries(folder: Path, sparql: str = ONE, more: str = "tags: []") -> QueryFolder:
    """A folder with two queries, of which the second gives as many rows as asked for."""
    folder.mkdir(exist_ok=True)
    columns = "columns: {n: {meaning: 'a [number]', type: integer}}"
    for name, text, added in (("one", ONE, "tags: []"), ("two", sparql, more)):
        lines = [f"summary: Numbers {name}", columns, added]
        (folder / f"{name}.rq").write_text("\n".join(f"#+ {x}" for x in lines) + f"\n{text}\n")
        (folder / f"{name}.cypher").write_text(
            "\n".join(f"//+ {x}" for x in lines) + "\nRETURN 1 AS n\n"
        )
    return QueryFolder(folder)


def test_the_pages_of_the_repository_are_what_the_sample_gives(made: dict[str, str]) -> None:
    assert differing(made, FOLDER) == [], "graphkit queries docs --graph SAMPLE writes them"


def test_there_is_a_page_for_each_query_and_an_index_that_leads_to_it(
    library: Library, made: dict[str, str]
) -> None:
    names = library.names()
    assert sorted(made) == sorted([INDEX, *(f"{name}.md" for name in names)])
    assert sorted(_LINK.findall(made[INDEX])) == sorted(f"{name}.md" for name in names)
    for name in names:
        assert f": {library.queries.get(name).header.summary}\n" in made[INDEX]


def test_a_page_says_what_its_query_takes_and_gives(library: Library, made: dict[str, str]) -> None:
    for query in library.queries.all():
        text, header = made[f"{query.name}.md"], query.header
        assert text.startswith(MADE)
        assert f"\n# {header.summary}\n" in text
        for key in (*header.parameters, *header.columns):
            assert f"| `{key}` |" in text
        assert "On the bundled sample (`graphkit build --sample`):" in text
        assert f"graphkit query {query.name}" in text
        assert "#+" not in text
        assert "//+" not in text
        assert ("seconds on a large graph" in text) == bool(header.heavy)
        assert all((FOLDER / link).exists() for link in _LINK.findall(text))


def test_the_answer_on_a_page_is_that_of_the_command_on_it(
    graphkit: Any, sample: Any, made: dict[str, str]
) -> None:
    [command] = re.findall(r"```sh\ngraphkit (.*)\n```", made[ADDRESSING])
    printed = graphkit("--graph", sample.folder, *shlex.split(command))
    assert printed.code == 0
    assert printed.out in made[ADDRESSING]
    assert f"> {printed.err.strip()}" in made[ADDRESSING]
    assert "\n1 row.\n" in made[ADDRESSING]


def test_the_sentences_on_a_page_hold_the_examples(made: dict[str, str]) -> None:
    assert "\n- projects partially addressing capacity in West Midlands\n" in made[ADDRESSING]


def test_a_long_answer_is_cut_and_says_so(sample: Any, tmp_path: Path) -> None:
    numbers = " ".join(map(str, range(1, 1235)))
    queries = two_queries(tmp_path / "queries", f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}")
    made = pages(Library(sample.snapshot, queries))
    assert f"| {ROWS} |\n\nThe first {ROWS} of 1,234 rows.\n" in made["two.md"]
    assert f"| {ROWS + 1} |" not in made["two.md"]
    assert "\n| n |\n| --- |\n| 1 |\n\n1 row.\n" in made["one.md"]
    assert "a \\[number]" in made["one.md"]
    assert "## Other\n\n- [one](one.md): Numbers one\n" in made[INDEX]


def test_an_answer_without_rows_is_told(sample: Any, tmp_path: Path) -> None:
    queries = two_queries(tmp_path / "queries", "SELECT ?n { ?n a <a:b> }")
    assert "There are no rows." in pages(Library(sample.snapshot, queries))["two.md"]


def test_where_the_examples_find_nothing_a_lower_threshold_is_shown(
    sample: Any, tmp_path: Path
) -> None:
    queries = two_queries(
        tmp_path / "queries",
        "SELECT ?n { VALUES ?_least { 5 } VALUES ?n { 1 2 } FILTER(?n >= ?_least) }",
        "parameters: {least: {type: integer, summary: the least, example: '9', default: '5'}}",
    )
    text = pages(Library(sample.snapshot, queries))["two.md"]
    assert "graphkit query two -p least=1 --format markdown" in text
    assert "\n2 rows.\n" in text


@pytest.mark.parametrize(
    "sparql", ["SELECT", "ASK {}", "SELECT ?other { VALUES ?other { 1 } }", "SELECT ?n { "]
)
def test_a_query_that_cannot_be_run_is_refused_by_name(
    sample: Any, tmp_path: Path, sparql: str
) -> None:
    library = Library(sample.snapshot, two_queries(tmp_path / "queries", sparql))
    with pytest.raises(UsageError, match="two: no page can be written: "):
        pages(library)
    (tmp_path / "queries" / "two.rq").unlink()
    with pytest.raises(UsageError, match=r"two\.rq: cannot be read"):
        pages(Library(sample.snapshot, QueryFolder(tmp_path / "queries")))


def test_the_same_graph_gives_the_same_bytes(
    sample: Any, made: dict[str, str], tmp_path: Path
) -> None:
    again = pages(Library(sample.snapshot))
    assert again == made
    write(again, tmp_path / "pages")
    assert {name: text.encode() for name, text in made.items()} == {
        path.name: path.read_bytes() for path in (tmp_path / "pages").iterdir()
    }


def test_another_graph_is_not_taken_for_the_sample(built: Any, files: Any, tmp_path: Path) -> None:
    source = {"data": [{"questionId": 7, "question": "Why?", "department": "HMT"}]}
    graph = built(files({"questions.json": source}))
    made = pages(Library(graph.snapshot, two_queries(tmp_path / "queries")))
    assert "On a graph of 1 questions and 0 projects, not the bundled sample:" in made["one.md"]


def test_pages_of_queries_that_are_gone_are_removed_and_others_stay(tmp_path: Path) -> None:
    made = {INDEX: f"{MADE} -->\n", "a.md": f"{MADE} -->\na\n", "b.md": f"{MADE} -->\nb\n"}
    (tmp_path / "notes.md").write_text("mine\n")
    assert write(made, tmp_path) == [INDEX, "a.md", "b.md"]
    assert write(made, tmp_path) == []
    del made["b.md"]
    made["a.md"] += "more\n"
    assert differing(made, tmp_path) == ["a.md", "b.md"]
    assert write(made, tmp_path) == ["a.md", "b.md"]
    assert written(tmp_path) == {**made, "notes.md": "mine\n"}


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text("# My folder\n")
    with pytest.raises(UsageError, match="not written by graphkit"):
        write({INDEX: f"{MADE} -->\n", "a.md": f"{MADE} -->\n"}, tmp_path)
    assert written(tmp_path) == {INDEX: "# My folder\n"}


def test_the_command_writes_and_checks(graphkit: Any, sample: Any, tmp_path: Path) -> None:
    words = ("queries", "docs", "-o", tmp_path / "pages", "--graph", sample.folder)
    missing = graphkit(*words, "--check")
    assert missing.code == 1
    assert not (tmp_path / "pages").exists()
    wrote = graphkit(*words)
    assert (wrote.code, wrote.out) == (0, "")
    assert f"{len(QueryFolder().names()) + 1} pages" in wrote.err
    fresh = graphkit(*words, "--check")
    assert (fresh.code, fresh.err) == (0, "")
    with (tmp_path / "pages" / ADDRESSING).open("a") as file:
        file.write("more\n")
    (tmp_path / "pages" / "gone.md").write_text(f"{MADE} -->\n")
    stale = graphkit(*words, "--check")
    assert stale.code == 1
    assert [line.rpartition("/")[2] for line in stale.err.splitlines()[:-1]] == [
        "gone.md is out of date",
        f"{ADDRESSING} is out of date",
    ]
    assert "2 of" in stale.err.splitlines()[-1]
    (tmp_path / "file").write_text("")
    assert graphkit(*words[:2], "-o", tmp_path / "file" / "x", *words[4:]).code == 2


def test_a_block_holds_whatever_its_text_holds() -> None:
    assert fenced("````", "text") == "`````text\n````\n`````"
    assert body("//+ summary: x\n\nRETURN 1 // why\n", "//+") == "RETURN 1 // why"
