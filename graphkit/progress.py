"""How a long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int], None]
"""Is told what is being done, and how much of it is done."""


def silent(what: str, count: int) -> None:
    """Tells nobody."""
