"""Where what is costly to make is kept between runs: vectors, answers of models."""

from __future__ import annotations

import os
from pathlib import Path

from graphkit.errors import UsageError

VARIABLE = "GRAPHKIT_CACHE"


def cache_folder() -> Path:
    """The folder for caches, made if need be: `GRAPHKIT_CACHE`, else the user's own."""
    named = os.environ.get(VARIABLE)
    usual = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(named) if named else Path(usual) / "graphkit"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be made: {error.strerror or error}",
            hint=f"name another folder in {VARIABLE}",
        ) from None
    return folder
