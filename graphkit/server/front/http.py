"""The connections: how long a client may take, and how much it may send before its request.

uvicorn parses HTTP; what is here are the limits that it has none of.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 << 10
"""Bytes of headers; the address has a limit of its own (Limits.max_query)."""
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 27\r\nconnection: close\r\n\r\nthe headers are too large.\n"
)
_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain\r\n"
    b"content-length: 28\r\nconnection: close\r\n\r\nthe request came too slowly\n"
)
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nretry-after: 2\r\n"
    b"content-length: 30\r\nconnection: close\r\n\r\ntoo many connections are open\n"
)


class Connections:
    """How many connections are open, shared by all of a server's protocols."""

    def __init__(self, most: int, idle: float, head: int) -> None:
        self.most = most
        self.idle = idle
        self.head = head
        self.open = 0


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits on what precedes a request, and on slowness."""

    opened: Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = 0
        self._in_request = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client has connected (asyncio)."""
        self.opened.open += 1
        super().connection_made(transport)
        if self.opened.open > self.opened.most:
            transport.write(_TOO_MANY)
            transport.close()
            return
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """A client has gone (asyncio)."""
        self.opened.open -= 1
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request (asyncio)."""
        if not self._in_request:
            self._head += len(data)
            if self._head > self.opened.head:
                self._refuse(_TOO_LARGE)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The first bytes of a request (httptools)."""
        super().on_message_begin()
        if self._deadline is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """All headers are there (httptools)."""
        self._in_request = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is there (httptools)."""
        self._in_request = False
        self._head = 0
        self._relax()
        super().on_message_complete()

    def _expect(self) -> None:
        self._deadline = self.loop.call_later(self.opened.idle, self._refuse, _TOO_SLOW)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, words: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(words)
            self.transport.close()


def protocol(connections: Connections) -> type[LimitedProtocol]:
    """The protocol's class for one server, as uvicorn takes it."""
    return type("LimitedProtocol", (LimitedProtocol,), {"opened": connections})
