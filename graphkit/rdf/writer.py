"""Writing N-Quads lines to a compressed file, in blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from isal import igzip_threaded

_BLOCK_LINES = 20_000
_BLOCK_BYTES = 2 << 20
_LEVEL = 1


class QuadWriter:
    """Collects lines and writes them gzip-compressed; counts them.

    The same lines give the same bytes, in whatever pieces they come: the gzip header holds neither
    a name nor a time, and what is compressed is cut by length alone.
    `observe` is called with each block of text before compression. With `threads=0`
    compression happens in the calling thread.
    """

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 1,
        observe: Callable[[bytes], None] | None = None,
    ) -> None:
        self.path = path
        self.quads = 0
        self.size = 0
        self._lines: list[str] = []
        self._rest = bytearray()
        self._raw = path.open("wb")
        self._observe = observe
        self._gzip: Any = igzip_threaded.open(  # type: ignore[no-untyped-call]
            self._raw, "wb", compresslevel=_LEVEL, threads=threads, block_size=4 << 20
        )

    def add(self, lines: list[str]) -> None:
        """Take complete N-Quads lines, each ending in a newline."""
        self._lines += lines
        if len(self._lines) >= _BLOCK_LINES:
            self.flush()

    def add_block(self, block: bytes) -> None:
        """Take many complete lines as one block of text."""
        self.flush()
        self.quads += block.count(b"\n")
        self._put(block)

    def flush(self) -> None:
        """Hand the collected lines to the compressor."""
        if not self._lines:
            return
        self.quads += len(self._lines)
        block = "".join(self._lines).encode("utf-8")
        self._lines.clear()
        self._put(block)

    def _put(self, block: bytes) -> None:
        self.size += len(block)
        if self._observe is not None:
            self._observe(block)
        rest = self._rest
        rest += block
        if len(rest) < _BLOCK_BYTES:
            return
        whole = len(rest) - len(rest) % _BLOCK_BYTES
        for start in range(0, whole, _BLOCK_BYTES):
            self._gzip.write(bytes(rest[start : start + _BLOCK_BYTES]))
        del rest[:whole]

    def close(self) -> None:
        """Flush everything to the file."""
        self.flush()
        if self._rest:
            self._gzip.write(bytes(self._rest))
            self._rest.clear()
        self._gzip.close()
        self._raw.close()

    def __enter__(self) -> QuadWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
