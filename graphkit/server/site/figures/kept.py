"""Columns kept in a file of the spool folder, so that each worker need not read the store.

The first worker that needs them makes the file; of two at once, the second waits for it. A file
comes to its name by renaming, so one that is there is whole.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from filelock import FileLock
from flask import current_app

from graphkit.server.site.app import site
from graphkit.server.site.figures.columns import Columns, read
from graphkit.server.site.problems import Problem

FORMAT = 2
_THINGS = "things"
_NAMES = "names"
_EXTENSION = "graphkit-columns"


def columns() -> Columns:
    """The columns of the data set being served. Raises Problem 404 where it is no snapshot."""
    found = current_app.extensions.get(_EXTENSION)
    if found is None:
        here = site()
        if here.dataset.snapshot is None:
            raise Problem(
                404,
                "these figures are counted for snapshots of graphkit only",
                "this server has other data: ask them at /sparql",
            )
        path = here.spool / "figures" / f"{here.dataset.name}-{FORMAT}.npz"
        found = current_app.extensions[_EXTENSION] = opened(path) or _made(path)
    assert isinstance(found, Columns)
    return found


def opened(path: Path) -> Columns | None:
    """The columns in a file; None where there is none that can be read."""
    try:
        with np.load(path) as file:
            numbers = {name: file[name] for name in file.files}
    except (OSError, ValueError):
        return None
    things = msgspec.msgpack.decode(numbers.pop(_THINGS).tobytes(), type=dict[str, list[str]])
    return Columns(things, numbers, things.pop(_NAMES))


def _made(path: Path) -> Columns:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / ".making"):
        found = opened(path)
        if found is None:
            found = read(site().dataset.store)
            save(found, path)
    return found


def save(found: Columns, path: Path) -> None:
    """Write columns into a file; assessments are counted only, so their addresses stay out."""
    things = {kind: iris if kind != "assessment" else [] for kind, iris in found.things.items()}
    things[_NAMES] = found.names
    packed = np.frombuffer(msgspec.msgpack.encode(things), np.uint8)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        arrays: dict[str, Any] = {_THINGS: packed, **found.numbers}
        np.savez(file, **arrays)
    Path(name).replace(path)
