"""The numbers that documents are put in order by.

They do not depend on how many documents there are, so that one more does not change those of all
others: a number of the day, and for titles numbers with wide gaps between them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

_UNDATED = (1 << 64) - 1
_LATEST = 1 << 62
_WIDTH = 1 << 63
_DAY = 10
"""A day has so many characters: 2024-05-01."""


def oldest(date: str) -> int:
    """The number of a date that begins with a year: that of its day. Without a date the last.

    >>> oldest("2024-05-01") < oldest("2024-05-02") < oldest("2025-01-01") < oldest("")
    True
    """
    if not date:
        return _UNDATED
    rest = date[4:_DAY].encode("ascii", "replace").ljust(_DAY - 4, b"\0")
    return int(date[:4]) << 48 | int.from_bytes(rest)


def newest(date: str) -> int:
    """The same the other way round; what has no date is still the last.

    >>> newest("2024-05-02") < newest("2024-05-01") < newest("")
    True
    """
    return _LATEST - oldest(date) if date else _UNDATED


class TitlePlace(msgspec.Struct, array_like=True):
    """The number of a title, and how many documents have it."""

    number: int
    uses: int = 0


class Titles:
    """Folded titles with their numbers, which grow with the alphabet."""

    def __init__(self, places: dict[str, TitlePlace]) -> None:
        self.places = places

    @classmethod
    def of(cls, titles: Iterable[str]) -> Titles:
        """Numbers for all titles of an index.

        >>> titles = Titles.of(["b", "a", "b"])
        >>> titles["a"] < titles["b"]
        True
        """
        listed = sorted(set(titles))
        return cls(
            dict(zip(listed, map(TitlePlace, _between(0, _WIDTH, len(listed))), strict=True))
        )

    def __getitem__(self, title: str) -> int:
        return self.places[title].number

    def use(self, title: str, times: int = 1) -> None:
        """Say that more documents have a title, or fewer."""
        self.places[title].uses += times

    def with_titles(self, titles: Iterable[str]) -> Titles | None:
        """These titles as well, and none that no document has; None where a gap is too narrow."""
        known = sorted(self.places)
        numbers = [self.places[title].number for title in known]
        places = {
            title: TitlePlace(place.number, place.uses) for title, place in self.places.items()
        }
        came = sorted(set(titles) - self.places.keys())
        for at, group in groupby(came, key=lambda title: bisect_left(known, title)):
            between = list(group)
            below = numbers[at - 1] if at else 0
            above = numbers[at] if at < len(numbers) else _WIDTH
            if above - below <= len(between):
                return None
            found = _between(below, above, len(between))
            places |= dict(zip(between, map(TitlePlace, found), strict=True))
        return Titles(places)

    def used(self) -> dict[str, TitlePlace]:
        """Titles that a document has, in the alphabet's order."""
        return {title: place for title, place in sorted(self.places.items()) if place.uses}


def _between(below: int, above: int, count: int) -> Sequence[int]:
    """Numbers between two, equally far from each other.

    >>> _between(0, 100, 3)
    [25, 50, 75]
    """
    return [below + (above - below) * (at + 1) // (count + 1) for at in range(count)]
