"""The processes that answer, seen from the front, and the one that forks them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import msgspec

from graphkit.errors import SnapshotError
from graphkit.server.worker.answering import OUT_OF_MEMORY
from graphkit.server.worker.messages import LENGTH, Born, Died, Opened, Ready, Reply, Task

_TICKS = os.sysconf("SC_CLK_TCK")
_START = 60.0
"""Seconds that a nursery or a worker may take to be ready."""
_decode_reply = msgspec.msgpack.Decoder(Reply).decode
_decode_ready = msgspec.msgpack.Decoder(Ready).decode


@dataclass(frozen=True)
class End:
    """How a worker ended: out of memory, killed by somebody else, or by accident."""

    memory: bool
    killed: bool
    """Somebody else killed it: what it was doing may be done again."""
    words: str


class Worker(asyncio.Protocol):
    """One process that answers one request at a time."""

    def __init__(self, pid: int, ended: asyncio.Future[Died]) -> None:
        self.pid = pid
        self.memory = 0
        """Bytes in use when it was ready."""
        self.used = 0.0
        """Seconds of processor time until its last answer."""
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_reply: Callable[[Worker, Reply], None] = lambda *_: None
        self.on_end: Callable[[Worker, End], None] = lambda *_: None
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._telling: asyncio.Task[None] | None = None

    def send(self, frame: bytes) -> None:
        """Give it a request; one that has just ended gets none, and tells so in a moment."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def step_back(self) -> None:
        """Let all others of this machine go first."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def step_forward(self) -> bool:
        """Give it its place back; False where the system does not allow that."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, os.getpriority(os.PRIO_PROCESS, 0))
        except OSError:
            return False
        return True

    def processor_time(self) -> float | None:
        """Seconds that it has run; None where the system does not tell."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:  # noqa: PTH123
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _signal(self, number: int) -> None:
        if not self._ended.done():  # until it is known to have ended, the number is its own
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there (asyncio)."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """A message, or a part of one (asyncio)."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= LENGTH.size:
            (size,) = LENGTH.unpack_from(buffer)
            if len(buffer) < LENGTH.size + size:
                return
            message = bytes(buffer[LENGTH.size : LENGTH.size + size])
            del buffer[: LENGTH.size + size]
            if self.ready.done():
                reply = _decode_reply(message)
                self.used = reply.total
                self.on_reply(self, reply)
            else:
                ready = _decode_ready(message)
                self.used, self.memory = ready.total, ready.memory
                self.ready.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """The process has ended, or is about to (asyncio)."""
        self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        try:
            died = await asyncio.wait_for(asyncio.shield(self._ended), 5)
        except (TimeoutError, asyncio.CancelledError):
            self._signal(signal.SIGKILL)
            died = Died(self.pid, signal.SIGKILL, 0)
        end = End(
            memory=died.code == OUT_OF_MEMORY or died.signal == signal.SIGABRT,
            killed=died.signal in (signal.SIGKILL, signal.SIGTERM),
            words=f"signal {died.signal}" if died.signal else f"exit code {died.code}",
        )
        if not self.ready.done():
            self.ready.set_exception(SnapshotError(f"a worker did not start ({end.words})"))
            self.ready.exception()  # so that nobody needs to look
        self.on_end(self, end)


class Nursery:
    """The process that forks workers."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._births: list[asyncio.Future[int]] = []
        self._ends: dict[int, asyncio.Future[Died]] = {}
        self._opened: asyncio.Future[None] | None = None
        self.on_end: Callable[[], None] = lambda: None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it. Raises SnapshotError where the data set cannot be opened."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control, self._opened = ours, loop.create_future()
        ours.setblocking(False)
        words = [sys.executable, "-m", "graphkit.server.worker.nursery", str(theirs.fileno())]
        # Libraries for arithmetic start a thread for each processor, and a process with threads
        # must not fork.
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        # glibc reserves 64 MB for each thread that allocates, used or not: the limit on a worker's
        # address space would be one on its number of threads.
        alone["MALLOC_ARENA_MAX"] = "2"
        self._process = await asyncio.create_subprocess_exec(
            *words,
            pass_fds=[theirs.fileno()],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            env={**os.environ, **alone},
            start_new_session=True,
        )
        theirs.close()
        loop.add_reader(ours.fileno(), self._read)
        ours.send(msgspec.json.encode(self._task))
        self._watch = loop.create_task(self._wait(self._process))
        try:
            await asyncio.wait_for(asyncio.shield(self._opened), _START)
        except TimeoutError:
            raise SnapshotError("the workers' process did not start in time") from None

    async def _wait(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if self._opened is not None and not self._opened.done():
            words = f"the workers' process ended at once (exit code {process.returncode})"
            self._opened.set_exception(SnapshotError(words))
        for birth in self._births:
            if not birth.done():
                birth.set_exception(SnapshotError("the workers' process has ended"))
        self._births.clear()
        for pid, ended in self._ends.items():  # its children end with it
            if not ended.done():
                ended.set_result(Died(pid, signal.SIGKILL, 0))
        self.on_end()

    def _read(self) -> None:
        assert self._control is not None
        while True:
            try:
                message = self._control.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                asyncio.get_running_loop().remove_reader(self._control.fileno())
                return
            self._take(msgspec.json.decode(message, type=Opened | Born | Died))

    def _take(self, message: Opened | Born | Died) -> None:
        if isinstance(message, Born):
            self._births.pop(0).set_result(message.pid)
            self._ends.setdefault(message.pid, asyncio.get_running_loop().create_future())
        elif isinstance(message, Died):
            ended = self._ends.pop(message.pid, None)
            if ended is not None and not ended.done():
                ended.set_result(message)
        elif self._opened is not None and not self._opened.done():
            if message.error:
                self._opened.set_exception(SnapshotError(message.error))
            else:
                self._opened.set_result(None)

    async def worker(self) -> Worker:
        """A new worker, ready. Raises SnapshotError where none can be had."""
        if self._control is None:
            raise SnapshotError("the workers' process is not there yet")
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        birth = loop.create_future()
        self._births.append(birth)
        try:
            socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
            pid = await asyncio.wait_for(birth, _START)
        except (OSError, TimeoutError) as error:
            ours.close()
            raise SnapshotError(f"no worker can be started: {error}") from None
        except SnapshotError:
            ours.close()
            raise
        finally:
            theirs.close()
        ended = self._ends.setdefault(pid, loop.create_future())
        _, worker = await loop.create_connection(lambda: Worker(pid, ended), sock=ours)
        try:
            await asyncio.wait_for(asyncio.shield(worker.ready), _START)
        except TimeoutError:
            worker.kill()
            raise SnapshotError("a worker was not ready in time") from None
        return worker

    async def close(self) -> None:
        """End it, and with it all of its workers."""
        self.on_end = lambda: None
        if self._control is not None:
            with suppress(ValueError, OSError):
                asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._watch is not None:
            await self._watch
