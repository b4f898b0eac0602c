"""What is said where a store is absent, slow, closed, full, or no store at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from conftest import Answer, Graph
from sparql_store import BASE, Asked, Door, Store

Publish = Callable[..., Answer]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_an_absent_store_is_unreachable(sample: Graph, publish: Publish) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = publish(sample, f"http://127.0.0.1:{port}/")
    assert done.code == 3
    assert "cannot be reached" in done.err
    assert f"127.0.0.1:{port}" in done.err


def test_a_silent_store_is_unreachable_after_the_timeout(
    sample: Graph, publish: Publish, silent: str
) -> None:
    started = time.monotonic()
    done = publish(sample, silent, "--timeout", 0.3)
    assert done.code == 3
    assert "does not answer in time" in done.err
    assert "--timeout" in done.err
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "no address of a server"),
        ("localhost:7878", "no address of a server"),
        ("ftp://localhost/", "no address of a server"),
        ("http://user:geheim@localhost/", "GRAPHKIT_PUBLISH_PASSWORD"),
        ("http://localhost:99999/", "no address of a server"),
        ("http://localhost/a b", "percent-encoded"),
        ("http://localhost/\x1b[31m", "no address of a server"),
    ],
)
def test_an_address_that_is_none_is_bad_usage(
    sample: Graph, publish: Publish, address: str, words: str
) -> None:
    done = publish(sample, address)
    assert done.code == 2
    assert words in done.err
    assert "geheim" not in done.err


def test_a_web_page_is_no_store(sample: Graph, publish: Publish, door: Door) -> None:
    door.rule = lambda asked: asked.refuse(200, b"<html>hello", Content_Type="text/html")
    done = publish(sample, door.url)
    assert done.code == 2
    assert "no SPARQL store" in done.err
    assert f"{door.url}query: a web page" in done.err
    assert "--store" in done.err


def test_a_store_without_the_graph_store_protocol_is_named(
    sample: Graph, publish: Publish, door: Door
) -> None:
    door.rule = lambda asked: asked.refuse(404) if asked.method == "HEAD" else None
    done = publish(sample, door.url)
    assert done.code == 2
    assert f"answers queries at {door.url}query" in done.err
    assert "no Graph Store Protocol was found" in done.err


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_store_asks_for_a_login(
    sample: Graph, publish: Publish, door: Door, status: int, words: tuple[str, ...]
) -> None:
    door.rule = lambda asked: asked.refuse(status)
    done = publish(sample, door.url, *words)
    assert done.code == 2
    assert f"HTTP {status}" in done.err
    assert "set GRAPHKIT_PUBLISH_USER and GRAPHKIT_PUBLISH_PASSWORD" in done.err
    assert ("read-only" in done.err) == (status == 403)


def test_a_read_only_store_is_told_from_a_missing_login(
    sample: Graph, publish: Publish, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHKIT_PUBLISH_TOKEN", "t0ken")
    door.rule = lambda asked: asked.refuse(403) if asked.path.startswith("/update") else None
    done = publish(sample, door.url)
    assert done.code == 2
    assert "read-only" in done.err


@pytest.mark.parametrize(
    ("variables", "header"),
    [
        ({"USER": "anna", "PASSWORD": "gehe:im"}, "Basic YW5uYTpnZWhlOmlt"),
        ({"TOKEN": "gehe.im"}, "Bearer gehe.im"),
    ],
)
def test_the_login_of_the_environment_is_sent_and_never_shown(
    sample: Graph,
    publish: Publish,
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    header: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"GRAPHKIT_PUBLISH_{name}", value)
    secret = list(variables.values())[-1]

    def closed(asked: Asked) -> None:
        if asked.headers.get("Authorization") != header:
            asked.refuse(401)
        elif asked.method == "PUT":
            asked.refuse(400, f"{secret} and {header} are wrong".encode())

    door.rule = closed
    done = publish(sample, door.url)
    assert done.code == 2
    assert "are wrong" in done.err
    assert secret not in done.err + done.out
    assert header.partition(" ")[2] not in done.err + done.out
    assert len(door.of("PUT")) == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"USER": "anna"}, "go together"),
        ({"PASSWORD": "geheim"}, "go together"),
        ({"USER": "anna", "PASSWORD": "geheim", "TOKEN": "t"}, "both set"),
        ({"USER": "an:na", "PASSWORD": "geheim"}, "colon"),
        ({"TOKEN": "geheim\nX-Other: 1"}, "no token has"),
    ],
)
def test_half_a_login_is_bad_usage(
    sample: Graph,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    words: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"GRAPHKIT_PUBLISH_{name}", value)
    done = publish(sample, "http://127.0.0.1:9/")
    assert done.code == 2
    assert words in done.err
    assert "geheim" not in done.err


def test_a_redirection_to_another_server_is_not_followed(
    sample: Graph, publish: Publish, store: Store, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHKIT_PUBLISH_TOKEN", "t0ken")
    door.rule = lambda asked: asked.refuse(307, Location=store.url.rstrip("/") + asked.path)
    done = publish(sample, door.url)
    assert done.code == 2
    assert f"sends on to another server: {store.url}" in done.err
    assert store.counts() == {}


def test_a_redirection_on_the_same_server_is_followed(
    sample: Graph, publish: Publish, store: Store, door: Door
) -> None:
    def moved(asked: Asked) -> None:
        if asked.path.startswith("/old/"):
            asked.refuse(308, Location=asked.path.removeprefix("/old"))

    door.rule = moved
    done = publish(sample, f"{door.url}old/")
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)


def test_redirections_in_a_circle_end(sample: Graph, publish: Publish, door: Door) -> None:
    door.rule = lambda asked: asked.refuse(307, Location=asked.path)
    done = publish(sample, door.url)
    assert done.code == 2
    assert "sends on and on" in done.err


def test_a_store_that_fails_once_is_asked_again(
    sample: Graph, publish: Publish, store: Store, door: Door
) -> None:
    def hiccup(asked: Asked) -> None:
        if asked.method == "PUT" and len(door.of("PUT")) == 2:
            asked.refuse(503, b"busy", Retry_After="0.1")

    door.rule = hiccup
    done = publish(sample, door.url, "--retries", 1)
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)


def test_a_store_that_keeps_failing_is_unreachable_in_its_own_words(
    sample: Graph, publish: Publish, door: Door
) -> None:
    def full(asked: Asked) -> None:
        if asked.method == "PUT":
            asked.refuse(500, b"disk \x1b[31mfull", Content_Type="text/plain")

    door.rule = full
    done = publish(sample, door.url)
    assert done.code == 3
    assert "PUT" in done.err
    assert "answers HTTP 500 (disk \ufffd[31mfull) (tried once)" in done.err
    assert "the next run goes on from there" in done.err


def test_a_limit_below_one_statement_is_said(sample: Graph, publish: Publish, door: Door) -> None:
    door.rule = lambda asked: asked.refuse(413) if asked.method == "PUT" else None
    done = publish(sample, door.url)
    assert done.code == 2
    assert "larger than the store takes (HTTP 413)" in done.err
    assert "client_max_body_size" in done.err


@pytest.mark.parametrize(
    "answer",
    [b"[]", b"{", b'{"results": 1}', b'{"results": {"bindings": [1]}}', b"[" * 100_000],
)
def test_results_that_are_none_are_refused(
    sample: Graph, publish: Publish, door: Door, answer: bytes
) -> None:
    door.rule = lambda asked: asked.refuse(200, answer) if asked.method == "POST" else None
    done = publish(sample, door.url)
    assert done.code == 2
    assert "no SPARQL result" in done.err


def test_endpoints_can_be_named_one_by_one(
    sample: Graph, publish: Publish, store: Store, door: Door
) -> None:
    def renamed(asked: Asked) -> None:
        for odd, usual in (("/ask", "/query"), ("/change", "/update"), ("/graphs", "/store")):
            if asked.path.startswith(odd):
                asked.path = usual + asked.path.removeprefix(odd)
                return
        asked.refuse(404)

    door.rule = renamed
    named = [f"{door.url}{path}" for path in ("ask", "change", "graphs?key=1")]
    words = [f"--{name}" for name in ("query", "update", "store")]
    pairs = [word for pair in zip(words, named, strict=True) for word in pair]
    assert publish(sample, door.url).code == 2
    done = publish(sample, door.url, *pairs)
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)


@pytest.mark.parametrize("path", ["query", "store", "update/"])
def test_any_of_the_endpoints_leads_to_the_others(
    sample: Graph, publish: Publish, store: Store, path: str
) -> None:
    done = publish(sample, f"{store.url}{path}", "--dry-run")
    assert done.code == 0, done.err
    assert f"{store.url}store" in done.err


def test_what_the_bookkeeping_says_is_not_trusted(
    sample: Graph, publish: Publish, store: Store
) -> None:
    graph, kind = f"{BASE}graph/derived", "http://rdfs.org/ns/void#Dataset"
    store.update(
        f"INSERT DATA {{ GRAPH <{BASE}graph/published> {{ <{graph}> a <{kind}> ; "
        f"<{BASE}ontology#sha256> 'x', <x:y>, 'z'@en ; <http://rdfs.org/ns/void#triples> '٣', -1 . "
        f"_:b a <{kind}> . <{BASE}graph/%22%3E> a <{kind}> }} }}"
    )
    done = publish(sample, store.url, "--prune")
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)
