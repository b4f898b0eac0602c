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


@dataclass(frozen=True)
class Loader:
    """One upstream format.

    `recognises` gets the first `reading.HEAD_BYTES` of the content (decompressed
    UTF-8, no byte order mark) and says whether this is the format. `load` gets
    the stream from its beginning and yields records; what it cannot use it
    reports to the intake. `precedence` ranks sources that describe the same
    thing: the lower number wins a field.
    """

    name: str
    title: str
    precedence: int
    recognises: Callable[[bytes], bool]
    load: Callable[[BinaryIO, Intake], Iterator[Record]]
