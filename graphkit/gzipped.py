"""Reading gzip files: one door, since the library has no types."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

from isal import igzip


def open_gzip(path: Path) -> BinaryIO:
    """Open a gzip file for reading its content."""
    return cast(BinaryIO, igzip.open(path, "rb"))  # type: ignore[no-untyped-call]
