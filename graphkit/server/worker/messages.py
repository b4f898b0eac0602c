"""What the front and its workers say to each other: MessagePack behind a length."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

LENGTH = struct.Struct("<I")
"""Bytes of the message that follows."""
WRITING = "writing-"
"""Begins the name of a large answer's file, before the number of the worker that writes it."""


class Request(msgspec.Struct, array_like=True, frozen=True):
    """An HTTP request as a worker needs it. `root` is the path prefix of a reverse proxy.

    `raw` is the path as it was sent, with its escapes: two IRIs may differ in these alone.
    """

    method: str
    path: str
    raw: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    scheme: str
    host: str
    root: str


class Reply(msgspec.Struct, array_like=True, frozen=True):
    """An HTTP response. The body is in `file` where it is large; `keep` tells that others use it.

    `seconds` is the processor time that it took and `total` all that the worker has used so far;
    `memory` is the worker's, in bytes.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    file: str
    keep: bool
    seconds: float
    total: float
    memory: int


class Ready(msgspec.Struct, array_like=True, frozen=True):
    """The first message of a worker: seconds used, bytes of memory in use."""

    total: float
    memory: int


class Task(msgspec.Struct, frozen=True):
    """What a nursery is for: the data set, and how the site over it is set up."""

    snapshot: str
    """Folder of a snapshot; empty for a store of other data."""
    store: str
    name: str
    base_of_data: str
    queries: str
    limits: dict[str, Any]
    base: str
    spool: str


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The nursery is ready to fork, or why it is not."""

    error: str


class Born(msgspec.Struct, frozen=True, tag=True):
    """A worker was forked."""

    pid: int


class Died(msgspec.Struct, frozen=True, tag=True):
    """A worker ended: with `signal` (0 for none) or with `code`."""

    pid: int
    signal: int
    code: int


_encode = msgspec.msgpack.Encoder().encode


def framed(message: msgspec.Struct) -> bytes:
    """A message with its length in front."""
    data = _encode(message)
    return LENGTH.pack(len(data)) + data
