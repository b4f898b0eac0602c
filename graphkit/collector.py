"""Python's garbage collector, told that a build makes many objects and few cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (50_000, 20, 50)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collect seldom, and pass over what is there already; as before afterwards.

    Records and lines form no cycles, so looking for some costs a tenth of the
    time and finds nothing (docs/benchmarks.md).
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
