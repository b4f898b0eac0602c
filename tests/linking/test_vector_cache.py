"""The cache of vectors under real processes: killed, side by side, over a server's vectors."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Answer, Graph
from linking.conftest import copied
from relevance.chat_server import ChatServer, Request, chat_server, embeds, refuses

Command = Callable[..., Answer]
Started = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.usual = embeds()
        yield running


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that is empty."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GRAPHKIT_CACHE", str(folder))
    return folder


def asked(server: ChatServer) -> list[str]:
    """The texts that a server was sent, without that by which its width is found out."""
    return [
        text for request in server.requests for text in request.body["input"] if text != "width"
    ]


def link(graph: Graph, server: ChatServer) -> tuple[object, ...]:
    return ("--graph", graph.folder, "link", "--embeddings", server.url, "m")


def test_after_a_kill_only_what_is_missing_is_encoded(
    sample: Graph, own: Callable[[Graph], Graph], cache: Path, server: ChatServer,
    graphkit: Command, command: Started,
) -> None:  # fmt: skip
    graph = own(sample)
    before = (graph.folder / "current").read_text()
    reached, killed = threading.Event(), threading.Event()
    answered: list[str] = []

    def until_questions(request: Request) -> None:
        if any(text.endswith("?") for text in request.body["input"]) and answered:
            reached.set()
            killed.wait(20)
            return
        answered.extend(text for text in request.body["input"] if text != "width")
        embeds()(request)

    server.usual = until_questions
    process = command(*link(graph, server))
    assert reached.wait(30)
    process.kill()
    process.communicate()
    killed.set()
    assert (graph.folder / "current").read_text() == before
    assert len(answered) > 50
    server.usual = embeds()
    server.requests.clear()
    assert graphkit(*link(graph, server)).code == 0
    again = asked(server)
    assert again
    assert not set(again) & set(answered)
    assert graph.count("?c a gk:Computation ; gk:model ?m") == 1


def test_a_second_run_asks_nothing_and_gives_the_same_statements(
    sample: Graph, own: Callable[[Graph], Graph], cache: Path, server: ChatServer, graphkit: Command
) -> None:
    graph = own(sample)
    assert graphkit(*link(graph, server)).code == 0
    first = graph.bytes
    server.requests.clear()
    answer = graphkit(*link(graph, server))
    assert (answer.code, asked(server)) == (0, [])
    assert "0 texts new to it" in answer.err
    assert graph.bytes == first


def test_two_runs_side_by_side_share_the_cache(
    sample: Graph, tmp_path: Path, cache: Path, server: ChatServer, command: Started
) -> None:
    graphs = [copied(sample, tmp_path / name) for name in ("one", "two")]
    processes = [command(*link(graph, server)) for graph in graphs]
    errors = [process.communicate()[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert graphs[0].lines == graphs[1].lines
    (path,) = cache.glob("vectors-*.sqlite")
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert len(database.execute("SELECT * FROM about").fetchall()) == 2
    database.close()


def test_a_server_that_refuses_or_is_none_publishes_nothing(
    sample: Graph, own: Callable[[Graph], Graph], cache: Path, server: ChatServer, graphkit: Command
) -> None:
    graph = own(sample)
    before = (graph.folder / "current").read_text()
    server.usual = refuses(404, "no such model")
    answer = graphkit(*link(graph, server))
    assert (answer.code, "no such model" in answer.err) == (2, True)
    assert len(answer.err.strip().splitlines()) == 1
    answer = graphkit("--graph", graph.folder, "link", "--embeddings", "ftp://x", "m")
    assert (answer.code, len(answer.err.strip().splitlines())) == (2, 1)
    assert (graph.folder / "current").read_text() == before


def test_a_graph_linked_with_a_server_is_matched_with_it_or_says_so(
    sample: Graph, own: Callable[[Graph], Graph], cache: Path, server: ChatServer, graphkit: Command
) -> None:
    graph = own(sample)
    assert graphkit(*link(graph, server)).code == 0
    match = ("--graph", graph.folder, "match", "What drives growth in Wales?")
    assert graphkit(*match, "--embeddings", server.url, "m").code == 0
    answer = graphkit(*match, "--embeddings", server.url, "other")
    assert (answer.code, "name the same model" in answer.err) == (2, True)


@pytest.mark.parametrize("content", [b"", b"nonsense " * 200])
def test_a_damaged_cache_is_told_in_one_line_or_made_anew(
    content: bytes, sample: Graph, own: Callable[[Graph], Graph], cache: Path, server: ChatServer,
    graphkit: Command,
) -> None:  # fmt: skip
    graph = own(sample)
    assert graphkit(*link(graph, server)).code == 0
    (path,) = cache.glob("vectors-*.sqlite")
    path.write_bytes(content)
    answer = graphkit(*link(graph, server))
    if content:
        assert (answer.code, len(answer.err.strip().splitlines())) == (2, 1)
        assert "delete the file" in answer.err
    else:
        assert answer.code == 0
