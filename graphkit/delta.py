"""What has to be taken from a set of statements, and added, to make another one of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Delta:
    """The difference of two sets of statements, as lines of N-Quads.

    Lines are as the snapshot's writer makes them: one space between two terms, " ." and a
    newline at the end. `removed` are in the old set alone, `added` in the new one alone; each
    line stands once, and the lines of one thing stand together.

    >>> old = ['<a> <p> "1" <g> .\\n', '<b> <p> "2" <g> .\\n']
    >>> new = ['<b> <p> "2" <g> .\\n', '<c> <p> "3" <g> .\\n']
    >>> delta = Delta.between(old, new)
    >>> len(delta), sorted(delta.subjects)
    (2, ['<a>', '<c>'])
    """

    removed: tuple[str, ...]
    added: tuple[str, ...]

    @classmethod
    def between(cls, old: Iterable[str], new: Iterable[str]) -> Delta:
        """The difference of two collections of lines, in which a line may stand more than once."""
        before, after = dict.fromkeys(old), dict.fromkeys(new)
        return cls(
            removed=tuple(line for line in before if line not in after),
            added=tuple(line for line in after if line not in before),
        )

    def __len__(self) -> int:
        return len(self.removed) + len(self.added)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The things of which something is said that was not, or no longer: `<iri>` or `_:b`."""
        return frozenset(
            line.partition(" ")[0] for lines in (self.removed, self.added) for line in lines
        )
