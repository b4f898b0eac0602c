"""Writing what came to disk; a disk that takes it not is told with what to do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.loaders.sources import parse_moment

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MAY_NOT = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskError(UsageError):
    """The folder of a harvest cannot be written to."""


@contextmanager
def writing(path: Path, size: int | None = None) -> Iterator[None]:
    """Write a file, of so many bytes if they are known. Raises DiskError where that fails."""
    try:
        yield
    except OSError as error:
        raise _told(path, size, error) from None


def _told(path: Path, size: int | None, error: OSError) -> DiskError:
    if error.errno in _NO_ROOM:
        wanted = f" for {size:,} bytes" if size is not None else ""
        left = ""
        with suppress(OSError):
            left = f", {shutil.disk_usage(_existing(path)).free:,} bytes are free"
        what = f"the disk has no room{wanted}{left} ({error.strerror})"
        hint = "make room; what was fetched stays, and the same command goes on from there"
    elif error.errno in _MAY_NOT:
        what = f"cannot be written: {error.strerror}"
        hint = "see whose the folder is, or name another with -o"
    else:
        what = f"cannot be written: {error.strerror or error}"
        hint = "what was fetched stays, and the same command goes on from there"
    return DiskError(f"{path}: {what}", hint=hint)


def _existing(path: Path) -> Path:
    return next((one for one in (path, *path.parents) if one.exists()), Path())


def replace_whole(path: Path, pieces: Iterable[bytes], *, moment: str = "") -> None:
    """Write a file beside its place and rename it: it is there whole or not at all.

    `moment` becomes the time of the file. Not forced onto the disk: what a loss of power takes
    differs from its noted hash. Raises DiskError.
    """
    partial = path.with_name(f".{path.name}.part")
    size = sum(map(len, pieces)) if isinstance(pieces, list) else None
    with writing(path, size):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            set_time(partial, moment)
            partial.replace(path)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise


def set_time(path: Path, retrieved: str) -> None:
    """Give a file the time at which it was fetched, which a build takes without a manifest."""
    moment = parse_moment(retrieved) if retrieved else None
    if moment is not None:
        os.utime(path, (moment.timestamp(), moment.timestamp()))
