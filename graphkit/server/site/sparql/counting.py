"""Counting the rows of an answer while the engine writes it.

The engine writes a table ten times as fast as Python can build one, so rows are counted in the
bytes that go by, exactly, whatever texts the rows hold and wherever a block of bytes ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

import pyoxigraph as ox

from graphkit.server.site.answers import too_large


class Writable(Protocol):
    """What the engine writes into."""

    def write(self, data: bytes, /) -> int:
        """Take more of an answer."""
        ...


class Counter(Protocol):
    """Counts the rows of one format."""

    @property
    def rows(self) -> int:
        """Rows that were begun so far."""
        ...

    def add(self, data: bytes, /) -> None:
        """Count what a block of bytes holds."""
        ...


class Lines:
    """Rows of TSV: no line end stands inside a value; the first line is the head."""

    def __init__(self) -> None:
        self.rows = -1

    def add(self, data: bytes) -> None:
        """Count what a block of bytes holds."""
        self.rows += data.count(b"\n")


class QuotedLines:
    """Rows of CSV: line ends inside quotes are part of a value."""

    def __init__(self) -> None:
        self.rows = -1
        self._inside = 0

    def add(self, data: bytes) -> None:
        """Count what a block of bytes holds."""
        parts = data.split(b'"')
        self.rows += b"".join(parts[self._inside :: 2]).count(b"\n")
        self._inside ^= (len(parts) - 1) & 1


class Elements:
    """Rows of XML: `<` stands for nothing but markup there."""

    def __init__(self) -> None:
        self.rows = 0
        self._tail = b""

    def add(self, data: bytes) -> None:
        """Count what a block of bytes holds."""
        data = self._tail + data
        self.rows += data.count(b"<result>")
        self._tail = data[-7:]


class Objects:
    """Rows of JSON: `},{` outside strings stands between two rows and nowhere else."""

    def __init__(self) -> None:
        self.between = 0
        self.any = False
        self._inside = 0
        self._escape = b""
        self._tail = b""

    @property
    def rows(self) -> int:
        """Rows that were begun."""
        return self.between + self.any

    def add(self, data: bytes) -> None:
        """Count what a block of bytes holds."""
        if self._escape or b"\\" in data:
            data = self._escape + data
            self._escape = b""
            if (len(data) - len(data.rstrip(b"\\"))) & 1:
                data, self._escape = data[:-1], b"\\"
            data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = data.split(b'"')
        outside = self._tail + b"".join(parts[self._inside :: 2])
        self._inside ^= (len(parts) - 1) & 1
        self.between += outside.count(b"},{")
        self.any = self.any or b"[{" in outside
        self._tail = outside[-2:]


_COUNTERS: dict[ox.QueryResultsFormat, type[Counter]] = {
    ox.QueryResultsFormat.TSV: Lines,
    ox.QueryResultsFormat.CSV: QuotedLines,
    ox.QueryResultsFormat.XML: Elements,
    ox.QueryResultsFormat.JSON: Objects,
}


def counter(form: ox.QueryResultsFormat) -> Counter:
    """A counter of rows of a format.

    >>> csv = counter(ox.QueryResultsFormat.CSV)
    >>> csv.add(b'x,y\\r\\n"a\\nb')
    >>> csv.add(b'",1\\r\\n')
    >>> csv.rows
    1
    """
    return _COUNTERS[form]()


_LEAST = {
    ox.QueryResultsFormat.TSV: 1,
    ox.QueryResultsFormat.CSV: 2,
    ox.QueryResultsFormat.XML: len("<result></result>"),
    ox.QueryResultsFormat.JSON: len("{},"),
}
"""Bytes of the shortest row: an answer that is too short to be over the limit is not counted."""


class CountedRows:
    """Passes a table on to a sink; raises Problem 413 past the limit of rows."""

    def __init__(self, sink: Writable, form: ox.QueryResultsFormat, limit: int) -> None:
        self._sink = sink
        self._form = form
        self._limit = limit
        self._room = _LEAST[form] * limit
        self._held: list[bytes] = []
        self._counter: Counter | None = None

    def write(self, data: bytes) -> int:
        """Take more of the answer."""
        if self._counter is None:
            self._held.append(data)
            self._room -= len(data)
            if self._room < 0:
                self._count()
        else:
            self._counter.add(data)
        if self._counter is not None and self._counter.rows > self._limit:
            raise too_large("rows", self._limit)
        return self._sink.write(data)

    def _count(self) -> None:
        self._counter = counter(self._form)
        for data in self._held:
            self._counter.add(data)
        self._held.clear()

    def flush(self) -> None:
        """Nothing to do."""


T = TypeVar("T")


def counted(items: Iterable[T], limit: int) -> Iterator[T]:
    """The same items; raises Problem 413 past the limit of statements."""
    for number, item in enumerate(items, 1):
        if number > limit:
            raise too_large("statements", limit)
        yield item
