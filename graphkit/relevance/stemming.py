"""Words and their stems: what "effects", "effect" and "effective" have in common is not all."""

from __future__ import annotations

from functools import lru_cache
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
