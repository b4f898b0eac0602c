"""The difference of two long texts of statements that are the same for the most part.

Both are read side by side. Where they agree they are passed over a piece at a time; where they do
not, the lines of a window are compared, up to a line that both have, and after it they go on
together. A line that only moved is found in both differences and taken out of them at the end, so
the result does not depend on how well the two are kept together: memory and time do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphkit.delta import Delta

WINDOW = 1 << 16
"""Bytes that are compared at a time."""
WIDEST = 1 << 23
"""Bytes of both texts in which a line that both have is looked for."""

_SPARE = 4
"""How many lines are held for each that a difference may have, while some may only have moved."""

Lines = dict[bytes, None]


def difference(
    old: Iterable[bytes], new: Iterable[bytes], most: int | None = None, window: int = WINDOW
) -> Delta | None:
    """What leads from one text to another: blocks of whole lines, no line twice in a text.

    None where that is more than `most` lines, or much more has moved; `new` is read to its end
    all the same.

    >>> delta = difference([b"a\\nb\\nc\\n"], [b"a\\n", b"x\\nc\\n"])
    >>> delta.removed, delta.added
    (('b\\n',), ('x\\n',))
    """
    before, after = _Front(old), _Front(new)
    removed: Lines = {}
    added: Lines = {}
    ceiling = None if most is None else _SPARE * most
    width = window
    while before.fill(width) | after.fill(width):
        if before.agrees(after, width):
            continue
        one, other = before.lines(width), after.lines(width)
        ends = _meeting(one, other)
        if ends is None and width < WIDEST and (before.more(width) or after.more(width)):
            width *= 4
            continue
        width = window
        if ends is not None:
            del one[ends[0] :], other[ends[1] :]
        before.skip(one)
        after.skip(other)
        _add(removed, one, set(other))
        _add(added, other, set(one))
        if ceiling is not None and len(removed) + len(added) > ceiling:
            after.drain()
            return None
    for line in [line for line in removed if line in added]:  # it only moved
        del removed[line], added[line]
    if most is not None and len(removed) + len(added) > most:
        return None
    return Delta(_texts(removed), _texts(added))


class _Front:
    """A text that is read from its front."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks: Iterator[bytes] = iter(blocks)
        self._held = b""
        self._at = 0
        self._ended = False

    def fill(self, size: int) -> bool:
        """Hold so many bytes, if there are; whether there are any."""
        while not self._ended and len(self._held) - self._at < size:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
            else:
                self._held = self._held[self._at :] + block
                self._at = 0
        return len(self._held) > self._at

    def agrees(self, other: _Front, size: int) -> bool:
        """Pass over the next piece of both, if it is the same."""
        size = min(size, len(self._held) - self._at, len(other._held) - other._at)
        start = self._at
        piece = self._held[start : start + size]
        if piece != other._held[other._at : other._at + size]:
            return False
        length = piece.rfind(b"\n") + 1
        self._at += length
        other._at += length
        return length > 0

    def lines(self, size: int) -> list[bytes]:
        """The whole lines of the next piece; at least one, if there is one."""
        stop = self._at + size
        if stop < len(self._held):
            end = self._held.rfind(b"\n", self._at, stop) + 1
            stop = end or self._held.index(b"\n", stop) + 1
        return self._held[self._at : stop].splitlines(keepends=True)

    def more(self, size: int) -> bool:
        """Whether there is more than a piece of this size."""
        return not self._ended or len(self._held) - self._at > size

    def skip(self, lines: list[bytes]) -> None:
        """Pass over lines that were told."""
        self._at += sum(map(len, lines))

    def drain(self) -> None:
        """Read to the end."""
        for _ in self._blocks:
            pass


def _meeting(one: list[bytes], other: list[bytes]) -> tuple[int, int] | None:
    """Behind which lines two lists go on with each other: the last line that both have."""
    places = {line: place for place, line in enumerate(other)}
    found = [
        (place + elsewhere, place, elsewhere)
        for place, line in enumerate(one)
        if (elsewhere := places.get(line)) is not None
    ]
    if not found:
        return None
    _, place, elsewhere = max(found)
    return place + 1, elsewhere + 1


def _add(lines: Lines, some: Iterable[bytes], both: set[bytes]) -> None:
    for line in some:
        if line not in both:
            lines[line] = None


def _texts(lines: Lines) -> tuple[str, ...]:
    return tuple(line.decode() for line in lines)
