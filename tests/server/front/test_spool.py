"""Large answers on their way: what is left of them when a client is slow, or gone."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from server.front.conftest import Running

LARGE = "SELECT ?s ?p ?o ?t { ?s ?p ?o . ?s a ?t }"
"""Some megabytes of the sample."""


@pytest.fixture
def server(
    serving: Callable[..., Running], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Running]:
    """Starts a server whose large answers lie in the test's own folder."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return serving


def answers(folder: Path) -> list[str]:
    return [
        path.name
        for path in folder.glob("graphkit-serve-*/*/*")
        if path.name.startswith(("writing-", "sending-"))
    ]


def none_left(folder: Path) -> bool:
    for _ in range(200):
        if not answers(folder):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def asked(running: Running, number: int = 0):  # type: ignore[no-untyped-def]
    """A connection on which a large answer was asked for and nothing is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect((running.server.host, running.server.port))
    query = quote(f"{LARGE} # {number}", safe="")
    connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with connection:
        yield connection


def test_a_client_that_reads_nothing_is_let_go(
    server: Callable[..., Running], tmp_path: Path
) -> None:
    running = server("--idle", "1")
    with asked(running) as connection:
        head = connection.recv(1000)
        assert head.startswith(b"HTTP/1.1 200")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert answers(tmp_path)
        time.sleep(2.5)
        read = len(head)
        try:
            while part := connection.recv(1 << 20):
                read += len(part)
        except ConnectionResetError:
            pass
        assert read < length
    assert none_left(tmp_path)
    assert running.query("ASK {}").status == 200


def test_a_client_that_leaves_leaves_no_file(
    server: Callable[..., Running], tmp_path: Path
) -> None:
    running = server()
    for number in range(6):
        with asked(running, number):
            time.sleep(0.05 * number)
    time.sleep(1)
    assert none_left(tmp_path)
    assert running.query("ASK {}").status == 200


def test_large_answers_have_so_much_room_in_all(
    server: Callable[..., Running], tmp_path: Path
) -> None:
    running = server("--spool", "1")
    answer = running.query(LARGE)
    assert answer.status == 503
    assert "retry-after" in answer.headers
    assert "too many large answers" in answer.text
    assert running.query("SELECT * { ?s ?p ?o } LIMIT 2000").status == 200
    assert none_left(tmp_path)
