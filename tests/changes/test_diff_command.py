"""`graphkit diff`, in every format."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Graph

from graphkit.changes.writing import BY_EXTENSION, PATCHES, TOLD
from graphkit.cli.diff import FORMATS, TABLES
from graphkit.vocabulary import PREFIXES

Cli = Callable[..., Any]


@pytest.fixture
def diff(graphkit: Cli, two: Graph) -> Cli:
    def run(*arguments: object) -> Any:
        return graphkit("diff", *arguments, "--graph", two.folder)

    return run


def test_text_tells_what_changed_word_by_word(diff: Cli) -> None:
    answer = diff("previous")
    assert answer.code == 0
    assert "questions: 1 added, 1 archived, 1 gone, 1 reworded, 2 changed" in answer.out
    assert "clusters and what are [-the associated-] {+any+} skills" in answer.out
    assert "degree: [-partial-] {+full+}" in answer.out
    assert "not listed: questions: page views only 1" in answer.out


def test_every_format_that_is_offered_has_a_writer() -> None:
    assert {*FORMATS} == {*TOLD, *PATCHES, *TABLES}
    assert {*BY_EXTENSION.values()} <= {*FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_the_same_twice(diff: Cli, form: str, tmp_path: Path) -> None:
    first = diff("previous", "current", "--format", form)
    again = diff("previous", "current", "--as", form, "-o", tmp_path / "file")
    assert (first.code, again.code) == (0, 0)
    assert first.out.encode() == (tmp_path / "file").read_bytes()
    assert first.out


def test_json_holds_old_and_new(diff: Cli) -> None:
    found = diff("previous", "--format", "json").json()
    assert found["only"] == {}
    counts = {(one["section"], one["what"]): one["count"] for one in found["counts"]}
    assert counts["questions", "reworded"] == 1
    assert sum(counts.values()) == len(found["changes"])
    [reworded] = [one for one in found["changes"] if one["what"] == "reworded"]
    assert {"field", "old", "new"} == reworded["fields"][0].keys()
    lines = diff("previous", "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == found["changes"]


def test_rows_name_the_field_that_changed(diff: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(diff("previous", "--format", "csv").out)))
    [degree] = [row for row in rows if row["what"] == "degree changed"]
    assert (degree["field"], degree["old"], degree["new"]) == ("degree", "partial", "full")


def test_markdown_and_html_show_hostile_wording_as_it_is(diff: Cli) -> None:
    markdown = diff("previous", "--format", "markdown").out
    assert r"Which new towns grow, & why? \*Really\*" in markdown
    page = diff("previous", "--format", "html").out

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: set[str] = set()
            self.words: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.add(tag)

        def handle_data(self, data: str) -> None:
            self.words.append(data)

    reader = Reader()
    reader.feed(page)
    assert {"del", "ins", "a", "li"} <= reader.tags
    assert not {"script", "link", "img", "style"} & reader.tags
    assert "Which new towns grow, & why? *Really*" in "".join(reader.words)


def test_provenance_says_what_was_revised_generated_and_invalidated(diff: Cli) -> None:
    store = ox.Store()
    store.load(diff("previous", "--as", "prov").out.encode(), ox.RdfFormat.TURTLE)

    def things(relation: str) -> set[str]:
        query = f"SELECT ?t {{ ?e prov:{relation} ?x ; prov:specializationOf ?t }}"
        solutions = store.query(query, prefixes=dict(PREFIXES))
        return {row["t"].value.rpartition("/")[2] for row in solutions}  # type: ignore[union-attr]

    assert {"9000412", "9000414", "9000915"} <= things("wasRevisionOf")
    assert "77" in things("wasGeneratedBy")
    assert "77" not in things("wasRevisionOf")
    assert "9001936" in things("wasInvalidatedBy")
    ask = "ASK { ?a a prov:Activity ; prov:used ?x, ?y . ?y prov:wasRevisionOf ?x }"
    assert store.query(ask, prefixes=dict(PREFIXES))
    link = "ASK { ?l rdf:subject ?p ; rdf:predicate gk:addresses ; rdf:object ?q }"
    assert store.query(link, prefixes=dict(PREFIXES))


def test_a_feed_is_well_formed_and_names_each_entry_once(diff: Cli) -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(diff("previous", "--as", "atom").out)
    space = "{http://www.w3.org/2005/Atom}"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{space}{name}")
    entries = root.findall(f"{space}entry")
    names = [one.findtext(f"{space}id") for one in entries]
    assert len(names) == len(set(names)) >= 8
    titles = [one.findtext(f"{space}title") or "" for one in entries]
    assert "questions, added: Which new towns grow, & why? *Really*" in titles
    reworded = next(one for one in entries if "reworded" in (one.findtext(f"{space}title") or ""))
    assert "<ins" in (reworded.findtext(f"{space}content") or "")
    cut = diff("previous", "--as", "atom", "--limit", "2").out
    assert cut.count("<entry>") == 2
    assert f"The first 2 of {len(entries)} changes." in cut


def test_the_exit_code_tells_where_it_is_asked_for(diff: Cli) -> None:
    for form in ("text", "update"):
        assert diff("previous", "--exit-code", "--as", form).code == 1
        assert diff("current", "current", "--exit-code", "--as", form).code == 0
    assert "Nothing differs." in diff("current", "current").out


def test_the_format_goes_by_the_extension(diff: Cli, tmp_path: Path) -> None:
    for name, begins in (
        ("a.md", "# What changed"), ("a.html", "<!DOCTYPE"), ("a.json", "{"), ("a.ttl", "@prefix"),
        ("a.ru", "# From"), ("a.rdfp", "# From"), ("a.csv", "section,"), ("a.txt", "from"),
    ):  # fmt: skip
        assert diff("previous", "-o", tmp_path / name).code == 0
        assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_a_limit_says_that_it_cuts(diff: Cli) -> None:
    out = diff("previous", "--limit", "1").out
    assert "Questions changed (2): the first 1" in out
    assert "9000915" in out or "9001019" in out


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "ndjson"])
def test_a_limit_cuts_what_programs_read_too_and_says_so(diff: Cli, form: str) -> None:
    whole = diff("previous", "--format", form)
    assert "--limit" not in whole.err
    cut = diff("previous", "--format", form, "--limit", "1")
    assert "the first 1 changes of each kind are told (--limit)" in cut.err
    assert len(cut.out) < len(whole.out)
    if form == "json":
        counts = {(one["section"], one["what"]): one["count"] for one in cut.json()["counts"]}
        assert (cut.json()["limit"], counts["questions", "changed"]) == (1, 2)
        assert {(one["section"], one["what"]) for one in cut.json()["changes"]} == counts.keys()
        assert len(cut.json()["changes"]) == len(counts)
    enough = diff("previous", "--format", form, "--limit", "1000")
    assert "--limit" not in enough.err


@pytest.mark.parametrize("form", ["prov", "update", "patch"])
def test_what_is_written_whole_takes_no_limit(diff: Cli, form: str) -> None:
    answer = diff("previous", "--format", form, "--limit", "1")
    assert (answer.code, answer.out) == (2, "")
    assert f"{form} is written whole; leave --limit away" in answer.err


def test_a_day_that_has_not_come_is_refused(diff: Cli) -> None:
    answer = diff("previous", "2099-01-01")
    assert (answer.code, answer.out) == (2, "")
    assert "2099-01-01: has not come yet; current is" in answer.err


def test_statements_that_are_gone_are_told_with_the_path_once(
    graphkit: Cli, two: Graph, tmp_path: Path
) -> None:
    shutil.copytree(two.folder, tmp_path / "own")
    own = Graph(tmp_path / "own")
    own.snapshot.quads.unlink()
    answer = graphkit("diff", "previous", "--as", "patch", "--graph", own.folder)
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be read: No such file or directory; build again" in answer.err
    assert answer.err.count("quads.nq.gz") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("yesterday",), "yesterday: neither a snapshot nor a folder with one"),
        (("previous", "-o", "x.docx"), "no format goes by that extension"),
        (("previous", "--as", "patch", "--department", "DfT"), "cannot be narrowed"),
        (("previous", "--place", "Mordor"), "no such place: Mordor"),
        (("previous", "--format", "yaml"), "Invalid value for '--format'"),
    ],
)
def test_bad_input_is_refused_in_clear_words(
    diff: Cli, arguments: tuple[str, ...], message: str
) -> None:
    answer = diff(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_graphs_of_two_bases_are_not_compared(
    graphkit: Cli, two: Graph, built: Callable[..., Graph], files: Callable[..., Path]
) -> None:
    sources = files({"q.json": {"data": [{"questionId": 7, "question": "Why?"}]}})
    other = built(sources, base="https://example.org/")
    answer = graphkit("diff", other.folder, two.folder, "--graph", two.folder)
    assert answer.code == 2
    assert "name things differently" in answer.err
