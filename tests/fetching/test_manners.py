"""Who asks, how often, and what robots.txt allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer
from upstream_server import Server

from graphkit import __version__
from graphkit.fetching import Client, Manners
from graphkit.fetching.manners import Pace

Fetch = Callable[..., Answer]


def test_every_request_says_who_asks(fetch: Fetch, upstream: Server) -> None:
    fetch("ari", "--contact", "me@example.org")
    agents = {headers["user-agent"] for headers in upstream.headers}
    assert agents == {f"graphkit/{__version__} (+me@example.org)"}


def test_the_contact_may_stand_in_the_environment(
    fetch: Fetch, upstream: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHKIT_CONTACT", "https://example.org/us")
    fetch("ari")
    assert "(+https://example.org/us)" in upstream.headers[0]["user-agent"]


def test_nothing_is_asked_of_other_peoples_servers_without_a_contact(fetch: Fetch) -> None:
    answer = fetch("ari", "--api", "https://ari.invalid")
    assert answer.code == 2
    assert "nobody is named as the one who asks" in answer.err
    assert "--contact or in GRAPHKIT_CONTACT" in answer.err


@pytest.mark.parametrize("contact", ["me", "me@example.org\r\nX: y", "a b@c", "x@y)(", "ü@x.org"])
def test_a_contact_that_cannot_be_sent_is_refused(fetch: Fetch, contact: str) -> None:
    answer = fetch("ari", "--contact", contact)
    assert answer.code == 2
    assert "neither an e-mail address nor a web address" in answer.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ari.org.uk", "is no address of a server"),
        ("http://me:secret@127.0.0.1", "holds a login"),
        ("http://127.0.0.1/?key=1", "is more than an address"),
    ],
)
def test_an_address_that_is_none_is_refused(fetch: Fetch, address: str, words: str) -> None:
    answer = fetch("ari", "--api", address)
    assert answer.code == 2
    assert words in answer.err
    assert "secret" not in answer.err


def test_what_robots_txt_does_not_allow_is_not_asked(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    upstream.upstream.robots = "User-agent: *\nDisallow: /aris/\n"
    answer = fetch("ari", "--pages")
    assert answer.code == 2
    assert "/robots.txt does not allow /aris/" in answer.err
    assert upstream.asked("/aris/") == []
    assert (harvest / "questions/00001.json").is_file()


def test_rules_for_others_are_not_ours(fetch: Fetch, upstream: Server) -> None:
    upstream.upstream.robots = "User-agent: other\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    assert fetch("ari").code == 0


def test_a_page_in_the_place_of_robots_txt_has_no_rules(fetch: Fetch, upstream: Server) -> None:
    upstream.upstream.robots = "<!DOCTYPE html><html><body>Welcome</body></html>"
    assert fetch("ari").code == 0


def test_without_knowing_robots_txt_nothing_is_asked(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None]
) -> None:
    troubled("503", part="/robots.txt")
    answer = fetch("ari")
    assert answer.code == 3
    assert "/robots.txt answers HTTP 503" in answer.err
    assert not upstream.asked()


def test_rules_that_could_not_be_read_do_not_count_as_none(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None]
) -> None:
    troubled("503", part="/robots.txt")
    assert fetch("places").code == 3
    assert not upstream.asked()


def test_robots_txt_is_asked_once(fetch: Fetch, upstream: Server) -> None:
    fetch("ari", "--pages")
    assert [path for _, path in upstream.log].count("/robots.txt") == 1


def test_a_delay_that_robots_txt_asks_for_is_kept(upstream: Server) -> None:
    upstream.upstream.robots = "User-agent: graphkit\nCrawl-delay: 7\n"
    slept: list[float] = []
    client = Client(upstream.url, Manners(rate=1000), sleep=slept.append)
    client.get(f"{upstream.url}/aris/16604", lambda answer: answer, accept="*/*")
    client.get(f"{upstream.url}/aris/16604", lambda answer: answer, accept="*/*")
    assert max(slept) == pytest.approx(7, abs=0.5)
    assert client.seconds(10) == pytest.approx(70)


def test_no_more_requests_a_second_are_sent_than_asked_for(fetch: Fetch, upstream: Server) -> None:
    fetch("ari", "--pages", "--rate", "60")
    gaps = [
        after - before for before, after in zip(upstream.times, upstream.times[1:], strict=False)
    ]
    assert len(gaps) >= 29
    assert upstream.times[-1] - upstream.times[0] >= len(gaps) / 60 * 0.95


def test_a_pace_lets_one_go_at_a_time() -> None:
    slept: list[float] = []
    pace = Pace(2.0, slept.append)
    for _ in range(3):
        pace.wait()
    assert slept == pytest.approx([0.5, 1.0], abs=0.05)


def test_the_default_is_one_request_a_second() -> None:
    assert Manners().rate == 1.0
    assert Pace(Manners().rate).between == 1.0


def test_a_proxy_that_the_environment_names_is_asked(
    fetch: Fetch, upstream: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:word@{upstream.url.partition('//')[2]}")
    monkeypatch.setenv("no_proxy", "")
    answer = fetch("ari", "--api", "http://upstream.invalid", "--contact", "me@example.org")
    paths = [path for _, path in upstream.log]
    assert paths[0] == "http://upstream.invalid/robots.txt"
    assert upstream.headers[0]["proxy-authorization"].startswith("Basic ")
    assert "word" not in answer.err


def test_time_is_not_waited_for_before_the_first_request() -> None:
    started = time.monotonic()
    Pace(0.1).wait()
    assert time.monotonic() - started < 1


def test_a_folder_of_others_files_is_left_alone(fetch: Fetch, harvest: Path) -> None:
    harvest.mkdir()
    (harvest / "sources.json").write_text("mine")
    answer = fetch("ari")
    assert answer.code == 2
    assert "name a new folder" in answer.err
    assert [path.name for path in harvest.iterdir()] == ["sources.json"]
    assert (harvest / "sources.json").read_text() == "mine"


@pytest.mark.parametrize("rate", ["nan", "1e-9"])
def test_a_rate_that_would_wait_for_ever_is_refused(
    fetch: Fetch, upstream: Server, rate: str
) -> None:
    answer = fetch("ari", "--rate", rate)
    assert answer.code == 2
    assert not upstream.asked()


def test_standard_output_is_no_folder(fetch: Fetch) -> None:
    answer = fetch("ari", "-o", "-")
    assert answer.code == 2
    assert "folder of files" in answer.err
