"""Reading gzip files: one door, since the library has no types."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

from isal import igzip, isal_zlib

_ISAL_ERROR: Any = isal_zlib.error
DAMAGED: tuple[type[Exception], ...] = (EOFError, OSError, zlib.error, _ISAL_ERROR)
"""What reading a damaged, cut or unreachable gzip file raises."""


def open_gzip(path: Path) -> BinaryIO:
    """Open a gzip file for reading its content."""
    return cast(BinaryIO, igzip.open(path, "rb"))  # type: ignore[no-untyped-call]
