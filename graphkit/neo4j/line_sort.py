"""Sorting more lines than memory holds, through files."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

CHUNK_BYTES = 32 << 20
"""Text that is sorted in memory at a time; with Python's own share about three times as much."""
FAN_IN = 128
"""Files that are merged at a time: a process may not hold many open."""


class LineSorter:
    """Takes lines in any order and gives them back sorted by their bytes, each once.

    `folder` is for the sorter alone; whoever made it removes it. Lines end in a newline
    and have no other.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorter = LineSorter(Path(folder), chunk_bytes=4)
    ...     sorter.add([b"b\\n", b"a\\n", b"b\\n"])
    ...     list(sorter.merged())
    [b'a\\n', b'b\\n']
    """

    def __init__(
        self, folder: Path, *, chunk_bytes: int = CHUNK_BYTES, fan_in: int = FAN_IN
    ) -> None:
        self._folder = folder
        self._chunk_bytes = chunk_bytes
        self._fan_in = max(fan_in, 2)
        self._lines: list[bytes] = []
        self._size = 0
        self._files: list[Path] = []
        self._made = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take lines."""
        for line in lines:
            self._lines.append(line)
            self._size += len(line)
            if self._size >= self._chunk_bytes:
                self._spill()

    def merged(self) -> Iterator[bytes]:
        """All lines, sorted. To be called once, when all have been added."""
        if not self._files:
            yield from _once(sorted(self._lines))
            return
        self._spill()
        while len(self._files) > self._fan_in:
            first, self._files = self._files[: self._fan_in], self._files[self._fan_in :]
            self._files.append(self._write(_merge(first)))
            for path in first:
                path.unlink()
        yield from _merge(self._files)

    def _spill(self) -> None:
        if self._lines:
            self._lines.sort()
            self._files.append(self._write(_once(self._lines)))
            self._lines.clear()
            self._size = 0

    def _write(self, lines: Iterable[bytes]) -> Path:
        self._made += 1
        path = self._folder / f"{self._made:06d}"
        with path.open("wb", buffering=1 << 20) as file:
            file.writelines(lines)
        return path


def _merge(paths: list[Path]) -> Iterator[bytes]:
    with ExitStack() as opened:
        files = [opened.enter_context(path.open("rb", buffering=1 << 18)) for path in paths]
        yield from _once(heapq.merge(*files))


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        if line != last:
            last = line
            yield line
