"""A server of graphkit as its clients see it, for the benchmarks that need one."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PROGRAM = "from graphkit.cli import main; main()"
_SERVING = re.compile(r"serving (\S+) at http://([^:/]+):(\d+)/")


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    host: str
    port: int
    lines: list[str] = field(default_factory=list)
    """What it wrote to standard error."""

    def processes(self) -> list[int]:
        """The server's processes: the front, the nursery, the workers."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(child) for child in task.read_text().split()]
        return found

    def memory(self) -> int:
        """Bytes that its processes hold, what they share counted once (PSS)."""
        total = 0
        for pid in self.processes():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += int(rollup.split("\nPss:")[1].split()[0]) << 10
        return total


@contextmanager
def served(*arguments: str) -> Iterator[Served]:
    """A server on a free port, with these arguments for `graphkit serve`."""
    words = [sys.executable, "-c", _PROGRAM, "serve", "--port", "0", *arguments]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line.rstrip())
        if found := _SERVING.match(line):
            break
    else:
        raise SystemExit("the server did not start: " + "; ".join(lines))
    stream = process.stderr
    reading = threading.Thread(target=lambda: lines.extend(map(str.rstrip, stream)), daemon=True)
    reading.start()
    try:
        yield Served(process, found[2], int(found[3]), lines)
    finally:
        process.terminate()
        process.wait(60)
        reading.join(5)
        stream.close()


class Client:
    """One connection that is kept open; asks one thing after another."""

    def __init__(self, host: str, port: int, source: str = "127.0.0.1") -> None:
        self._host, self._port, self._source = host, port, source
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, accept: str = "*/*") -> tuple[int, bytes]:
        """Status and body. Raises OSError or IncompleteReadError where no answer comes."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._host, self._port, local_addr=(self._source, 0)
            )
        assert self._reader is not None
        request = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {accept}\r\n\r\n"
        try:
            self._writer.write(request.encode())
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            size = int(head.split("content-length: ")[1].split("\r")[0])
            return int(head.split()[1]), await self._reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
