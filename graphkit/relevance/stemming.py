"""Words and their stems: what "effects", "effect" and "effective" have in common is not all."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import Any

_stemmers: list[Any] = []


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """The stem of a word in lower case, by the Snowball algorithm for English (Porter 2).

    >>> stem("barriers"), stem("r&d")
    ('barrier', 'r&d')
    """
    if not _stemmers:
        import snowballstemmer

        _stemmers.append(snowballstemmer.stemmer("english"))
    return str(_stemmers[0].stemWord(word))


class _Words(dict[str, tuple[str, ...]]):
    """What stands between two spaces → the stems of the words in it, worked out once."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = tuple(
            stem(word.replace("’", "'").removesuffix("'s")) for word in _WORD.findall(piece)
        )
        self[piece] = found
        return found


# "R&D" and its like are words here, as no usual tokeniser has it.
_WORD = re.compile(r"r&d|r&i|s&t|m&e|[^\W_]+(?:['’][^\W_]+)?")
_SPACES = str.maketrans(dict.fromkeys('.,;:!?()[]{}"“”‘–—-/\\_*•<>=+%#|~^`£$€…\n\t', " "))
_WORDS = _Words()


def stems(text: str) -> list[str]:
    """The stems of all words of a text, in order, in lower case.

    >>> stems("The firms' R&D: well-being, 5G")
    ['the', 'firm', 'r&d', 'well', 'be', '5g']
    """
    pieces = text.lower().translate(_SPACES).split()
    return list(chain.from_iterable(map(_WORDS.__getitem__, pieces)))
