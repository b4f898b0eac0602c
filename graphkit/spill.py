"""Grouping more records than memory holds, by key, on disk.

Records are appended to one of a fixed number of files by the hash of their
key; a file is then read whole, sorted and handed out group by group. Memory is
that of one file, whatever the number of records, and the order in which
sources were read leaves no trace.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Generic, NamedTuple, TypeVar

import msgspec

from graphkit.model import Record

SHARDS = 64
_BUFFER_BYTES = 128 << 10
_LENGTH = struct.Struct("<I")

_ENTRY = msgspec.msgpack.Decoder(tuple[str, int, int, str, msgspec.Raw])

R = TypeVar("R", bound=Record)


class Packed(NamedTuple):
    """A record as it was put aside, without its locator; `record` is MessagePack."""

    source: int
    locator: str
    record: msgspec.Raw


class Spill(Generic[R]):
    """Records of one kind, to be grouped by key.

    `source` is the position of the record's source in order of precedence:
    within a group, records come sorted by it and then by their place in it. The place of a record
    in its source (`locator`) is kept apart from what it says, so that a record that has only moved
    can be told from one that has changed.
    """

    def __init__(self, folder: Path, kind: type[R]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files: list[BinaryIO] = [
            (folder / f"{number:02d}").open("w+b") for number in range(SHARDS)
        ]
        self._buffers = [bytearray() for _ in range(SHARDS)]
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(kind)
        self.count = 0

    def add(self, key: str, source: int, record: R) -> None:
        """Put a record aside under its key."""
        locator = record.locator
        if locator:
            record = msgspec.structs.replace(record, locator="")
        self.add_packed(key, source, locator, self._encoder.encode(record))

    def add_packed(self, key: str, source: int, locator: str, record: bytes) -> None:
        """Put a record aside that is packed already, without its locator."""
        shard = zlib.crc32(key.encode("utf-8", "replace")) % SHARDS
        buffer = self._buffers[shard]
        data = self._encoder.encode((key, source, self.count, locator, msgspec.Raw(record)))
        buffer += _LENGTH.pack(len(data))
        buffer += data
        self.count += 1
        if len(buffer) >= _BUFFER_BYTES:
            self._files[shard].write(buffer)
            buffer.clear()

    def groups(self, rank: list[int]) -> Iterator[tuple[str, list[tuple[int, R]]]]:
        """Each key with its records as `(source, record)`, best source first.

        `rank[source]` orders the sources. Can be called again.
        """
        for key, members in self.packed_groups(rank):
            yield key, [(one.source, self.unpacked(one)) for one in members]

    def unpacked(self, packed: Packed) -> R:
        """A record with its locator."""
        record = self._decoder.decode(packed.record)
        return msgspec.structs.replace(record, locator=packed.locator) if packed.locator else record

    def packed_groups(self, rank: list[int]) -> Iterator[tuple[str, list[Packed]]]:
        """The same groups, their records as they were put aside."""
        for shard, file in enumerate(self._files):
            if self._buffers[shard]:
                file.write(self._buffers[shard])
                self._buffers[shard].clear()
            file.seek(0)
            data = memoryview(file.read())
            file.seek(0, 2)
            entries = []
            position = 0
            while position < len(data):
                (length,) = _LENGTH.unpack_from(data, position)
                position += _LENGTH.size
                entries.append(_ENTRY.decode(data[position : position + length]))
                position += length
            entries.sort(key=lambda entry: (entry[0], rank[entry[1]], entry[2]))
            for key, members in groupby(entries, key=lambda entry: entry[0]):
                yield (
                    key,
                    [Packed(source, locator, record) for _, source, _, locator, record in members],
                )

    def close(self) -> None:
        """Close the files; they are removed with the build's folder."""
        for file in self._files:
            file.close()

    def __del__(self) -> None:
        # A build that fails leaves here, too: it must not hold the files of a removed folder.
        with suppress(AttributeError, OSError):
            self.close()
