"""Cutting streams into batches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of at most `size`.

    >>> list(batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def batches_by(items: Iterable[T], size: int, key: Callable[[T], K]) -> Iterator[tuple[K, list[T]]]:
    """Cut into lists of at most `size` that agree in their key; what does not fill a list, last.

    >>> list(batches_by(["a", "B", "c", "d"], 2, str.isupper))
    [(False, ['a', 'c']), (True, ['B']), (False, ['d'])]
    """
    waiting: dict[K, list[T]] = {}
    for item in items:
        which = key(item)
        batch = waiting.setdefault(which, [])
        batch.append(item)
        if len(batch) >= size:
            yield which, waiting.pop(which)
    yield from waiting.items()
