"""Running a server: from its socket to its last answer."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
import uvloop

from graphkit.errors import GraphkitError, UsageError
from graphkit.server.front.app import Application
from graphkit.server.front.costs import Costs
from graphkit.server.front.generation import Generation, Source
from graphkit.server.front.http import Connections, protocol
from graphkit.server.front.metrics import AccessLog, Metrics
from graphkit.server.settings import Address, Limits

Say = Callable[[str], object]
_LONGEST_PAUSE = 60.0


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for connections. Raises UsageError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError) as error:
        found.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{host} port {port}: {reason.lower()}", hint="choose others with --host and --port"
        ) from None
    found.listen(1024)
    found.set_inheritable(False)
    return found


def public_base(text: str) -> str:
    """A public address as it is used: with a slash at its end. Raises UsageError for no address.

    >>> public_base("https://example.org/ari")
    'https://example.org/ari/'
    """
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or set(text) & set(" <>\"'\\"):
        raise UsageError(f"--base: {text} is no public address", hint="as https://example.org/ari/")
    return text.rstrip("/") + "/"


def serve(
    source: Callable[[Path], Source],
    address: Address,
    limits: Limits,
    say: Say,
    *,
    log: bool = True,
) -> None:
    """Serve until a signal ends it. `source` is given the folder for large answers.

    Raises UsageError where the address cannot be had, SnapshotError where there is nothing to
    serve.
    """
    # What clients do wrong is in the access log.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    listening = listen(address.host, address.port)
    with listening, tempfile.TemporaryDirectory(prefix="graphkit-serve-") as spool:
        running = Server(source(Path(spool)), address, limits, say, log)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(running.run(listening))


class Server:
    """One web process with what it serves."""

    def __init__(
        self, source: Source, address: Address, limits: Limits, say: Say, log: bool
    ) -> None:
        self._source = source
        self._address = address
        self._limits = limits
        self._say = say
        self._costs = Costs(limits.quick)
        self._metrics = Metrics()
        self._app = Application(limits, address.base, self._metrics, AccessLog() if log else None)
        self._closing: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    async def run(self, listening: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        first = self._source.generation(self._costs)
        starting = loop.create_task(first.start())
        stopping = loop.create_task(self._stop.wait())
        try:
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                return
            starting.result()
            self._adopt(first)
            web = self._web()
            serving = loop.create_task(web.serve(sockets=[listening]))
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            where = f"http://{shown}:{port}/"
            public = self._address.base or where
            known = f", known as {public}" if public != where else ""
            self._say(f"serving {first.name} at {where}{known}; SPARQL at {public}sparql")
            watching = loop.create_task(self._watch())
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            self._app.stopping = True
            watching.cancel()
            web.should_exit = True
            self._say("stopping: no new requests; those that run are finished")
            if self._app.generation is not None:
                await self._app.generation.queue.close(self._limits.drain)
            await serving
        finally:
            stopping.cancel()
            current = self._app.generation or first
            await asyncio.gather(*self._closing, current.close(0), return_exceptions=True)

    def _web(self) -> uvicorn.Server:
        limits = self._limits
        connections = Connections(limits.max_connections, limits.idle)
        config = uvicorn.Config(
            self._app,
            http=protocol(connections),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(self._address.proxies),
            forwarded_allow_ips=list(self._address.proxies) or None,
            timeout_keep_alive=max(1, int(limits.idle)),
            timeout_graceful_shutdown=int(limits.drain) + 5,
        )
        return _Web(config)

    def _adopt(self, generation: Generation) -> None:
        old = self._app.generation
        self._app.generation = generation
        self._metrics.watch(generation)
        if old is not None:
            task = asyncio.get_running_loop().create_task(old.close(2 * self._limits.timeout))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _watch(self) -> None:
        """Take up each new snapshot when it is there."""
        pause, failed = self._limits.poll, ""
        while True:
            await asyncio.sleep(pause)
            served = self._app.generation
            try:
                name = self._source.current()
                if served is not None and name in (served.name, failed):
                    continue
                generation = self._source.generation(self._costs)
                try:
                    await generation.start()
                except BaseException:
                    await generation.close(0)
                    raise
            except GraphkitError as error:
                self._metrics.failures.inc()
                self._say(f"the new snapshot is not served, the one before is: {error}")
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = self._limits.poll
            self._adopt(generation)
            self._metrics.changes.inc()
            self._say(f"serving {generation.name} from now on")


class _Web(uvicorn.Server):
    """uvicorn's server without its own handling of signals, which is ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
