"""Real servers on the sample, and a plain client of them."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Graph
from served import Served, served


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.text)


class Running:
    """A server, and requests to it."""

    def __init__(self, server: Served) -> None:
        self.server = server

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Response:
        """One request on a connection of its own; `_` in header names stands for `-`."""
        address = (self.server.host, self.server.port)
        connection = http.client.HTTPConnection(*address, timeout=60, source_address=(source, 0))
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        response = Response(answer.status, found, answer.read())
        connection.close()
        return response

    def query(self, text: str, **headers: str) -> Response:
        """A SPARQL query by GET."""
        return self.ask("/sparql?query=" + quote(text, safe=""), **headers)

    def raw(self, data: bytes, wait: float = 30) -> bytes:
        """Bytes on a connection, and all that comes back."""
        with socket.create_connection((self.server.host, self.server.port), wait) as connection:
            connection.sendall(data)
            parts = []
            try:
                while part := connection.recv(65536):
                    parts.append(part)
            except ConnectionResetError:
                pass
            return b"".join(parts)

    def metric(self, name: str) -> float:
        """The sum of a metric's values."""
        lines = self.ask("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def log(self, path: str) -> list[dict[str, Any]]:
        """Lines of the access log about a path; waits for the first."""
        for _ in range(100):
            lines = [json.loads(line) for line in self.server.lines if line.startswith("{")]
            found = [line for line in lines if line["path"] == path]
            if found:
                return found
            time.sleep(0.02)
        return []


@pytest.fixture
def serving(sample: Graph) -> Iterator[Callable[..., Running]]:
    """Starts servers; on the sample unless told otherwise."""
    with ExitStack() as stack:

        def start(*arguments: object, graph: Graph | None = sample) -> Running:
            given = [] if graph is None else ["--graph", str(graph.folder)]
            words = [str(argument) for argument in arguments]
            return Running(stack.enter_context(served(*given, *words)))

        yield start


@pytest.fixture(scope="module")
def running(sample: Graph) -> Iterator[Running]:
    """A server on the sample with short limits, shared by the tests of a module."""
    limits = ("--timeout", "2", "--max-rows", "20000", "--max-query", "20000", "--idle", "2")
    with served("--graph", str(sample.folder), *limits) as server:
        yield Running(server)
