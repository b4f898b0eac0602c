"""The connections: how long a client may take, and how much it may send before its request.

uvicorn parses HTTP; what is here are the limits that it has none of.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_ADDRESS = 60_000
"""Bytes of an address: the parser reads no more than 65,535."""
MAX_HEAD = MAX_ADDRESS + (32 << 10)
"""Bytes of an address and the headers."""


def _closing(status: HTTPStatus, words: str, more: str = "") -> bytes:
    body = f"{words}\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"{more}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


_TOO_LONG = _closing(
    HTTPStatus.REQUEST_URI_TOO_LONG,
    f"the address has more than {MAX_ADDRESS:,} bytes, the most that this server takes\n"
    "a long query is sent by POST",
)
_TOO_LARGE = _closing(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are larger than this server takes"
)
_TOO_SLOW = _closing(HTTPStatus.REQUEST_TIMEOUT, "the request came too slowly")
_TOO_MANY = _closing(
    HTTPStatus.SERVICE_UNAVAILABLE, "too many connections are open", "retry-after: 2\r\n"
)


class Connections:
    """How many connections are open, shared by all of a server's protocols."""

    def __init__(self, most: int, idle: float) -> None:
        self.most = most
        self.idle = idle
        self.open = 0


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits on what precedes a request, and on slowness."""

    opened: Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = 0
        self._in_request = self._in_headers = False
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

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
        self._taken()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request (asyncio)."""
        if not self._in_request:
            end = data.find(b"\r\n\r\n")
            self._head += end if end >= 0 else len(data)
            self._in_headers = self._in_headers or b"\n" in data
            if self._head > MAX_HEAD:
                self._refuse(_TOO_LARGE if self._in_headers else _TOO_LONG)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The first bytes of a request (httptools)."""
        super().on_message_begin()
        if self._deadline is None:
            self._expect()

    def on_url(self, url: bytes) -> None:
        """A part of the address (httptools)."""
        super().on_url(url)
        if len(self.url) > MAX_ADDRESS:
            self._refuse(_TOO_LONG)

    def on_headers_complete(self) -> None:
        """All headers are there (httptools)."""
        self._in_request = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is there (httptools)."""
        self._in_request = self._in_headers = False
        self._head = 0
        self._relax()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client takes less than it is sent (asyncio)."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.opened.idle, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has taken what was sent (asyncio)."""
        self._taken()
        super().resume_writing()

    def _taken(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

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
