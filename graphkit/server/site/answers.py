"""Answers of any size: small ones in memory, large ones through a file, cut ones never.

Whoever makes an answer writes it into a `Sink`. It stays in memory up to a size and goes on in
a file of the spool folder, which the front streams to the client and removes. So no status line
goes out before the last byte is known, and an answer past a limit is a 413, not half a 200.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from flask import Response, request
from isal import igzip
from werkzeug.datastructures import Accept

from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.worker.messages import WRITING

IN_MEMORY = 256 << 10
COMPRESSED_FROM = 1024
"""Bytes below which compressing costs more than it saves."""
FILE_HEADER = "Graphkit-File"
"""Tells the front which file holds the body."""
KEEP_HEADER = "Graphkit-Keep"
"""Tells the front that the file stays (a dump, which others ask for, too)."""


class Sink:
    """A file to write an answer into; raises Problem 413 past the limit of bytes."""

    def __init__(self, limit: int, folder: Path) -> None:
        self.written = 0
        self._limit = limit
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()

    def write(self, data: bytes) -> int:
        """Take more of the answer."""
        before = self.written
        self.written += len(data)
        if self.written > self._limit:
            raise too_large("bytes", self._limit)
        if before <= IN_MEMORY < self.written:
            file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            file.write(cast("io.BytesIO", self._file).getbuffer())
            self._file = file
        return self._file.write(data)

    def flush(self) -> None:
        """Nothing to do: the front reads only what is finished."""

    def rewound(self) -> IO[bytes]:
        """All that was written, from its start."""
        self._file.seek(0)
        return self._file

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def too_large(what: str, limit: int) -> Problem:
    """The answer to a request whose answer would be too large."""
    return Problem(
        413,
        f"the answer has more than {limit:,} {what}, the most that this server sends at once",
        "ask for less (LIMIT and OFFSET with ORDER BY), or take a dump of the data",
        limit=limit,
    )


def answer(write: Callable[[Any], object], media_type: str) -> Response:
    """A response whose body `write` writes into the file it is given."""
    here = site()
    with Sink(here.limits.max_bytes, here.spool) as sink:
        write(sink)
        return finished(sink.rewound(), sink.written, media_type)


def finished(body: IO[bytes], size: int, media_type: str) -> Response:
    """A response with this body, compressed where the client takes that."""
    packed = worth_compressing(size, request.accept_encodings)
    if size <= IN_MEMORY:
        data = body.read()
        response = Response(compressed(data) if packed else data)
    else:
        response = Response(b"")
        response.headers[FILE_HEADER] = _in_file(body, packed)
    if packed:
        response.content_encoding = "gzip"
    response.content_type = media_type
    response.vary.add("Accept-Encoding")
    return response


def worth_compressing(size: int, accepted: Accept) -> bool:
    """Whether a body of this size is compressed for a client that takes these encodings."""
    return size >= COMPRESSED_FROM and accepted.quality("gzip") > 0


def compressed(data: bytes) -> bytes:
    """Bytes in the form that Content-Encoding calls gzip; the same bytes each time."""
    return igzip.compress(data, 1, mtime=0)


_COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def compress(response: Response) -> Response:
    """A response that is compressed where the client takes that and it is worth it."""
    kind = response.mimetype or ""
    if (
        response.direct_passthrough
        or response.content_encoding
        or FILE_HEADER in response.headers
        or not kind.startswith(_COMPRESSIBLE)
    ):
        return response
    response.vary.add("Accept-Encoding")
    data = response.get_data()
    if worth_compressing(len(data), request.accept_encodings):
        response.set_data(compressed(data))
        response.content_encoding = "gzip"
    return response


def _in_file(body: IO[bytes], packed: bool) -> str:
    name = f"{WRITING}{os.getpid()}-"
    with tempfile.NamedTemporaryFile(dir=site().spool, prefix=name, delete=False) as file:
        out: Any = _compressor(file) if packed else file
        while block := body.read(1 << 20):
            out.write(block)
        if packed:
            out.close()
        return file.name


def _compressor(file: Any) -> Any:
    return igzip.IGzipFile(fileobj=file, mode="wb", compresslevel=1)  # type: ignore[no-untyped-call]
