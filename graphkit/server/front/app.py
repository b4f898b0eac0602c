"""One request: from the cache, or by way of the queue to a worker and back (ASGI)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import msgspec

from graphkit.server.front.answers import METHODS, Answer, Header, problem
from graphkit.server.front.costs import shape
from graphkit.server.front.exchange import (
    Exchange,
    Gone,
    Receive,
    Scope,
    Send,
    TooLarge,
    deliver,
)
from graphkit.server.front.generation import Generation
from graphkit.server.front.jobs import Job, Refused
from graphkit.server.front.metrics import AccessLog, Metrics
from graphkit.server.settings import Limits
from graphkit.server.worker.messages import Reply, Request, framed

_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$")
_PASSED_ON = frozenset({b"accept", b"accept-encoding", b"content-type", b"content-encoding"})
"""Headers that an answer may depend on; all others stay here."""
_GONE = 0.25
"""Seconds after which a waiting request looks whether its client is still there."""
_PATIENT = {"/dumps/": 15.0, "/changes.atom": 15.0}
"""Paths whose answers may take so many times longer: they are made once for all."""


class Application:
    """The web process's part of every request."""

    def __init__(
        self, limits: Limits, base: str, metrics: Metrics, log: AccessLog | None = None
    ) -> None:
        self.generation: Generation | None = None
        self.stopping = False
        self.limits = limits
        self.metrics = metrics
        self._log = log
        address = urlsplit(base)
        self._root = address.path.rstrip("/")
        self._host, self._scheme = address.netloc, address.scheme
        self._flying: dict[bytes, _Flight] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            return
        started = perf_counter()
        exchange = Exchange(scope, receive, send)
        if self._root:
            exchange.cut(self._root)
        path = exchange.path
        generation = self.generation
        sent = 0
        if generation is not None:
            generation.using += 1
        try:
            answer = await self._answer(exchange, generation)
            began = perf_counter() - started
            sent = await deliver(exchange, answer)
            status, lane = exchange.status, answer.lane
        except Gone:
            status, lane, began = 499, "gone", perf_counter() - started
        finally:
            if generation is not None:
                generation.using -= 1
        self.metrics.count(path, status, lane, began, sent)
        if self._log is not None:
            self._write_log(exchange, status, lane, perf_counter() - started, sent)

    def _write_log(
        self, exchange: Exchange, status: int, lane: str, seconds: float, sent: int
    ) -> None:
        assert self._log is not None
        query = exchange.query
        self._log.write(
            client=exchange.client,
            method=exchange.method,
            path=exchange.path[:500],
            query=query[:2000].decode("ascii", "replace"),
            body=exchange.sent[:2000].decode("utf-8", "replace"),
            status=status,
            bytes=sent,
            milliseconds=round(seconds * 1000, 2),
            lane=lane,
            agent=exchange.header(b"user-agent")[:200],
            referrer=exchange.header(b"referer")[:200],
        )

    async def _answer(self, exchange: Exchange, generation: Generation | None) -> Answer:
        accept, method = exchange.header(b"accept"), exchange.method
        if exchange.path in _OWN:
            return self._of_the_front(exchange, generation)
        if method == "OPTIONS":
            return _options(exchange)
        if method not in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"):
            words = f"{method[:20]} is no method that this server knows"
            return problem(accept, 501, words)
        if not _HOST.match(exchange.host):
            return problem(accept, 400, "the Host header is missing or names no host")
        if generation is None:
            return problem(
                accept, 503, "the server is starting", "ask again in a moment", [_retry(2)]
            )
        try:
            body = await exchange.body(self.limits.max_query)
        except TooLarge as limit:
            return problem(
                accept,
                413,
                f"the body is larger than {limit} bytes, the most that this server takes",
                "a shorter query may do; values can stand in the data instead of in VALUES",
                [(b"connection", b"close")],
            )
        return await self._from_site(exchange, body, generation)

    # The site

    async def _from_site(self, exchange: Exchange, body: bytes, generation: Generation) -> Answer:
        request = self._request(exchange, body)
        key = _key(generation.version, request)
        readable = request.method == "GET"
        tag = b'"' + key.hex().encode() + b'"'
        if readable and _names(exchange.header(b"if-none-match"), tag.decode()):
            headers = [(b"etag", tag), (b"vary", b"Accept, Accept-Encoding"), _FRESH]
            return Answer(304, headers, lane="cache")
        known = generation.cache.get(key)
        if known is not None:
            return known
        try:
            reply, lane = await self._fly(key, request, exchange, generation)
        except Refused as refused:
            retry = [] if refused.retry is None else [_retry(refused.retry)]
            found = problem(
                exchange.header(b"accept"), refused.status, refused.detail, refused.hint, retry
            )
            found.lane = "refused"
            return found
        answer = _received(reply, lane)
        if reply.status == 200 and request.method in ("GET", "POST"):
            if readable:
                answer.headers.append((b"etag", tag))
            generation.cache.put(key, replace(answer, lane="cache"))
        return answer

    def _request(self, exchange: Exchange, body: bytes) -> Request:
        host, scheme = self._host or exchange.host, self._scheme or exchange.scheme
        method = "GET" if exchange.method == "HEAD" else exchange.method
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in exchange.headers
            if name in _PASSED_ON
        ]
        # WSGI has bytes as Latin-1 text.
        path = exchange.path.encode("utf-8", "surrogateescape").decode("latin-1")
        query = exchange.query.decode("latin-1")
        raw = exchange.raw.decode("latin-1")
        return Request(method, path, raw, query, headers, body, scheme, host, self._root)

    async def _fly(
        self, key: bytes, request: Request, exchange: Exchange, generation: Generation
    ) -> tuple[Reply, str]:
        """The worker's reply; those who ask the same at the same time share one."""
        flight = self._flying.get(key)
        if flight is None or flight.job.future.done():
            kind = next((value for name, value in request.headers if name == "content-type"), "")
            form = shape(request.method, request.path, request.query, kind, request.body)
            patience = next(
                (more for start, more in _PATIENT.items() if request.path.startswith(start)), 1.0
            )
            job = generation.queue.submit(exchange.client, form, framed(request), patience)
            flight = self._flying[key] = _Flight(job)
        flight.waiting += 1
        job = flight.job
        try:
            await asyncio.wait((job.future,), timeout=_GONE)
            if not job.future.done():
                await exchange.until(job.future)
            reply = job.future.result()
            if reply.file and not reply.keep and flight.waiting > 1:
                reply = flight.own_copy(reply)
        except (Gone, asyncio.CancelledError):
            if flight.waiting == 1:
                generation.queue.cancel(job)
            raise
        finally:
            flight.waiting -= 1
            if not flight.waiting and self._flying.get(key) is flight:
                del self._flying[key]
        return reply, job.lane

    # The front's own

    def _of_the_front(self, exchange: Exchange, generation: Generation | None) -> Answer:
        if exchange.method not in ("GET", "HEAD"):
            allow = [(b"allow", b"GET, HEAD")]
            return problem("", 405, f"{exchange.path} is only read", headers=allow)
        plain = (b"content-type", b"text/plain; charset=utf-8")
        if exchange.path == "/health":
            return Answer(200, [plain, _UNSTORED], b"alive\n")
        if exchange.path == "/metrics":
            kind = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
            return Answer(200, [kind, _UNSTORED], self.metrics.page())
        if self.stopping or generation is None or not generation.ready:
            words = b"stopping\n" if self.stopping else b"no worker yet\n"
            return Answer(503, [plain, _UNSTORED, _retry(2)], words)
        return Answer(200, [plain, _UNSTORED], f"serving {generation.name}\n".encode())


_OWN = frozenset({"/health", "/ready", "/metrics"})
_FRESH = (b"cache-control", b"public, max-age=0, must-revalidate")
_UNSTORED = (b"cache-control", b"no-store")


class _Flight:
    """One request at a worker, and how many clients wait for it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.waiting = 0

    def own_copy(self, reply: Reply) -> Reply:
        """The reply with a name of the file that is its own: a file goes with its answer."""
        path = Path(reply.file)
        own = path.with_name(f"{path.name}-{self.waiting}")
        own.hardlink_to(path)
        return msgspec.structs.replace(reply, file=str(own))


def _retry(seconds: int) -> Header:
    return (b"retry-after", str(seconds).encode())


def _options(exchange: Exchange) -> Answer:
    headers = [(b"allow", METHODS)]
    if exchange.header(b"access-control-request-method"):
        asked = exchange.header(b"access-control-request-headers")
        named = (
            asked.encode("latin-1", "replace") if re.fullmatch(r"[\w, -]{1,500}", asked) else b"*"
        )
        headers += [
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", named),
            (b"access-control-max-age", b"86400"),
        ]
    return Answer(204, headers)


def _key(version: str, request: Request) -> bytes:
    """Names everything that an answer depends on."""
    digest = blake2b(digest_size=16)
    for text in (
        version,
        request.method,
        request.scheme,
        request.host,
        request.raw,
        request.query,
    ):
        digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
    for name, value in request.headers:
        digest.update(f"{name}:{value}\n".encode("utf-8", "surrogateescape"))
    digest.update(b"\0" + request.body)
    return digest.digest()


def _names(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names a tag (weakly compared, RFC 9110)."""
    if not header:
        return False
    return any(one.strip().removeprefix("W/") == tag for one in header.split(","))


def _received(reply: Reply, lane: str) -> Answer:
    headers = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in reply.headers
        if name not in ("content-length", "date", "server")
    ]
    if not any(name == b"cache-control" for name, _ in headers):
        headers.append(_FRESH if reply.status == 200 else _UNSTORED)
    file = Path(reply.file) if reply.file else None
    return Answer(reply.status, headers, reply.body, file, reply.keep, lane)
