"""What writers of text do for speed: lines joined into batches, and nothing rendered twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

_BATCH = 4_096
"""Lines that are written at once."""
_REMEMBERED = 200_000
"""Renderings kept; then all are forgotten, so that memory stays flat."""

Key = TypeVar("Key", bound=Hashable)
Rendered = TypeVar("Rendered")


def batches(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as UTF-8, many at once.

    >>> list(batches(["a", "é"]))
    [b'a\\xc3\\xa9']
    """
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _BATCH:
            yield "".join(batch).encode()
            batch.clear()
    yield "".join(batch).encode()


class Remembered(dict[Key, Rendered]):
    """Renderings by what they are of: made when first asked for.

    Most relationships hold the same content, and all of a node's begin at the same node.

    >>> lengths = Remembered(len)
    >>> lengths["abc"], lengths["abc"]
    (3, 3)
    """

    def __init__(self, render: Callable[[Key], Rendered]) -> None:
        super().__init__()
        self._render = render

    def __missing__(self, key: Key) -> Rendered:
        if len(self) >= _REMEMBERED:
            self.clear()
        made = self[key] = self._render(key)
        return made
