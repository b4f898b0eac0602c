"""The columns that pages count from: the snapshot's, opened once in each worker."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock
from flask import current_app

from graphkit.figures import FIGURES, Columns, opened, read, save
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem

_EXTENSION = "graphkit-figures"


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
        spooled = here.spool / "figures" / here.dataset.name / FIGURES
        found = opened(here.dataset.snapshot.search / FIGURES) or opened(spooled) or _made(spooled)
        current_app.extensions[_EXTENSION] = found
    assert isinstance(found, Columns)
    return found


def _made(path: Path) -> Columns:
    """Columns of a snapshot made without them: read now and kept for the other workers.

    The first worker that needs them makes the file; of two at once, the second waits for it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / ".making"):
        found = opened(path)
        if found is None:
            found = read(site().dataset.store)
            save(found, path)
    return found
