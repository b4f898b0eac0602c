"""What a misspelt text was perhaps meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

_SHORTEST = 4
_RARE = 10
"""A word that so few texts have may be misspelt in them, too."""
_TIMES = 20
"""How many times as many titles as texts must have the better word."""


def respelled(
    text: str,
    words: Sequence[str],
    known: Mapping[str, int],
    frequency: Callable[[str], int],
) -> str | None:
    """The text with better words for those that hardly any text has; None where there are none.

    `known` holds words and how often they are used, `frequency` tells how many texts have a
    word. Words are alike that differ by one letter, or by two if they have eight or more.
    """
    better = text
    for word in words:
        lowered = word.lower()
        if len(word) < _SHORTEST or not word.isalpha() or known.get(lowered, 0) > _RARE:
            continue
        texts = frequency(word)
        if texts > _RARE:
            continue
        found = _nearest(lowered, known, texts)
        if found is not None:
            written = found.capitalize() if word[0].isupper() else found
            better = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", written, better)
    return better if better != text else None


def _nearest(word: str, known: Mapping[str, int], texts: int) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    reach = 2 if len(word) >= 8 else 1
    near = process.extract(word, known.keys(), scorer=OSA.distance, score_cutoff=reach, limit=20)
    likely = [
        (distance, -known[one], one)
        for one, distance, _ in near
        if known[one] >= max(2, _TIMES * texts)
    ]
    return min(likely)[2] if likely else None
