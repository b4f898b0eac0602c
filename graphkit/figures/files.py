"""The file of a snapshot's columns."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
import numpy as np

from graphkit.figures.columns import Columns

FIGURES = "figures-3.npz"
"""Its name; the number changes when what it holds does."""
_THINGS = "things"
_NAMES = "names"


def opened(path: Path) -> Columns | None:
    """The columns in a file; None where there is none that can be read."""
    try:
        with path.open("rb") as raw, np.load(raw) as file:
            numbers = {name: file[name] for name in file.files}
        packed = numbers.pop(_THINGS).tobytes()
        things = msgspec.msgpack.decode(packed, type=dict[str, list[str]])
        return Columns(things, numbers, things.pop(_NAMES))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, msgspec.MsgspecError):
        return None


def save(found: Columns, path: Path) -> None:
    """Write columns into a file; it comes to its name by renaming, so that it is whole."""
    things = {**found.things, _NAMES: found.names}
    packed = np.frombuffer(msgspec.msgpack.encode(things), np.uint8)
    arrays: dict[str, Any] = {_THINGS: packed, **found.numbers}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        np.savez(file, **arrays)
    Path(name).chmod(0o644)
    Path(name).replace(path)
