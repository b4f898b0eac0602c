"""Which statements one snapshot has and the other has not, in constant memory.

Each line of the two files is put aside as a hash of 16 bytes with its number, spread over
files on disk; files that belong together are compared one after the other, which marks the
lines that only one side has. These are then read again, in the order in which they stand.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from graphkit.errors import SnapshotError
from graphkit.gzipped import DAMAGED, open_gzip
from graphkit.progress import Progress, silent

_SHARDS = 64
_HASH = 16
_NUMBER = struct.Struct("<Q")
_RECORD = _HASH + _NUMBER.size
_READ = 4 << 20


class StatementDifference:
    """The lines of N-Quads to take away from one file, and those to add, to get the other.

    Use it in a `with` block: what is put aside lies in a temporary folder.
    """

    def __init__(self, old: Path, new: Path, progress: Progress = silent) -> None:
        self._old, self._new = old, new
        self.deleted = self.inserted = 0
        with TemporaryDirectory(prefix="graphkit-") as work:
            folder = Path(work)
            counts = [
                _spread(path, folder, name, progress) for path, name in ((old, "old"), (new, "new"))
            ]
            self._gone = bytearray(counts[0] // 8 + 1)
            self._came = bytearray(counts[1] // 8 + 1)
            for shard in range(_SHARDS):
                before, after = (_read(folder / f"{name}-{shard}") for name in ("old", "new"))
                self.deleted += _mark(self._gone, before, after)
                self.inserted += _mark(self._came, after, before)

    def deletions(self) -> Iterator[bytes]:
        """The lines that only the old file has, in its order."""
        return _marked(self._old, self._gone)

    def insertions(self) -> Iterator[bytes]:
        """The lines that only the new file has, in its order."""
        return _marked(self._new, self._came)

    def __enter__(self) -> StatementDifference:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gone = self._came = bytearray()


def _blocks(path: Path) -> Iterator[list[bytes]]:
    try:
        with open_gzip(path) as stream:
            while block := stream.readlines(_READ):
                yield block
    except DAMAGED as error:
        reason = getattr(error, "strerror", None) or error
        raise SnapshotError(f"{path}: cannot be read: {reason}", hint="build again") from None


def _spread(path: Path, folder: Path, name: str, progress: Progress) -> int:
    """Put hashes and numbers of lines into the files of a side; how many there are."""
    start = 0
    with ExitStack() as stack:
        files = [
            stack.enter_context((folder / f"{name}-{shard}").open("wb")) for shard in range(_SHARDS)
        ]
        pack = _NUMBER.pack
        for block in _blocks(path):
            held: list[list[bytes]] = [[] for _ in range(_SHARDS)]
            for number, line in enumerate(block, start):
                digest = blake2b(line, digest_size=_HASH).digest()
                held[digest[0] % _SHARDS].append(digest + pack(number))
            start += len(block)
            for file, records in zip(files, held, strict=True):
                file.write(b"".join(records))
            progress("comparing statements", start)
    return start


def _read(path: Path) -> dict[bytes, bytes]:
    data = path.read_bytes()
    return {
        data[start : start + _HASH]: data[start + _HASH : start + _RECORD]
        for start in range(0, len(data), _RECORD)
    }


def _mark(bits: bytearray, here: dict[bytes, bytes], there: dict[bytes, bytes]) -> int:
    only = here.keys() - there.keys()
    for digest in only:
        (number,) = _NUMBER.unpack(here[digest])
        bits[number >> 3] |= 1 << (number & 7)
    return len(only)


def _marked(path: Path, bits: bytearray) -> Iterator[bytes]:
    start = 0
    for block in _blocks(path):
        for number, line in enumerate(block, start):
            if bits[number >> 3] >> (number & 7) & 1:
                yield line
        start += len(block)
