"""Answers that no server gives by mistake: what never ends, what lies about its length."""

from __future__ import annotations

import gzip
import itertools
import time
from collections.abc import Callable, Iterator

_START = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _START + b"Transfer-Encoding: chunked\r\n\r\n"
_PAUSE = 0.02
Write = Callable[[bytes], object]


def _slowly(start: bytes, piece: bytes) -> Iterator[bytes]:
    """A beginning, then the same for ever, with pauses that no time-out of a read notices."""
    yield start
    while True:
        time.sleep(_PAUSE)
        yield piece


def _at_once(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    yield from itertools.repeat(piece * 100)


def _whole(body: bytes, length: int, headers: bytes = b"") -> Iterator[bytes]:
    yield _START + headers + b"Content-Length: %d\r\n\r\n" % length + body


def _nested(body: bytes) -> bytes:
    for _ in range(3):
        body = gzip.compress(body)
    return body


STREAMS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "headers": lambda _: _at_once(_START, b"X-More: and more\r\n"),
    "long-header": lambda _: _at_once(_START + b"X-Long: ", b"and so on "),
    "drip": lambda _: _slowly(_START + b"X-Slow: ", b"."),
    "continue": lambda _: _at_once(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunks": lambda _: _slowly(_CHUNKED, b"1\r\n \r\n"),
    "chunk-line": lambda _: _at_once(_CHUNKED + b"1;", b"name=value;"),
    "trailers": lambda _: _at_once(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: and more\r\n"),
    "nested": lambda body: _whole(
        nested := _nested(body), len(nested), b"Content-Encoding: gzip, gzip, gzip\r\n"
    ),
    "cut-gzip": lambda body: _whole(
        half := gzip.compress(body)[:-9], len(half), b"Content-Encoding: gzip\r\n"
    ),
    "short": lambda body: _whole(body, len(body) // 2),
    "long": lambda body: _whole(body, len(body) * 2),
    "nonsense": lambda _: iter([b"\x00\xff\x00 what?\r\n\r\n"]),
    "silence": lambda _: iter([]),
}
"""What is written to the connection in the place of an answer with a body, by kind of trouble."""


def send(kind: str, body: bytes, write: Write) -> None:
    """Write until the other side has had enough."""
    for piece in STREAMS[kind](body):
        write(piece)
