"""The connection to a source, and an end to what is read from it.

A server that sends a header, a chunk or a trailer byte by byte answers, as time-outs of single
reads see it, for ever. So what is read has a last moment, at which the connection is cut.
"""

from __future__ import annotations

import math
import queue
import socket
import threading
import time
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from graphkit.errors import UsageError
from graphkit.remote_servers import PassingError
from graphkit.text import printable

_PIECE = 1 << 16
_BETWEEN_LOOKS = 0.2
"""Seconds."""
_GZIP = ("gzip", "x-gzip")


class Line:
    """The connection in use. There is one at a time."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._until = math.inf
        self._late = False
        self._watched = False

    def used(self, connection: HTTPConnection) -> None:
        """What is asked next goes over this connection."""
        self._connection, self._socket = connection, connection.sock

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the connection if what is done takes longer. Raises urllib3's TimeoutError then."""
        if not self._watched:
            self._watched = True
            threading.Thread(target=_watch, args=(weakref.ref(self),), daemon=True).start()
        self._late = False
        self._until = time.monotonic() + seconds
        try:
            yield
        except Exception:
            if not self._late:
                raise
        finally:
            self._until = math.inf
        if self._late:
            raise urllib3.exceptions.TimeoutError

    def look(self) -> None:
        """Cut the connection if its time is over."""
        if time.monotonic() < self._until:
            return
        self._until, self._late = math.inf, True
        here = self._connection.sock if self._connection is not None else None
        for one in (self._socket, here):
            if one is not None:
                with suppress(OSError):
                    # Of the socket itself: TLS would wait for the other side.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)


def _watch(line: weakref.ref[Line]) -> None:
    """Look at a line now and then while somebody has it.

    Without a lock, and in one thread: what a key interrupts must not be left locked.
    """
    while (here := line()) is not None:
        here.look()
        del here
        time.sleep(_BETWEEN_LOOKS)


def pool(parts: SplitResult, line: Line) -> urllib3.PoolManager:
    """Connections, by the proxy that the environment names (HTTPS_PROXY, NO_PROXY …).

    Raises UsageError where that is no address.
    """
    manager = _manager(parts)
    manager.pool_classes_by_scheme = {
        "http": _watched(urllib3.HTTPConnectionPool, HTTPConnection, line),
        "https": _watched(urllib3.HTTPSConnectionPool, HTTPSConnection, line),
    }
    return manager


class _Idle:
    """Connections that stand idle, for one thread.

    urllib3's own queue has a lock, which a key at the wrong moment leaves locked: the request's
    own clearing up then waits for it for ever.
    """

    def __init__(self, maxsize: int = 0) -> None:
        self._size = maxsize
        self._held: list[Any] = []

    def put(self, one: Any, block: bool = True, timeout: float | None = None) -> None:
        if 0 < self._size <= len(self._held):
            raise queue.Full
        self._held.append(one)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not self._held:
            raise queue.Empty
        return self._held.pop()

    def qsize(self) -> int:
        return len(self._held)


def _watched(pools: type[Any], connections: type[Any], line: Line) -> type[Any]:
    class Watched(connections):  # type: ignore[misc]
        def connect(self) -> None:
            line.used(self)
            super().connect()

        def getresponse(self) -> Any:
            line.used(self)
            return super().getresponse()

    return type(pools.__name__, (pools,), {"ConnectionCls": Watched, "QueueCls": _Idle})


def _manager(parts: SplitResult) -> urllib3.PoolManager:
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return urllib3.PoolManager(num_pools=4, maxsize=1, block=False, retries=False)
    try:
        address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        login = None
        if address.username:
            words = f"{unquote(address.username)}:{unquote(address.password or '')}"
            login = urllib3.make_headers(proxy_basic_auth=words)
        where = urlunsplit((address.scheme, address.netloc.rpartition("@")[2], "", "", ""))
        return urllib3.ProxyManager(
            where, proxy_headers=login, num_pools=4, maxsize=1, block=False, retries=False
        )
    except (ValueError, urllib3.exceptions.HTTPError):
        raise UsageError(
            f"the proxy for {parts.scheme} that the environment names is no address",
            hint="see HTTPS_PROXY, HTTP_PROXY and ALL_PROXY",
        ) from None


def read_body(response: urllib3.BaseHTTPResponse, *, most: int, too_large: UsageError) -> bytes:
    """The body of an answer, decompressed, in memory of its size and no more.

    Raises `too_large` above `most` bytes, PassingError for a body that is compressed in a way
    that was not asked for, is damaged, or ends too early.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", *_GZIP):
        raise PassingError(f"answers in an encoding that it was not asked for ({_named(encoding)})")
    member = zlib.decompressobj(wbits=31) if encoding in _GZIP else None
    pieces: list[bytes] = []
    size = raw = 0
    while data := response.read1(_PIECE, decode_content=False):
        raw += len(data)
        while data:
            piece = data
            if member is not None:
                try:
                    if member.eof:
                        member = zlib.decompressobj(wbits=31)
                    piece = member.decompress(data, most + 1 - size)
                except zlib.error:
                    raise PassingError("answers with what does not decompress") from None
                data = member.unconsumed_tail or member.unused_data.lstrip(b"\0")
            else:
                data = b""
            pieces.append(piece)
            size += len(piece)
            if size > most or raw > most:
                raise too_large
    if raw and member is not None and not member.eof:
        raise PassingError("answers with a compressed text that is cut")
    return b"".join(pieces)


def _named(encoding: str) -> str:
    return printable(encoding)[:60]
