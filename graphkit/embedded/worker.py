"""A statement in a process of its own, which may be killed and may run out of memory.

The process is given one job as a message on its standard input and answers in
messages on its standard output: the columns, the rows in batches, and the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import msgspec

from graphkit.batching import batches
from graphkit.embedded.engine import DamagedImageError, Engine
from graphkit.errors import GraphkitError, UsageError
from graphkit.tabular import Result

MEMORY = 4 << 30
"""Bytes of address space for one statement, beside what the image itself takes."""
BATCH = 2_000
_PROGRAM = "from graphkit.embedded.worker import main; main()"
_NO_MEMORY = ("memory allocation", "out of memory", "MemoryError", "Cannot allocate")


class _Job(msgspec.Struct):
    path: str
    text: str
    parameters: dict[str, Any]
    limit: int | None
    memory: int


class _Message(msgspec.Struct, omit_defaults=True):
    """One message of the process: columns first, then rows, at last the end or an error."""

    columns: list[str] | None = None
    rows: list[list[Any]] | None = None
    cut: bool | None = None
    error: str | None = None
    damaged: bool = False


def ask(
    path: Path,
    text: str,
    parameters: Mapping[str, Any],
    *,
    timeout: float | None = None,
    limit: int | None = None,
    memory: int = MEMORY,
) -> Result:
    """The answer to a statement that has gone through the guard.

    Raises UsageError where it takes longer than `timeout` seconds or more than `memory`
    bytes, or is refused; DamagedImageError where the file cannot be read.
    """
    job = _Job(str(path), text, dict(parameters), limit, memory + 3 * path.stat().st_size)
    # On a path of its own: what is run is what this process has imported.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    late = threading.Event()

    def kill() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(timeout, kill) if timeout is not None else None
    said: list[bytes] = []
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    listener = threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)
    try:
        if clock:
            clock.daemon = True
            clock.start()
        listener.start()
        with suppress(BrokenPipeError):
            _send(process.stdin, msgspec.msgpack.encode(job))
            process.stdin.close()
        result = _received(process.stdout)
        process.wait()
    finally:
        if clock:
            clock.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
        listener.join(1)
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(OSError):
                pipe.close()
    if result is not None:
        return result
    if late.is_set():
        raise UsageError(
            f"stopped after {timeout:g} s (--timeout); there is no answer",
            hint="ask for less, or give it more time",
        )
    raise _ended(process.returncode, b"".join(said).decode("utf-8", "replace"), memory)


def _received(stream: IO[bytes]) -> Result | None:
    """The whole answer; None where the process ended before it was whole."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    decoder = msgspec.msgpack.Decoder(_Message)
    while (data := _next(stream)) is not None:
        message = decoder.decode(data)
        if message.error is not None:
            kind = DamagedImageError if message.damaged else UsageError
            raise kind(message.error)
        if message.columns is not None:
            columns = tuple(message.columns)
        if message.rows is not None:
            rows += map(tuple, message.rows)
        if message.cut is not None:
            return Result(columns, rows, truncated=message.cut)
    return None


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def _next(stream: IO[bytes]) -> bytes | None:
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    return data if len(data) == size else None


def _listen(stream: IO[bytes], said: list[bytes]) -> None:
    with suppress(OSError, ValueError):
        while data := stream.read(4096):
            if len(said) < 8:
                said.append(data)


def _ended(code: int | None, said: str, memory: int) -> GraphkitError:
    """What became of a process that ended without an answer."""
    if any(words in said for words in _NO_MEMORY) or code == -signal.SIGABRT:
        return UsageError(
            f"the query needs more memory than it may have ({memory / 2**30:g} GiB)",
            hint="ask for less at a time, for example with LIMIT",
        )
    how = f"code {code}"
    if code is not None and code < 0:
        with suppress(ValueError):
            how = signal.Signals(-code).name
    return UsageError(
        f"the embedded engine ended in the middle of this query ({how}); there is no answer",
        hint="try a simpler query, or run it on a server: --engine neo4j",
    )


# ---- in the process ----


def main() -> None:
    """Take one job from standard input and answer on standard output."""
    stream = sys.stdout.buffer
    data = _next(sys.stdin.buffer)
    if data is None:
        return
    job = msgspec.msgpack.decode(data, type=_Job)
    encoder = msgspec.msgpack.Encoder()
    try:
        _restrict(job.memory)
        engine = Engine(Path(job.path))
        columns, rows, cut = engine.columns_and_rows(job.text, job.parameters, job.limit)
        _send(stream, encoder.encode(_Message(columns=columns)))
        for batch in batches(rows, BATCH):
            _send(stream, encoder.encode(_Message(rows=batch)))
        _send(stream, encoder.encode(_Message(cut=cut)))
    except GraphkitError as error:
        damaged = isinstance(error, DamagedImageError)
        _send(stream, encoder.encode(_Message(error=str(error), damaged=damaged)))
    # The answer is out: what is left would only be taken apart piece by piece.
    os._exit(0)


def _restrict(memory: int) -> None:
    """No more address space than this, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
