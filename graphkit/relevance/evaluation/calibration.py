"""What a score is worth: how many of the judged pairs of about that score are relevant.

The judged pairs are those that somebody chose to judge, often from the top of a ranking. The
table speaks of pairs chosen like these, not of all pairs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from graphkit.errors import UsageError

BINS = 10
_Z = 1.959963984540054
"""How many standard deviations hold 95 % of a normal distribution."""


class Bin(NamedTuple):
    """The judged pairs whose score is from `low` up to `high`, and the share that is relevant.

    `low_share` and `high_share` are the 95 % interval of Wilson.
    """

    low: float
    high: float
    judged: int
    share: float
    mean_score: float
    low_share: float
    high_share: float


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not n:
        return 0.0, 1.0
    share = hits / n
    scale = 1 + _Z**2 / n
    middle = (share + _Z**2 / (2 * n)) / scale
    half = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / scale
    # At 0 and 1 the ends are exact, and only rounding would move them past.
    low = 0.0 if hits == 0 else middle - half
    return low, 1.0 if hits == n else middle + half


def quantile_edges(scores: Iterable[float], bins: int = BINS) -> tuple[float, ...]:
    """Edges that put about as many scores into each bin; fewer bins where scores repeat.

    >>> quantile_edges([0.1, 0.2, 0.3, 0.4, 0.5], 2)
    (0.1, 0.3, 0.5)
    """
    values = sorted(scores)
    if not values:
        return ()
    edges = np.quantile(np.array(values, dtype=np.float64), np.linspace(0, 1, bins + 1))
    return tuple(dict.fromkeys(float(edge) for edge in edges))


def calibration(
    judged: Iterable[tuple[float, bool]], edges: Sequence[float] | None = None
) -> list[Bin]:
    """The bins that hold a judged pair, from pairs of score and whether relevant.

    A bin holds its lower edge and not its upper one; scores outside the edges count in the
    first and the last. Without `edges` they are the deciles of the scores. Raises UsageError
    for edges that do not rise and for scores that are no numbers.

    >>> [(b.low, b.high, b.judged, b.share) for b in
    ...  calibration([(0.1, False), (0.5, True), (0.9, True), (0.6, False)], (0, 0.5, 1))]
    [(0, 0.5, 1, 0.0), (0.5, 1, 3, 0.6666666666666666)]
    """
    pairs = sorted(judged)
    if not all(math.isfinite(score) for score, _ in pairs):
        raise UsageError(
            "a score that is no number", hint="link the snapshot again: its scores are damaged"
        )
    if edges is None:
        edges = quantile_edges(score for score, _ in pairs)
        if len(edges) == 1:  # one score for all
            edges = (edges[0], edges[0] + 0.0)
    elif len(edges) < 2 or any(high <= low for low, high in pairwise(edges)):
        raise UsageError("the edges of score bins must rise", hint="give them as 0,0.25,0.5,1")
    held: dict[int, list[tuple[float, bool]]] = {}
    inner = list(edges[1:-1])
    for score, relevant in pairs:
        held.setdefault(int(np.searchsorted(inner, score, side="right")), []).append(
            (score, relevant)
        )
    bins = []
    for number, members in sorted(held.items()):
        n = len(members)
        hits = sum(relevant for _, relevant in members)
        mean = math.fsum(score for score, _ in members) / n
        bins.append(Bin(edges[number], edges[number + 1], n, hits / n, mean, *wilson(hits, n)))
    return bins
