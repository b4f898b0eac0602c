"""What a text finds, in which order, and what is shown of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_graph import SmallGraph

from graphkit.errors import SnapshotError, UsageError
from graphkit.search import SORTS, Hit, SearchIndex
from graphkit.search.fields import analyser
from graphkit.search.marking import found_in, marked, snippet
from graphkit.snapshot import Snapshot

ALL = {"16604", "16605", "16606", "P1", "P2", "P3", "P4", "P5"}


def keys(index: SearchIndex, text: str, **more: Any) -> list[str]:
    """Keys of what is found, in order."""
    return [hit.key for hit in index.search(text, **more).hits]


def hit(index: SearchIndex, text: str, key: str) -> Hit:
    """What is found of one thing."""
    return next(hit for hit in index.search(text).hits if hit.key == key)


def shown(segments: tuple[tuple[str, bool], ...]) -> str:
    """A marked text with brackets for marks."""
    return "".join(f"[{text}]" if marked else text for text, marked in segments)


# ---- words ----


def test_ai_does_not_match_aided(index: SearchIndex) -> None:
    assert keys(index, "ai") == ["16604"]
    assert keys(index, "AIDED") == ["P2"]


def test_words_are_compared_by_their_stems(index: SearchIndex) -> None:
    assert set(keys(index, "house")) == set(keys(index, "housing")) == {"P1"}
    assert "16604" in keys(index, "firm")


def test_accents_and_case_do_not_count(index: SearchIndex) -> None:
    assert keys(index, "CAFE") == keys(index, "café") == ["P2"]


def test_questions_and_projects_are_found_together_and_must_have_all_words(
    index: SearchIndex,
) -> None:
    assert set(keys(index, "heat pumps")) == {"16605", "P1", "P2", "P3"}
    assert set(keys(index, "heat pumps houses")) == {"P1"}


def test_titles_weigh_more_than_texts(index: SearchIndex) -> None:
    assert keys(index, "heat")[:2] == ["P1", "16605"] or keys(index, "heat")[:2] == ["16605", "P1"]
    assert keys(index, "wear")[0] in {"P5", "16606"}
    assert keys(index, "pumps")[0] == "P3"


def test_words_in_a_row_come_before_words_apart(tmp_path: Path) -> None:
    graph = SmallGraph()
    graph.project("A", "One", abstract="Power of solar stations.")
    graph.project("B", "Two", abstract="Stations of solar power.")
    index = SearchIndex.open(graph.snapshot(tmp_path).search)
    assert keys(index, "solar power") == ["B", "A"]
    assert keys(index, "power solar") == ["A", "B"]


def test_a_phrase_stands_in_this_order(index: SearchIndex) -> None:
    assert set(keys(index, '"heat pumps"')) == {"16605", "P1", "P3"}
    assert set(keys(index, '"pumps that heat"')) == {"P2"}
    assert keys(index, '"pumps heat houses"') == []


def test_a_phrase_may_be_written_with_curly_marks_and_left_open(index: SearchIndex) -> None:
    assert set(keys(index, "“heat pumps”")) == set(keys(index, '"heat pumps'))


def test_a_word_or_phrase_with_a_minus_must_not_be_there(index: SearchIndex) -> None:
    assert set(keys(index, "heat -ground")) == {"16605", "P2", "P3"}
    assert set(keys(index, 'heat -"ground source"')) == {"16605", "P2", "P3"}
    assert set(keys(index, "-heat")) == ALL - {"16605", "P1", "P2", "P3"}


def test_a_minus_within_a_word_excludes_nothing(index: SearchIndex) -> None:
    assert keys(index, "well-being") == ["P2"]


def test_signs_within_a_word_keep_its_parts_together(index: SearchIndex) -> None:
    assert keys(index, "R&D") == ["P2"]
    assert keys(index, "D&R") == []


def test_common_words_are_dropped_unless_there_are_no_others(index: SearchIndex) -> None:
    assert keys(index, "what are the firms") == ["16604"]
    assert keys(index, "whether") == ["16604"]


def test_where_nothing_has_all_words_what_has_some_is_given_and_it_says_so(
    index: SearchIndex,
) -> None:
    answer = index.search("houses zebra")
    assert [hit.key for hit in answer.hits] == ["P1"]
    assert any("some of them" in remark for remark in answer.remarks)
    assert not index.search("heat pumps").remarks


def test_filters_do_not_turn_words_into_alternatives(index: SearchIndex) -> None:
    filters = {"kind": ["question"]}
    assert index.search("heat houses").total == 1
    assert index.search("heat houses", filters).total == 0
    assert index.search("heat zebra", filters).total == 1


def test_an_empty_text_finds_everything_newest_first(index: SearchIndex) -> None:
    answer = index.search("  ")
    assert answer.total == len(ALL)
    assert [hit.key for hit in answer.hits][:4] == ["16604", "P3", "P2", "P1"]
    assert {hit.score for hit in answer.hits} == {0.0}


def test_a_text_without_a_word_finds_nothing_and_says_why(index: SearchIndex) -> None:
    for text in ("???", '"', "-", '""', "…"):
        answer = index.search(text)
        assert (answer.total, answer.hits) == (0, ())
        assert answer.remarks == ("there is no word in this to look for",)


# ---- what is called so ----


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("16604", "16604"),
        ("question/16604", "16604"),
        ("question:16605", "16605"),
        ("EP/K000128/1", "P1"),
        (" ep/k000128/1. ", "P1"),
        ("p3", "P3"),
        ("https://gtr.ukri.org/projects?ref=EP%2FK000128%2F1", "P1"),
        ("https://ari.org.uk/aris/16606", "16606"),
        ("https://w3id.org/graphkit/id/project/P2", "P2"),
    ],
)
def test_an_id_finds_its_thing_first(index: SearchIndex, text: str, key: str) -> None:
    assert keys(index, text)[0] == key


def test_several_ids_find_several_things(index: SearchIndex) -> None:
    assert set(keys(index, "16604, P1")) == {"16604", "P1"}


def test_a_number_among_words_is_no_id(index: SearchIndex) -> None:
    assert set(keys(index, "houses 16604")) == {"P1"}


def test_things_that_are_called_so_are_told(index: SearchIndex) -> None:
    things = index.search("ministry of heat").things
    assert [(thing.kind, thing.label) for thing in things] == [("department", "Ministry of Heat")]
    assert [thing.kind for thing in index.search("Brum uni").things] == ["organisation"]
    assert index.search("heat").things == ()
    assert index.search("ESRC").things[0].iri.endswith("/id/funder/esrc")


# ---- a better spelling ----


def test_a_misspelt_word_gets_a_suggestion(index: SearchIndex) -> None:
    assert index.search("pumpz in houses").suggestion == "pumps in houses"
    assert index.search("pumps in houses").suggestion is None


# ---- what is shown ----


def test_what_was_sought_is_marked_in_title_and_text(index: SearchIndex) -> None:
    found = hit(index, "effect pumps", "P1")
    assert shown(found.marked_title) == "Heat [pumps] in old houses"
    assert shown(found.snippet) == (
        "Ground source heat [pumps] were fitted in 40 houses. Their [effects] were measured."
    )


def test_a_phrase_is_marked_where_it_stands_as_one(index: SearchIndex) -> None:
    assert shown(hit(index, '"heat pump"', "P3").snippet) == "[Heat. Pumps]. [Heat pump]."


def test_a_word_of_a_phrase_by_itself_is_not_marked() -> None:
    text = "heat, then heat pumps"
    spans = found_in(text, (("heat", "pump"),), analyser())
    assert shown(marked(text, spans)) == "heat, then [heat pumps]"


def test_a_snippet_shows_the_piece_with_most_of_what_was_sought() -> None:
    text = f"Heat alone. {'Nothing is here. ' * 30}Then heat meets pumps. {'More of it. ' * 30}"
    spans = found_in(text, (("heat",), ("pump",)), analyser())
    piece = shown(snippet(text, spans))
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert "Then [heat] meets [pumps]." in piece
    assert len(piece) < 300


def test_the_pieces_are_the_text(index: SearchIndex) -> None:
    for found in index.search("heat pumps ai roads -zebra", size=1000).hits:
        assert "".join(text for text, _ in found.marked_title) == found.title


def test_markup_in_a_title_is_text_like_any_other(index: SearchIndex) -> None:
    assert shown(hit(index, "script", "P4").marked_title) == (
        "<[script]>alert(1)</[script]> & “quotes”"
    )


def test_a_hit_says_what_a_reader_needs(index: SearchIndex) -> None:
    found = hit(index, "houses", "P1")
    assert (found.kind, found.year, found.reference) == ("project", 2016, "EP/K000128/1")
    assert [funder.label for funder in found.funders] == ["Social Council"]
    assert found.organisation is not None
    assert found.organisation.label == "University of Birmingham"
    asked = hit(index, "cheap", "16605")
    assert asked.archived
    assert asked.department is not None
    assert asked.department.label == "Ministry of Heat"
    assert asked.snippet == ()


def test_line_ends_in_a_snippet_are_spaces(index: SearchIndex) -> None:
    assert "\n" not in shown(hit(index, "machines", "16604").snippet)


# ---- pages and orders ----


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "heat", "heat pumps"])
def test_pages_together_are_all_hits(index: SearchIndex, text: str, sort: str) -> None:
    whole = list(index.hits(text, sort=sort))
    total = index.search(text, sort=sort).total
    pages = [
        hit
        for page in range(1, total + 2)
        for hit in index.search(text, sort=sort, page=page, size=1).hits
    ]
    assert pages == whole
    assert len({hit.iri for hit in whole}) == total


def test_a_page_after_the_last_is_empty(index: SearchIndex) -> None:
    answer = index.search("heat", page=10**15, size=1000)
    assert answer.hits == ()
    assert answer.total == 4


def test_orders(index: SearchIndex) -> None:
    assert keys(index, "heat", sort="newest") == ["P3", "P2", "P1", "16605"]
    assert keys(index, "heat", sort="oldest") == ["P1", "P2", "P3", "16605"]
    assert keys(index, "heat", sort="title") == ["P2", "P1", "P3", "16605"]


@pytest.mark.parametrize(
    "wrong",
    [{"page": 0}, {"size": -1}, {"size": 1001}, {"sort": "best"}, {"filters": {"colour": ["red"]}}],
)
def test_what_there_is_not_is_refused(index: SearchIndex, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        index.search("heat", **wrong)


def test_what_scores_alike_stands_in_the_order_of_addresses(tmp_path: Path) -> None:
    graph = SmallGraph()
    for number in range(60, 10, -1):
        graph.project(f"Q{number}", "The same title", abstract="The same text.")
    index = SearchIndex.open(graph.snapshot(tmp_path).search)
    first = [hit.key for page in (1, 2, 3) for hit in index.search("same", page=page).hits]
    assert first == sorted(first)
    assert len(first) == 50


# ---- any text ----


@settings(deadline=None)
@example("a" * 100_000)
@example("word " * 20_000)
@example('"' * 1_000)
@example("-" * 1_000)
@example('-"a b c d e f g h i j k l m n o p q r s t" ' * 100)
@example("\ud800 housing \x00 \u202e")
@example("http://[bad")
@example("title:heat AND (pumps OR *) ~2 ^3 [a TO b] \\")
@given(
    st.text()
    | st.lists(st.sampled_from(['"', "-", "heat", "pumps", " ", "&", "'s", "/"])).map("".join)
)
def test_no_text_is_wrong(index: SearchIndex, text: str) -> None:
    answer = index.search(text)
    assert answer.total >= len(answer.hits)
    for found in answer.hits:
        assert "".join(piece for piece, _ in found.marked_title) == found.title
        assert all(piece for piece, _ in (*found.marked_title, *found.snippet))


def test_a_text_that_is_cut_says_so(index: SearchIndex) -> None:
    words = " ".join(f"word{number}" for number in range(100))
    assert any("very long" in remark for remark in index.search(words).remarks)


# ---- the folder ----


def test_a_snapshot_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="build again"):
        SearchIndex.open(tmp_path / "search")


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x93\x63\x80\x80"])
@pytest.mark.parametrize("name", ["about.msgpack", "meta.json"])
def test_a_damaged_index_says_what_to_do(
    searched: Snapshot, tmp_path: Path, name: str, damage: bytes
) -> None:
    shutil.copytree(searched.search, tmp_path / "search")
    (tmp_path / "search" / name).write_bytes(damage)
    with pytest.raises(SnapshotError, match="build again"):
        SearchIndex.open(tmp_path / "search")


def test_an_index_with_a_lost_file_says_what_to_do(searched: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(searched.search, tmp_path / "search")
    for path in (tmp_path / "search").glob("*.store"):
        path.unlink()
    with pytest.raises(SnapshotError, match="build again"):
        SearchIndex.open(tmp_path / "search")


def test_opening_writes_nothing_into_the_snapshot(searched: Snapshot) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in searched.search.iterdir()}
    assert not [name for name in before if name.endswith(".lock")]
    SearchIndex.open(searched.search).search("heat")
    assert {path.name: path.stat().st_mtime_ns for path in searched.search.iterdir()} == before


def test_several_processes_search_one_index_and_go_on_when_it_is_removed(
    searched: Snapshot, tmp_path: Path
) -> None:
    folder = tmp_path / "search"
    shutil.copytree(searched.search, folder)
    program = (
        "import sys; from pathlib import Path; from graphkit.search import SearchIndex\n"
        "index = SearchIndex.open(Path(sys.argv[1])); print('open', flush=True); input()\n"
        "print([hit.key for hit in index.search('heat pumps').hits])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
    shutil.rmtree(folder)
    answers = [process.communicate("\n")[0] for process in running]
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0].replace("'", '"'))) == 4
