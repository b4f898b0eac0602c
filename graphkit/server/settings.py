"""What can be set about a server. Every limit has a name, a default and a sentence."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import Any


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of a server; `limits()` lists them for the command line and the documentation.

    >>> Limits(timeout=5).timeout, Limits().max_depth
    (5, 100)
    """

    timeout: float = _setting(20.0, "Seconds that one request may run before it gets 503.")
    quick: float = _setting(
        0.15, "Seconds of processor time after which a request gives way to all others."
    )
    max_rows: int = _setting(1_000_000, "Rows or statements in one answer; more gets 413.")
    max_bytes: int = _setting(256_000_000, "Bytes in one answer; more gets 413.")
    max_query: int = _setting(200_000, "Bytes in one query or request body; more gets 413.")
    max_depth: int = _setting(100, "Nested brackets in a query; more gets 413.")
    memory: int = _setting(2048, "Megabytes of address space of a worker; more gets 503.")
    workers: int = _setting(6, "Worker processes, each with the store opened read-only.")
    heavy: int = _setting(2, "Requests past `quick` that run at a time; others wait.")
    max_per_client: int = _setting(
        64,
        "Requests of one address at a time, those known to be quick aside; more gets 429.",
    )
    max_queue: int = _setting(256, "Requests that wait for a worker; more gets 503.")
    max_connections: int = _setting(1000, "Open connections; more are closed at once.")
    idle: float = _setting(
        20.0,
        "Seconds for a request's head or body to arrive, then 408; or for a client to take more of "
        "an answer.",
    )
    spool: int = _setting(
        2000, "Megabytes of large answers on their way to clients; more gets 503."
    )
    cache: int = _setting(128, "Megabytes of answers kept in memory.")
    drain: float = _setting(10.0, "Seconds that running requests get when the server stops.")
    poll: float = _setting(1.0, "Seconds between looks for a new snapshot.")


def limits() -> list[tuple[str, type, Any, str]]:
    """Name, type, default and sentence of every limit."""
    return [
        (one.name, type(one.default), one.default, str(one.metadata["help"]))
        for one in fields(Limits)
    ]


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a server is and what it calls itself.

    `base` is the public address, with a path where a reverse proxy has one, ending in a slash;
    empty means that the address is taken from each request. `proxies` are the addresses whose
    `X-Forwarded-For` is believed.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    base: str = ""
    proxies: tuple[str, ...] = ()


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
