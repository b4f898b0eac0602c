"""A real Oxigraph server, and a door before it that misbehaves where a test says so."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3

BASE = "https://w3id.org/graphkit/"
PUBLISHED = f"{BASE}graph/published"


class Store:
    """A running Oxigraph server, as its users see it."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
        assert program, "the package oxigraph brings its server"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        words = [program, "serve", "--location", folder, "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = urllib3.PoolManager()
        until = time.monotonic() + 20
        while True:
            try:
                self._http.request("GET", self.url, retries=False)
                return
            except urllib3.exceptions.HTTPError:
                assert self.process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)

    def stop(self) -> None:
        """End the server."""
        self._http.clear()
        self.process.kill()
        self.process.wait()

    def select(self, query: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT, sorted."""
        reply = self._http.request(
            "POST",
            f"{self.url}query",
            body=query.encode(),
            headers={
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json",
            },
        )
        assert reply.status == 200, reply.data
        found = json.loads(reply.data)
        names = found["head"]["vars"]
        return sorted(
            tuple(row.get(name, {}).get("value", "") for name in names)
            for row in found["results"]["bindings"]
        )

    def update(self, update: str) -> None:
        """Change something."""
        reply = self._http.request(
            "POST",
            f"{self.url}update",
            body=update.encode(),
            headers={"Content-Type": "application/sparql-update"},
        )
        assert reply.status == 204, reply.data

    def counts(self) -> dict[str, int]:
        """The number of statements of each graph, without those of graphkit's bookkeeping."""
        rows = self.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {graph: int(count) for graph, count in rows if graph != PUBLISHED}

    def noted(self) -> dict[str, str]:
        """The hash that is noted of each graph; empty for one under way."""
        rows = self.select(
            f"SELECT ?g ?hash WHERE {{ GRAPH <{PUBLISHED}> {{ ?g a ?type "
            f"OPTIONAL {{ ?g <{BASE}ontology#sha256> ?hash }} }} }}"
        )
        return {row[0]: row[1] for row in rows}

    def lines(self) -> set[str]:
        """All statements but those of the bookkeeping, as N-Quads lines."""
        reply = self._http.request(
            "GET", f"{self.url}store", headers={"Accept": "application/n-quads"}
        )
        ending = f"<{PUBLISHED}> ."
        lines = (line.strip() for line in reply.data.decode().split("\n"))
        return {line for line in lines if line and not line.endswith(ending)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    found = Store(tmp_path / "store")
    yield found
    found.stop()


@dataclass
class Asked:
    """One request at the door. `refuse` answers it; without an answer it goes to the store."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    answer: tuple[int, dict[str, str], bytes] | None = None

    def refuse(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer with this, without asking the store."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = (status, named, body)


@dataclass
class Door:
    """A server before the store. `rule` sees each request first."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    rule: Callable[[Asked], Any] = lambda asked: None

    def of(self, *methods: str) -> list[Asked]:
        """The requests with these methods."""
        return [one for one in self.asked if one.method in methods]


@pytest.fixture
def door(store: Store) -> Iterator[Door]:
    """A door before the store that lets everything pass."""
    http = urllib3.PoolManager(retries=False)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers), body)
            found.asked.append(asked)
            found.rule(asked)
            if asked.answer is None:
                passed = {
                    name: value
                    for name, value in asked.headers.items()
                    if name in ("Content-Type", "Accept")
                }
                target = store.url.rstrip("/") + asked.path
                reply = http.request(asked.method, target, body=asked.body or None, headers=passed)
                kind = reply.headers.get("Content-Type", "")
                asked.answer = (reply.status, {"Content-Type": kind}, reply.data)
            status, headers, content = asked.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that gave up

    server = Server(("127.0.0.1", 0), Handler)
    found = Door(f"http://127.0.0.1:{server.server_address[1]}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
    http.clear()
