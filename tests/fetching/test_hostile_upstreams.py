"""Servers that mean harm: what never ends is ended, what lies is not believed, in little memory."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from conftest import Answer
from harvest_reading import files
from upstream_server import Server

from graphkit.fetching import Client, Manners

Fetch = Callable[..., Answer]
Troubled = Callable[..., None]
SECOND = "page=2"
ENDLESS = ["headers", "long-header", "drip", "continue", "chunks", "chunk-line", "trailers"]


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_end_is_ended_and_what_came_before_is_kept(
    fetch: Fetch, upstream: Server, troubled: Troubled, harvest: Path, kind: str
) -> None:
    troubled(kind, part=SECOND)
    started = time.monotonic()
    answer = fetch("ari", "--timeout", "0.1", "--retries", "1")
    assert time.monotonic() - started < 8
    assert answer.code == 3
    assert "page=2" in answer.err
    assert "(tried 2 times in" in answer.err
    assert list(files(harvest)) == ["questions/00001.json"]
    upstream.troubles.troubles.clear()
    assert fetch("ari").code == 0
    assert len(files(harvest)) == 3


def test_what_is_slow_but_comes_is_not_cut(fetch: Fetch, troubled: Troubled) -> None:
    troubled("slow", part=SECOND, value="0.6")
    assert fetch("ari", "--timeout", "1", "--retries", "0").code == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("nested", "in an encoding that it was not asked for (gzip, gzip, gzip)"),
        ("cut-gzip", "with a compressed text that is cut"),
        ("short", "with JSON that is cut or damaged"),
        ("long", "breaks off the connection"),
        ("nonsense", "breaks off the connection"),
        ("silence", "breaks off the connection"),
    ],
)
def test_an_answer_that_lies_about_itself_is_not_stored(
    fetch: Fetch, troubled: Troubled, harvest: Path, kind: str, words: str
) -> None:
    troubled(kind, part=SECOND)
    answer = fetch("ari", "--retries", "1")
    assert answer.code == 3
    assert words in answer.err
    assert list(files(harvest)) == ["questions/00001.json"]


def test_a_table_that_was_cut_while_it_was_compressed_is_not_stored(
    fetch: Fetch, troubled: Troubled, harvest: Path
) -> None:
    """The rows that are there make a table, too."""
    troubled("cut-gzip", part="lookup_name")
    assert fetch("places").code == 1
    assert list(files(harvest)) == ["local-authorities/uk_local_authorities_current.csv"]


@pytest.mark.parametrize("kind", ["short", "cut-gzip", "nonsense", "silence", "long", "nested"])
def test_lies_that_pass_leave_no_trace(
    fetch: Fetch, troubled: Troubled, harvest: Path, tmp_path: Path, kind: str
) -> None:
    assert fetch("gtr", "--all", into="sound").code == 0
    troubled(kind, part=SECOND, times=2)
    assert fetch("gtr", "--all").code == 0
    assert files(harvest) == files(tmp_path / "sound")


def test_a_bomb_is_not_unpacked(upstream: Server, troubled: Troubled) -> None:
    import tracemalloc

    troubled("bomb")
    client = Client(upstream.url, Manners(rate=5000, retries=0))
    upstream.upstream.robots = ""
    tracemalloc.start()
    with pytest.raises(Exception, match=r"more than 2,000,000 bytes"):
        client.get(f"{upstream.url}/x", lambda answer: answer, accept="*/*", most=2_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The server, in the same process, holds its 80 MiB of spaces while it packs them.
    assert peak < 110 << 20


@pytest.mark.parametrize("further", ["", "x", "/", "&more=1"])
def test_a_redirection_that_leads_on_and_on_is_left(
    fetch: Fetch, upstream: Server, troubled: Troubled, further: str
) -> None:
    troubled("loop", part="/api/questions", value=further)
    answer = fetch("ari")
    assert answer.code == 2
    assert "sends on and on" in answer.err
    assert len(upstream.asked("/api/questions")) == 5


@pytest.mark.parametrize("what", ["-5", "1e300", "1000000000000", '"many"', "true", "[27]", "0.5"])
def test_a_total_that_is_none_is_said_and_the_list_is_read_to_its_end(
    fetch: Fetch, troubled: Troubled, harvest: Path, what: str
) -> None:
    troubled("total", value=what)
    answer = fetch("ari")
    assert answer.code == 1
    assert "which is no number of records: whether all came cannot be told" in answer.err
    assert len(files(harvest)) == 3
    assert fetch("gtr", "--all", into="portal").code == 1


@pytest.mark.parametrize("what", ["-5", "1000000000000", '"many"'])
def test_a_total_that_is_none_stops_where_pages_are_counted_by_it(
    fetch: Fetch, upstream: Server, troubled: Troubled, harvest: Path, what: str
) -> None:
    troubled("total", value=what)
    upstream.upstream.gtr.links = False
    for words in (("gtr", "--all"), ("gtr", "--all", "--via", "gtr2", "--kind", "project")):
        answer = fetch(*words)
        assert answer.code == 2
        assert f"announces {what.replace(chr(34), chr(39))}" in answer.err
        assert files(harvest) == {}


def test_a_list_that_does_not_say_how_much_it_is_is_read_and_that_is_said(
    fetch: Fetch, troubled: Troubled, harvest: Path
) -> None:
    troubled("total", value="null")
    answer = fetch("ari")
    assert answer.code == 0
    assert "it announces no number of records" in answer.err
    assert len(files(harvest)) == 3


def test_a_list_that_grows_while_it_is_read_is_read_again(
    fetch: Fetch, troubled: Troubled, upstream: Server
) -> None:
    troubled("grown", part="page=3", times=1)
    assert fetch("ari").code == 0
    assert len(upstream.asked("/api/questions")) == 6


def test_a_list_that_says_it_has_grown_and_has_not_is_a_fault(
    fetch: Fetch, troubled: Troubled
) -> None:
    troubled("grown", part="page=3")
    answer = fetch("ari")
    assert answer.code == 1
    assert "28 records were announced and 27 different ones came" in answer.err


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("99999999999", "it asks for a pause of 1,157,407 days: try again then"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "days: try again then"),
        ("1e400", "(tried 2 times in"),
        ("nan", "(tried 2 times in"),
        ("Fri, 31 Dec 99999 23:59:59 GMT", "(tried 2 times in"),
        ("-1", "(tried 2 times in"),
        ("x" * 5000, "(tried 2 times in"),
    ],
)
def test_a_pause_that_makes_no_sense_is_not_waited_for(
    fetch: Fetch, troubled: Troubled, value: str, words: str
) -> None:
    troubled("503", part="/api/questions", value=value)
    started = time.monotonic()
    answer = fetch("ari", "--retries", "1")
    assert time.monotonic() - started < 5
    assert answer.code == 3
    assert words in answer.err


@pytest.mark.parametrize("wrong", [timedelta(days=400), timedelta(days=-400)])
def test_a_date_to_wait_for_is_read_by_the_servers_clock(
    upstream: Server, troubled: Troubled, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    there = datetime.now(UTC) + wrong
    monkeypatch.setattr(
        "http.server.BaseHTTPRequestHandler.date_time_string",
        lambda *_: format_datetime(there, usegmt=True),
    )
    then = format_datetime(there + timedelta(seconds=30), usegmt=True)
    troubled("503", part="/x", value=then)
    pauses: list[float] = []
    client = Client(upstream.url, Manners(rate=1e6, retries=1), sleep=pauses.append)
    with pytest.raises(Exception, match="answers HTTP 503"):
        client.get(f"{upstream.url}/x", lambda answer: answer, accept="*/*")
    assert max(pauses) == pytest.approx(30, abs=3)


@pytest.mark.parametrize("hours", [24 * 400, -24 * 400])
def test_a_clock_that_jumps_loses_nothing(
    fetch: Fetch,
    upstream: Server,
    troubled: Troubled,
    harvest: Path,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
) -> None:
    troubled("500", part="page=3")
    assert fetch("ari").code == 3
    before = files(harvest)
    upstream.troubles.troubles.clear()
    now = time.time()
    monkeypatch.setattr("graphkit.fetching.rounds.time.time", lambda: now + 3600 * hours)
    assert fetch("ari").code == 0
    assert files(harvest).items() > before.items()
    assert len(files(harvest)) == 3
    assert fetch("ari").code == 0


def test_of_two_fetches_that_begin_at_once_one_works_and_the_other_is_told(
    upstream: Server, harvest: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    refused = threading.Event()
    upstream.on_request = lambda status, path: refused.wait(30) and None
    words = ("fetch", "ari", "-o", harvest, "--api", upstream.url, "--rate", 5000)
    both = [command(*words) for _ in range(2)]
    until = time.monotonic() + 30
    while all(one.poll() is None for one in both):
        assert time.monotonic() < until
        time.sleep(0.01)
    refused.set()
    ends = {one.returncode: one for one in both if one.wait(30) is not None}
    errors = {code: one.communicate()[1].decode() for code, one in ends.items()}
    assert set(ends) == {0, 2}, errors
    assert "another fetch is at work in this folder" in errors[2]
    assert len(upstream.asked("/api/questions")) == len(files(harvest)) == 3
