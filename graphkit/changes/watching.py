"""What was there at the last look, kept in a file; only one process looks at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from graphkit.errors import UsageError
from graphkit.text import slug

FORMAT = 1
FOLDER = "watch"
WAIT = 60.0
"""Seconds to wait for another process that looks with the same file."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a file remembers: what is watched, the snapshot of the last look, and its rows.

    `rows` are hashes, sorted; a digest remembers the snapshot alone.
    """

    watched: str
    parameters: dict[str, Any]
    snapshot: str
    created: str
    rows: list[str] = []
    format: int = FORMAT


def usual_path(graph: Path, watched: str, parameters: Mapping[str, Any]) -> Path:
    """Where what was seen is kept, unless another file is named: in the graph's folder."""
    told = msgspec.json.encode([watched, parameters], order="sorted")
    name = f"{slug(watched)}-{hashlib.sha256(told).hexdigest()[:12]}.json"
    return graph / FOLDER / name


@contextmanager
def looking(
    path: Path,
    *,
    make_folder: bool = False,
    tell: Callable[[str], object] = lambda _: None,
    wait: float = WAIT,
) -> Iterator[None]:
    """Keep other processes from looking with the same file meanwhile.

    With `make_folder` the folder of the file is made where it is missing. `tell` is told where
    another process is waited for. A look that fails leaves neither lock nor folder behind.

    Raises UsageError where the file's folder cannot be written, or another process does not end.
    """
    from filelock import FileLock, Timeout

    path_of_lock = path.with_name(f".{path.name}.lock")
    made = False
    try:
        if make_folder and not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
            made = True
        # A lock whose file cannot be made would be waited for as one that is taken.
        os.close(os.open(path_of_lock, os.O_RDWR | os.O_CREAT, 0o644))
        lock = FileLock(path_of_lock)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"another watch is looking with {path}; waiting for it, {wait:g} s at most")
            lock.acquire(timeout=wait)
    except Timeout:
        raise UsageError(
            f"{path}: another process has been looking for {wait:g} s", hint="try again later"
        ) from None
    except (OSError, NotImplementedError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise UsageError(
            f"{path}: cannot be written: {reason}", hint="name another file with --state"
        ) from None
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path_of_lock.unlink()
            if made:
                path.parent.rmdir()
        raise
    finally:
        lock.release()


def remembered(path: Path, watched: str, parameters: Mapping[str, Any]) -> Seen | None:
    """What a file remembers; None at the first look.

    Raises UsageError for a file that remembers something else, or is damaged.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    try:
        seen = msgspec.json.decode(data, type=Seen)
    except msgspec.MsgspecError as error:
        raise UsageError(
            f"{path}: does not remember a look: {error}",
            hint="name another file with --state, or delete this one to begin anew",
        ) from None
    if (seen.watched, seen.parameters) != (watched, dict(parameters)):
        raise UsageError(
            f"{path}: remembers another look ({seen.watched})",
            hint="give each query and its parameters a file of their own",
        )
    return seen


def remember(path: Path, seen: Seen) -> None:
    """Write the file, whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(seen)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def row_key(row: Sequence[Any], places: Sequence[int]) -> str:
    """A hash that stands for a row, by the values at some places.

    >>> row_key(["a", 1], [0]) == row_key(["a", 2], [0])
    True
    """
    told = msgspec.json.encode([row[place] for place in places])
    return hashlib.blake2b(told, digest_size=12).hexdigest()
