"""The statements of a graph in parts, of which an earlier build may have written most.

A part is what is said of one thing, or of things that belong together; no statement stands in two
of them, and they come in one order. Of each is kept the hash and the length of its text and, where
its maker says so, a hash of all that it was made from. So the next build can tell which parts it
has in common with this one, copy those that it need not make again, and say by which statements
the two differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from graphkit.build.keeping import FOLDER
from graphkit.delta import Delta
from graphkit.gzipped import open_gzip
from graphkit.rdf.writer import QuadWriter
from graphkit.snapshot import QUADS

HASH_BYTES = 16
_FILE = "parts.msgpack"
_UNKNOWN = bytes(HASH_BYTES)
MOST_CHANGED_BYTES = 256 << 20
"""Where more text than this was dropped or added, nobody follows statement by statement."""
_LONGEST_RUN = 2_000
"""How many parts are copied at once."""


class PartList(msgspec.Struct, array_like=True):
    """Parts in their order: hashes of texts and of what they were made from, lengths in bytes."""

    texts: bytearray = msgspec.field(default_factory=bytearray)
    inputs: bytearray = msgspec.field(default_factory=bytearray)
    sizes: list[int] = []

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, text: bytes, inputs: bytes, size: int) -> None:
        """Add a part at the end."""
        self.texts += text
        self.inputs += inputs
        self.sizes.append(size)

    def text(self, number: int) -> bytes:
        """The hash of a part's text."""
        return bytes(self.texts[number * HASH_BYTES : (number + 1) * HASH_BYTES])

    def by_text(self) -> dict[bytes, int]:
        """Numbers of parts by the hash of their text."""
        return _numbered(self.texts)

    def by_inputs(self) -> dict[bytes, int]:
        """Numbers of parts by the hash of what they were made from, where that is known."""
        found = _numbered(self.inputs)
        found.pop(_UNKNOWN, None)
        return found


def _numbered(hashes: bytearray) -> dict[bytes, int]:
    data = bytes(hashes)
    starts = range(0, len(data), HASH_BYTES)
    return {data[start : start + HASH_BYTES]: number for number, start in enumerate(starts)}


def save_parts(parts: PartList, folder: Path) -> None:
    """Keep a list of parts for the next build."""
    (folder / _FILE).write_bytes(msgspec.msgpack.encode(parts))


def kept_text(folder: Path) -> KeptText | None:
    """The text of the snapshot in a folder, if its parts were kept."""
    try:
        data = (folder / FOLDER / _FILE).read_bytes()
        parts = msgspec.msgpack.decode(data, type=PartList)
        return KeptText(folder / QUADS, parts)
    except (OSError, msgspec.MsgspecError):
        return None


class KeptText:
    """The text that an earlier build wrote, read once from its beginning to its end."""

    def __init__(self, quads: Path, parts: PartList) -> None:
        self.parts = parts
        self.by_text = parts.by_text()
        self.by_inputs = parts.by_inputs()
        self.used: set[int] = set()
        self._stream: Any = open_gzip(quads)
        self._next = 0
        self._passed: dict[int, bytes] = {}
        self._passed_bytes = 0

    @property
    def next(self) -> int:
        """The first part that can still be copied."""
        return self._next

    def copy(self, first: int, last: int) -> bytes:
        """The text of the parts from `first` to `last`; those before them are passed over."""
        self._pass(first)
        size = sum(self.parts.sizes[first : last + 1])
        self._next = last + 1
        return self._read(size)

    def _read(self, size: int) -> bytes:
        data: bytes = self._stream.read(size)
        if len(data) != size:
            raise EOFError("the quads of the earlier snapshot end too soon")
        return data

    def _pass(self, until: int) -> None:
        sizes = self.parts.sizes
        for number in range(self._next, until):
            text = self._read(sizes[number])
            if number not in self.used and self._passed_bytes <= MOST_CHANGED_BYTES:
                self._passed[number] = text
                self._passed_bytes += len(text)
        self._next = max(self._next, until)

    def dropped(self) -> list[bytes] | None:
        """The texts of the parts that were not used; None where they are too long together."""
        self._pass(len(self.parts))
        self._stream.close()
        if self._passed_bytes > MOST_CHANGED_BYTES:
            return None
        return [text for number, text in self._passed.items() if number not in self.used]


class PartWriter:
    """Writes parts one after the other, and copies those that are kept.

    `delta` then tells by which statements they differ from those of the earlier build.
    """

    def __init__(self, writer: QuadWriter, kept: KeptText | None = None) -> None:
        self._writer = writer
        self._kept = kept
        self.parts = PartList()
        self._added: list[bytes] = []
        self._added_bytes = 0
        self._run: tuple[int, int] | None = None

    def write(self, lines: Iterable[str], inputs: bytes = _UNKNOWN) -> None:
        """Write a part; `inputs` is a hash of all that it was made from."""
        text = "".join(lines).encode("utf-8")
        if not text:
            return
        digest = hashlib.blake2b(text, digest_size=HASH_BYTES).digest()
        kept = self._kept
        if kept is not None and (known := kept.by_text.get(digest)) is not None:
            kept.used.add(known)
        elif self._added_bytes <= MOST_CHANGED_BYTES:
            self._added.append(text)
            self._added_bytes += len(text)
        self._copy()
        self._writer.add_block(text)
        self.parts.add(digest, inputs, len(text))

    def write_again(self, inputs: bytes) -> bool:
        """Write the part again that an earlier build made from the same, if there is one.

        What stands further back in the earlier text than was read by now is not there any more.
        """
        kept = self._kept
        number = kept.by_inputs.get(inputs) if kept is not None else None
        if kept is None or number is None:
            return False
        run = self._run
        if number < (run[1] + 1 if run is not None else kept.next):
            return False
        kept.used.add(number)
        if run is not None and run[1] + 1 == number < run[0] + _LONGEST_RUN:
            self._run = (run[0], number)
        else:
            self._copy()
            self._run = (number, number)
        self.parts.add(kept.parts.text(number), inputs, kept.parts.sizes[number])
        return True

    def _copy(self) -> None:
        if self._run is not None and self._kept is not None:
            self._writer.add_block(self._kept.copy(*self._run))
            self._run = None

    def finish(self) -> Delta | None:
        """Write what is left; returns the difference from the earlier build.

        None where there is no earlier build, or too much differs.
        """
        self._copy()
        if self._kept is None:
            return None
        dropped = self._kept.dropped()
        if dropped is None or self._added_bytes > MOST_CHANGED_BYTES:
            return None
        return Delta.between(_lines(dropped), _lines(self._added))


def _lines(texts: list[bytes]) -> Iterable[str]:
    for text in texts:
        for line in text.decode("utf-8").split("\n")[:-1]:
            yield f"{line}\n"
