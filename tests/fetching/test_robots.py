"""robots.txt as RFC 9309 has it: whose group counts, which rule decides, what no answer means."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from conftest import Answer
from hypothesis import given, settings
from hypothesis import strategies as st
from upstream_server import Server

from graphkit.fetching.robots import Robots

Fetch = Callable[..., Answer]


def allowed(text: str, *paths: str) -> list[bool]:
    """Which of some paths may be asked."""
    robots = Robots(text)
    return [robots.allows(f"https://example.org{path}") for path in paths]


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("Disallow: /", "/a", True),  # for nobody
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/ab", False),
        ("user-AGENT : * # all\n disallow : /a # private", "/a/b", False),
        # The longest rule decides, whatever the order; of equals the one that allows.
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.json$", "/api/x.json", False),
        ("User-agent: *\nDisallow: /*.json$", "/api/x.json?page=2", True),
        ("User-agent: *\nDisallow: /*page=", "/api/x?page=2", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        # Ours, in any case and in any number of groups, and then not everybody's.
        ("User-agent: *\nDisallow: /\nUser-agent: GraphKit/1.0\nAllow: /", "/a", True),
        ("User-agent: graphkit\nDisallow: /b\n\nUser-agent: *\nDisallow: /a", "/a", True),
        ("User-agent: graphkit\nDisallow: /b\n\nUser-agent: graphkit\nDisallow: /a", "/a", False),
        ("User-agent: x\nUser-agent: graphkit\nDisallow: /a", "/a", False),
        ("User-agent: graphkit\nUser-agent: x\n\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\nUser-agent: graphkit\n", "/a", True),
        ("User-agent: graphkit-other\nDisallow: /", "/a", True),
        # A line that is none of a group's does not end it.
        ("User-agent: *\nSitemap: https://x/y\nDisallow: /a", "/a", False),
        ("User-agent: *\n\nDisallow: /a", "/a", False),
        # One spelling for what may be encoded or not.
        ("User-agent: *\nDisallow: /%7ea", "/~a", False),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
    ],
)
def test_what_may_be_asked(text: str, path: str, may: bool) -> None:
    assert allowed(text, path) == [may]


def test_a_delay_is_that_of_the_group_that_counts() -> None:
    text = "User-agent: *\nCrawl-delay: 50\n\nUser-agent: graphkit\nCrawl-delay: 2.5\n"
    assert Robots(text).delay == 2.5
    assert Robots("User-agent: *\nRequest-rate: 1/8\nCrawl-delay: 2\n").delay == 8
    assert Robots("User-agent: *\nRequest-rate: 0/8\nCrawl-delay: soon\n").delay == 0


def test_a_hostile_pattern_takes_no_time() -> None:
    text = "User-agent: *\n" + f"Disallow: /{'*a' * 5_000}$\n" * 20
    started = time.perf_counter()
    assert allowed(text, f"/{'a' * 4_000}b") == [True]
    assert time.perf_counter() - started < 2


@given(
    st.lists(st.sampled_from(["", "/", "a", "b", "*", "$", "%", "é", "?", "%41"])).map("".join),
    st.lists(st.sampled_from(["a", "b", "/", "?", "%C3%A9", "A"])).map("".join),
)
@settings(max_examples=300, deadline=None)
def test_a_pattern_fits_what_it_fits_with_a_star_at_its_end(pattern: str, path: str) -> None:
    one = allowed(f"User-agent: *\nDisallow: /{pattern}", f"/{path}")
    if not pattern.endswith("$"):
        assert one == allowed(f"User-agent: *\nDisallow: /{pattern}*", f"/{path}")
    assert allowed("User-agent: *\nDisallow: /*", f"/{path}") == [False]


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "410", "418", "451", "499"])
def test_an_answer_of_4xx_means_that_all_may_be_asked(
    fetch: Fetch, troubled: Callable[..., None], status: str
) -> None:
    troubled("status", part="/robots.txt", value=status)
    assert fetch("ari").code == 0


@pytest.mark.parametrize("status", ["500", "501", "503", "599", "429"])
def test_an_answer_of_5xx_or_of_too_often_means_that_nothing_may(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None], status: str
) -> None:
    troubled("status", part="/robots.txt", value=status)
    answer = fetch("ari", "--retries", "1")
    assert answer.code in (2, 3)
    assert f"/robots.txt answers HTTP {status}" in answer.err
    assert "while its rules are not known, nothing else is asked" in answer.err
    assert not upstream.asked()


def test_what_follows_half_a_megabyte_does_not_count(fetch: Fetch, upstream: Server) -> None:
    upstream.upstream.robots = "# long\n" * 100_000 + "User-agent: *\nDisallow: /\n"
    assert fetch("ari").code == 0
