"""A local server that speaks OpenAI's chat and embeddings protocols, and misbehaves on demand.

A behaviour takes the request and answers it: `server.script(busy("1"), cut_off())` sets those
of the next requests, one each; after them, and without any, `server.usual` answers all.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

WIDTH = 4


@dataclass(frozen=True)
class Request:
    """What a client sent, and the door to answer it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    handler: BaseHTTPRequestHandler

    @property
    def prompt(self) -> str:
        """The last message of a chat."""
        return str(self.body["messages"][-1]["content"])

    def send(
        self,
        content: bytes,
        status: int = 200,
        kind: str = "application/json",
        length: int | None = None,
        **headers: str,
    ) -> None:
        """Answer; `length` may lie about the content's."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(content)


Behaviour = Callable[[Request], None]


class ChatServer:
    """The server. `requests` is what it was asked, in order of arrival."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.usual: Behaviour = says('{"degree": "none"}')
        self._script: deque[Behaviour] = deque()
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.chat = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def script(self, *behaviours: Behaviour) -> None:
        """What the next requests get."""
        self._script.extend(behaviours)

    def answer(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            behaviour = self._script.popleft() if self._script else self.usual
        behaviour(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    chat: ChatServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.chat.answer(Request(self.path, headers, body, self))

    def do_GET(self) -> None:
        """What a followed redirection would arrive as."""
        self.server.chat.answer(Request(self.path, {}, {}, self))

    def log_message(self, *_: object) -> None:
        pass


def says(content: str, **choice: Any) -> Behaviour:
    """The model writes this."""
    return lambda request: _say(request, content, **choice)


def replies(make: Callable[[Request], str]) -> Behaviour:
    """The model writes what `make` makes of the request."""
    return lambda request: _say(request, make(request))


def _say(request: Request, content: str, **choice: Any) -> None:
    message = {"role": "assistant", "content": content}
    answer = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }
    request.send(json.dumps(answer).encode())


def slow(seconds: float, then: Behaviour) -> Behaviour:
    """Silent for a while."""

    def behave(request: Request) -> None:
        time.sleep(seconds)
        then(request)

    return behave


def dripping(seconds: float) -> Behaviour:
    """One byte now and then, so that no single wait is long."""

    def behave(request: Request) -> None:
        request.send(b"{", length=1_000_000)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request.handler.wfile.write(b" ")
            time.sleep(0.01)
        request.handler.close_connection = True

    return behave


def raw(
    content: bytes, status: int = 200, kind: str = "application/json", **headers: str
) -> Behaviour:
    """These bytes, whatever they are."""
    return lambda request: request.send(content, status, kind, **headers)


def refuses(status: int, message: str, **headers: str) -> Behaviour:
    """An error in the shape that OpenAI gives it."""
    return raw(json.dumps({"error": {"message": message}}).encode(), status, **headers)


def busy(retry_after: str) -> Behaviour:
    """429 with a pause asked for, in seconds or as a date."""
    return refuses(429, "too many requests", Retry_After=retry_after)


def half_body() -> Behaviour:
    """The connection ends in the middle of the body."""

    def behave(request: Request) -> None:
        request.send(b'{"choices": [', length=400)
        request.handler.close_connection = True

    return behave


def half_json() -> Behaviour:
    """The body is complete, the JSON in it is not."""
    return raw(b'{"choices": [{"message": {"content": "')


def cut_off() -> Behaviour:
    """The connection is reset before any answer."""

    def behave(request: Request) -> None:
        link = request.handler.connection
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.handler.close_connection = True
        link.close()

    return behave


def huge(size: int) -> Behaviour:
    """A body of this many bytes."""
    return raw(b" " * size)


def redirects(target: str) -> Behaviour:
    """Sends on to another address."""
    return raw(b"", 307, Location=target)


def vector(text: str) -> list[float]:
    """A vector that depends on nothing but the text."""
    return [1 + byte / 8 for byte in hashlib.sha256(text.encode()).digest()[:WIDTH]]


def embeds(
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda items: items,
) -> Behaviour:
    """An embeddings answer, after `change` had its way with the list of vectors."""

    def behave(request: Request) -> None:
        items = [
            {"object": "embedding", "index": n, "embedding": vector(text)}
            for n, text in enumerate(request.body["input"])
        ]
        request.send(json.dumps({"object": "list", "data": change(items)}).encode())

    return behave


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A running server."""
    with ChatServer() as server:
        yield server


def unused_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
