"""What servers do wrong: what passes is tried again, the rest is said in words; nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer
from harvest_reading import files, manifest
from upstream_gtr import GtrData
from upstream_server import Server

Fetch = Callable[..., Answer]
Troubled = Callable[..., None]
SECOND = "page=2"
LISTS = pytest.mark.parametrize(
    ("words", "folder"),
    [
        (("ari",), "questions"),
        (("gtr", "--all"), "projects"),
        (("gtr", "--all", "--via", "gtr2", "--kind", "project"), "gtr2-projects"),
    ],
    ids=["ari", "portal", "gtr2"],
)


@pytest.fixture
def sound(fetch: Fetch, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """What a fetch gives when nothing goes wrong."""

    def run(*words: str) -> dict[str, bytes]:
        assert fetch(*words, into="sound").code == 0
        return files(tmp_path / "sound")

    return run


def second(words: tuple[str, ...]) -> str:
    """What is in the address of a list's second page."""
    return "p=2&" if "gtr2" in words else "page=2"


@LISTS
@pytest.mark.parametrize("kind", ["429", "500", "503", "cut", "damaged", "html", "moved"])
def test_trouble_that_passes_leaves_no_trace_in_the_files(
    fetch: Fetch,
    troubled: Troubled,
    harvest: Path,
    sound: Callable[..., dict[str, bytes]],
    words: tuple[str, ...],
    folder: str,
    kind: str,
) -> None:
    expected = sound(*words)
    troubled(kind, part=second(words), times=2)
    answer = fetch(*words)
    assert answer.code == 0
    assert len(expected) > 2
    assert files(harvest) == expected


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("429", 3, "answers HTTP 429 (tried 3 times in"),
        ("500", 3, "answers HTTP 500 (tried 3 times in"),
        ("cut", 3, "breaks off the connection (tried 3 times in"),
        ("damaged", 3, "answers with JSON that is cut or damaged"),
        ("html", 3, "answers with text/html where JSON should be (tried 3 times in"),
        ("redirect", 2, "sends on to another place: http://elsewhere.invalid/ (HTTP 302)"),
        ("bomb", 2, "answers with more than 67,108,864 bytes"),
        ("schema", 2, "answers in another form than it used to: there is no list of questions"),
    ],
)
def test_trouble_that_stays_is_said_in_words_and_what_came_before_it_is_kept(
    fetch: Fetch,
    upstream: Server,
    troubled: Troubled,
    harvest: Path,
    sound: Callable[..., dict[str, bytes]],
    kind: str,
    code: int,
    words: str,
) -> None:
    expected = sound("ari")
    troubled(kind, part=SECOND)
    answer = fetch("ari")
    assert answer.code == code
    assert words in answer.err
    assert f"{upstream.url}/api/questions?order_by=dateUpdated&page=2" in answer.err
    assert list(files(harvest)) == ["questions/00001.json"]
    assert list(manifest(harvest)) == ["questions/00001.json"]
    upstream.troubles.troubles.clear()
    upstream.log.clear()
    assert fetch("ari").code == 0
    assert files(harvest) == expected
    assert len(upstream.asked()) == 2


def test_an_answer_of_another_form_is_kept_where_one_can_look_at_it(
    fetch: Fetch, troubled: Troubled, harvest: Path
) -> None:
    troubled("schema", part=SECOND)
    fetch("ari")
    assert b'"items"' in (harvest / ".fetching/refused/questions/00002.json").read_bytes()


@LISTS
def test_an_answer_of_another_form_does_not_replace_a_good_one(
    fetch: Fetch, troubled: Troubled, harvest: Path, words: tuple[str, ...], folder: str
) -> None:
    fetch(*words)
    before = files(harvest)
    troubled("schema")
    assert fetch(*words).code == 2
    assert files(harvest) == before


def test_a_right_answer_under_a_wrong_media_type_is_right(fetch: Fetch, troubled: Troubled) -> None:
    troubled("mislabelled")
    assert fetch("ari").code == 0


@LISTS
def test_a_list_that_announces_more_than_it_has_is_a_fault_and_its_files_stay(
    fetch: Fetch, troubled: Troubled, harvest: Path, words: tuple[str, ...], folder: str
) -> None:
    troubled("total")
    answer = fetch(*words)
    number = 27 if words == ("ari",) else 320
    assert answer.code == 1
    assert f"{number + 7} records were announced and {number} different ones came" in answer.err
    assert "though the list was read 3 times" in answer.err
    assert len(files(harvest)) > 2


@LISTS
@pytest.mark.parametrize("kind", ["repeat", "vanish"])
def test_records_that_move_between_pages_are_found_by_going_over_the_list_again(
    fetch: Fetch,
    troubled: Troubled,
    harvest: Path,
    sound: Callable[..., dict[str, bytes]],
    words: tuple[str, ...],
    folder: str,
    kind: str,
) -> None:
    expected = sound(*words)
    troubled(kind, part=second(words), times=1)
    assert fetch(*words).code == 0
    assert files(harvest) == expected


def test_records_that_keep_moving_are_put_together_from_all_goes(
    fetch: Fetch, troubled: Troubled, harvest: Path
) -> None:
    """The first go lacks the first record of the second page, the others that of the third."""
    troubled("vanish", part="page=2", times=1)
    troubled("vanish", part="page=3", times=3)
    answer = fetch("ari")
    assert answer.code == 0
    assert "records moved between pages meanwhile" in answer.err
    assert "27 records" in answer.err
    assert set(files(harvest)) > {f"questions/0000{n}.json" for n in (1, 2, 3)}
    assert fetch("ari").code == 0
    assert set(files(harvest)) == {f"questions/0000{n}.json" for n in (1, 2, 3)}


def test_a_record_that_comes_twice_for_good_is_named(fetch: Fetch, troubled: Troubled) -> None:
    troubled("repeat", part="page=2")
    answer = fetch("ari")
    assert answer.code == 1
    assert "27 records were announced and 26 different ones came" in answer.err
    assert "1 came more than once (900" in answer.err


@LISTS
def test_a_source_that_has_lost_most_of_its_records_is_not_believed(
    fetch: Fetch, upstream: Server, harvest: Path, words: tuple[str, ...], folder: str
) -> None:
    fetch(*words)
    before = files(harvest)
    upstream.upstream.questions.clear()
    upstream.upstream.gtr = GtrData([])
    answer = fetch(*words)
    assert answer.code == 2
    assert "announces 0 records, and announced" in answer.err
    assert "fetch into another folder" in answer.err
    assert files(harvest) == before


@LISTS
def test_a_page_that_is_not_there_ends_the_list(
    fetch: Fetch, troubled: Troubled, harvest: Path, words: tuple[str, ...], folder: str
) -> None:
    troubled("beyond")
    answer = fetch(*words)
    assert answer.code == 0
    assert "the list ends there" in answer.err


@pytest.mark.parametrize("words", [("ari",), ("gtr", "--all")], ids=["ari", "portal"])
def test_a_list_that_leads_back_to_its_beginning_ends(
    fetch: Fetch, troubled: Troubled, upstream: Server, words: tuple[str, ...]
) -> None:
    troubled("endless")
    answer = fetch(*words)
    assert answer.code == 1
    assert "leads back to one before it" in answer.err
    assert len(upstream.asked()) < 6


def test_a_first_page_that_is_not_there_is_an_error(fetch: Fetch, troubled: Troubled) -> None:
    troubled("missing")
    answer = fetch("ari")
    assert answer.code == 2
    assert "is not there (HTTP 404)" in answer.err


def test_a_server_that_is_silent_too_long_is_given_up(fetch: Fetch, troubled: Troubled) -> None:
    troubled("slow", value="1")
    answer = fetch("ari", "--timeout", "0.2", "--retries", "1")
    assert answer.code == 3
    assert "does not answer in time (tried 2 times" in answer.err
    assert "--timeout waits longer" in answer.err


def test_a_server_that_asks_for_a_pause_gets_it(fetch: Fetch, troubled: Troubled) -> None:
    troubled("429", part=SECOND, times=1, value="0.5")
    started = time.monotonic()
    assert fetch("ari").code == 0
    assert time.monotonic() - started >= 0.5


def test_a_server_that_asks_for_a_long_pause_is_left_and_the_pause_told(
    fetch: Fetch, troubled: Troubled
) -> None:
    troubled("503", value="86400")
    answer = fetch("ari")
    assert answer.code == 3
    assert "it asks for a pause of 86,400 s: try again then" in answer.err


def test_a_server_that_is_not_there_is_told(fetch: Fetch) -> None:
    answer = fetch("ari", "--api", "http://127.0.0.1:9", "--retries", "0")
    assert answer.code == 3
    assert "http://127.0.0.1:9/robots.txt cannot be reached (tried once)" in answer.err


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/api/questions",
        "https://ari.org.uk/api/questions",
        "file:///etc/passwd",
        "http://user:word@127.0.0.1/",
        "http://[::1",
        "",
    ],
)
def test_no_redirection_leaves_the_host(fetch: Fetch, troubled: Troubled, target: str) -> None:
    troubled("redirect", part="/api/questions", value=target or " ")
    answer = fetch("ari")
    assert answer.code == 2
    assert "sends on to another place" in answer.err
