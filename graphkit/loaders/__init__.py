"""Loaders: one module for each upstream format.

Each module offers a `Loader`: a name, a title, a test that recognises the
format by the first bytes of its content, and a generator that turns a stream
into records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from graphkit.loaders.intake import Intake
from graphkit.model import Record

ReadLine = Callable[[bytes, str, Intake], Iterator[Record]]


@dataclass(frozen=True)
class LineReader:
    """How a format is read that may hold a whole record on each line.

    `splits` says whether a stream is of that kind, and gives the stream from its beginning.
    `start` gives a function that yields what one line says, given its place. What it yields and
    tells the intake depends on the line alone, so that a line that was read once need not be read
    again.
    """

    splits: Callable[[BinaryIO], tuple[bool, BinaryIO]]
    start: Callable[[], ReadLine]


@dataclass(frozen=True)
class Loader:
    """One upstream format.

    `recognises` gets the first `reading.HEAD_BYTES` of the content (decompressed
    UTF-8, no byte order mark) and says whether this is the format. `load` gets
    the stream from its beginning and yields records; what it cannot use it
    reports to the intake. `precedence` ranks sources that describe the same
    thing: the lower number wins a field. `lines` is there where the format may be
    read line by line; `load` then does so as well.
    """

    name: str
    title: str
    precedence: int
    recognises: Callable[[bytes], bool]
    load: Callable[[BinaryIO, Intake], Iterator[Record]]
    lines: LineReader | None = None
