"""How sure a figure is: percentile bootstrap over questions (Efron 1979).

The method is that of doi:10.1214/aos/1176344552. Questions are drawn, not pairs, since the pairs
of one question are judged and ranked together. The draws are seeded and the values sorted first,
so an interval depends neither on the order nor on the names of the questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DRAWS = 2000
SEED = 0
LEVEL = 0.95
_BLOCK = 1 << 20
"""How many questions are drawn at once: 8 MB of indices."""


class Interval(NamedTuple):
    """A figure over n questions and the interval of `LEVEL` around it.

    `mean` is None where no question gives a value. Where `low` and `high` are None, `reason`
    says why.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""


def mean_interval(values: Mapping[str, float], *, draws: int = DRAWS, seed: int = SEED) -> Interval:
    """The mean of one value a question.

    >>> mean_interval({"1": 0.5, "2": 0.5})
    Interval(mean=0.5, low=0.5, high=0.5, n=2, reason='')
    >>> mean_interval({"1": 0.5})
    Interval(mean=0.5, low=None, high=None, n=1, reason='one question only')
    """
    return ratio_interval(((value, 1.0) for value in values.values()), draws=draws, seed=seed)


def difference_interval(
    one: Mapping[str, float],
    other: Mapping[str, float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval:
    """The mean difference `one - other` over the questions that both have a value for.

    Paired: a hard question is hard for both, so the difference is surer than either mean.

    >>> difference_interval({"1": 0.75, "2": 0.5, "9": 1.0}, {"1": 0.5, "2": 0.25})
    Interval(mean=0.25, low=0.25, high=0.25, n=2, reason='')
    """
    both = {question: one[question] - other[question] for question in one.keys() & other.keys()}
    return mean_interval(both, draws=draws, seed=seed)


def ratio_interval(
    parts: Iterable[tuple[float, float]], *, draws: int = DRAWS, seed: int = SEED
) -> Interval:
    """A ratio of sums (numerators over denominators), one pair of parts for each question.

    Questions whose denominator is 0 say nothing: they are neither counted nor drawn.

    >>> ratio_interval([(1, 2), (1, 2), (0, 0)]).mean
    0.5
    """
    kept = sorted((above, below) for above, below in parts if below)
    n = len(kept)
    if not n:
        return Interval(None, None, None, 0, "no question")
    mean = math.fsum(above for above, _ in kept) / math.fsum(below for _, below in kept)
    if n == 1:
        return Interval(mean, None, None, 1, "one question only")
    drawn = _drawn(np.array(kept, dtype=np.float64), draws, seed)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Interval(mean, float(low), float(high), n)


def _drawn(parts: npt.NDArray[np.float64], draws: int, seed: int) -> npt.NDArray[np.float64]:
    """The ratio in each draw of as many questions as there are."""
    rng = np.random.default_rng(seed)
    n = len(parts)
    rows = max(1, _BLOCK // n)
    ratios = []
    for start in range(0, draws, rows):
        picked = rng.integers(0, n, size=(min(rows, draws - start), n))
        above, below = parts[picked, 0].sum(axis=1), parts[picked, 1].sum(axis=1)
        ratios.append(above / below)
    return np.concatenate(ratios)
