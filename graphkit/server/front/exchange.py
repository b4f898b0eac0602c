"""A request as it comes in, and its answer on the way out (ASGI)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from graphkit.server.front.answers import COMMON, Answer, Header, byte_range

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_BLOCK = 128 << 10
_FORM = 3
"""A form writes one byte of a query in up to three."""


class Gone(Exception):  # noqa: N818  no fault
    """The client has gone."""


class TooLarge(Exception):  # noqa: N818  told to the client
    """A body is larger than the limit, which is the argument."""


class Exchange:
    """A request as it comes in, and the way for its answer out."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw: bytes = scope.get("raw_path") or self.path.encode("utf-8", "surrogateescape")
        self.query: bytes = scope["query_string"]
        self.headers: list[Header] = scope["headers"]
        self.scheme: str = scope["scheme"]
        peer = scope.get("client")
        self.client: str = peer[0] if peer else "local"
        self.send = send
        self.sent = b""
        """The body, when it is there."""
        self.status = 0
        self._receive = receive

    def cut(self, root: str) -> None:
        """Take the path of a reverse proxy off, unless the proxy has."""
        if self.path == root or self.path.startswith(f"{root}/"):
            self.path = self.path[len(root) :] or "/"
            self.raw = self.raw[len(root.encode()) :] or b"/"

    def header(self, wanted: bytes) -> str:
        """A header's value; "" where there is none. Several are joined, as HTTP allows."""
        found = [value for name, value in self.headers if name == wanted]
        return b", ".join(found).decode("latin-1") if found else ""

    @property
    def host(self) -> str:
        """The Host header."""
        return self.header(b"host")

    async def body(self, limit: int) -> bytes:
        """The request's body. Raises TooLarge past the limit, Gone where the client leaves."""
        if self.method in ("GET", "HEAD"):
            return b""
        if self.header(b"content-type").startswith("application/x-www-form-urlencoded"):
            limit *= _FORM
        announced = self.header(b"content-length").lstrip("0")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
            raise TooLarge(limit)
        parts, size = [], 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise TooLarge(limit)
            parts.append(part)
            if not message.get("more_body"):
                self.sent = parts[0] if len(parts) == 1 else b"".join(parts)
                return self.sent

    async def until(self, future: asyncio.Future[Any]) -> None:
        """Wait for a future. Raises Gone where the client leaves before it is done."""
        leaving = asyncio.ensure_future(self._leaves())
        try:
            await asyncio.wait((future, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not future.done():
                raise Gone
        finally:
            leaving.cancel()

    async def _leaves(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def deliver(exchange: Exchange, answer: Answer) -> int:
    """Send an answer; returns the bytes of its body that were sent."""
    headers = [*answer.headers, *COMMON]
    status, first, count = answer.status, 0, answer.length
    if answer.file is not None and status == 200 and answer.keep:
        headers.append((b"accept-ranges", b"bytes"))
        wanted = byte_range(exchange.header(b"range"), count)
        if wanted is not None:
            total = count
            first, count = wanted
            status = 206 if count else 416
            place = f"bytes {first}-{first + count - 1}/{total}" if count else f"bytes */{total}"
            headers.append((b"content-range", place.encode()))
    if status not in (204, 304):
        headers.append((b"content-length", str(count).encode()))
    exchange.status = status
    send = exchange.send
    try:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if exchange.method == "HEAD" or not count or status == 304:
            await send({"type": "http.response.body", "body": b""})
            return 0
        if answer.file is None:
            await send({"type": "http.response.body", "body": answer.body})
            return count
        for block, more in _blocks(answer.file, first, count):
            await send({"type": "http.response.body", "body": block, "more_body": more})
        return count
    finally:
        answer.discard()


def _blocks(path: Path, first: int, count: int) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a file, and whether there are more."""
    with path.open("rb") as file:
        file.seek(first)
        while count > 0:
            block = file.read(min(_BLOCK, count))
            if not block:
                return
            count -= len(block)
            yield block, count > 0
