"""Names beside things, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from graphkit.figures.columns import Numbers
from graphkit.plots.lettering import width, wrapped

_LEADING = 1.18
_DIRECTIONS = (
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (0.8, 0.7),
    (-0.8, 0.7),
    (0.8, -0.7),
    (-0.8, -0.7),
)
"""Where a name may stand, the best first: right, left, above, below, and between."""
_ROOM, _DOT = 104.0, 2.2
_STEPS = (0.0, 14.0, 28.0)
"""How far from its thing a name may stand; what is far is tied to it by a line."""


@dataclass(frozen=True)
class Placed:
    """A name in place: lines, and the left and upper edge of its box, with the box's size.

    `far` says whether it stands so far from its thing that a line must tie them.
    """

    number: int
    lines: tuple[str, ...]
    left: float
    top: float
    wide: float
    tall: float
    far: bool


def placed(
    order: Sequence[int],
    names: Sequence[str],
    at: Numbers,
    radii: Numbers,
    ties: Numbers,
    size: float,
    box: tuple[float, float],
    most: int,
    lines: int = 2,
) -> list[Placed]:
    """Places for the names of the first things in `order`, at most so many.

    `at` (n, 2) are the middles of all things and `radii` (n,) their sizes, in points; `ties`
    (m, 2) the things that lines join; `box` is the width and height that names must stay in. A
    name stands where it covers no other name, no thing larger than a dot, and few lines; one for
    which there is no place is left out, and so is one that is written already.
    """
    found: list[Placed] = []
    boxes = np.empty((0, 4))
    large = radii > _DOT
    things = np.column_stack([at - radii[:, None], at + radii[:, None]])
    starts, ends = at[ties[:, 0]], at[ties[:, 1]]
    for number in order:
        if len(found) == most:
            break
        text = wrapped(names[number], size, _ROOM, lines)
        if not text[0] or any(text == list(label.lines) for label in found):
            continue
        wide = max(width(line, size) for line in text)
        tall = len(text) * size * _LEADING
        others = large.copy()
        others[number] = False
        best: tuple[float, Numbers, bool] | None = None
        for step, (across, up) in product(range(len(_STEPS)), _DIRECTIONS):
            further = _STEPS[step]
            if best and best[0] <= step:
                break
            x, y = at[number, 0] + across * further, at[number, 1] + up * further
            mine = _box(x, y, across, up, radii[number] + 2.0, wide, tall)
            if mine[0] < 0 or mine[1] < 0 or mine[2] > box[0] or mine[3] > box[1]:
                continue
            if _meets(mine, boxes) or _meets(mine, things[others]):
                continue
            cost = step + min(_crossing(mine, starts, ends), 5)
            if best is None or cost < best[0]:
                best = cost, mine, step > 0
        if best:
            _, mine, far = best
            boxes = np.vstack([boxes, mine])
            found.append(
                Placed(number, tuple(text), float(mine[0]), float(mine[3]), wide, tall, far)
            )
    return found


def _crossing(mine: Numbers, starts: Numbers, ends: Numbers) -> int:
    """How many lines pass through a box."""
    low, high = mine[:2], mine[2:]
    way = np.where(ends == starts, 1e-9, ends - starts)
    enter, leave = (low - starts) / way, (high - starts) / way
    first = np.minimum(enter, leave).max(axis=1)
    last = np.maximum(enter, leave).min(axis=1)
    return int(((first <= last) & (last >= 0) & (first <= 1)).sum())


def _box(
    x: float, y: float, across: float, up: float, away: float, wide: float, tall: float
) -> Numbers:
    """Left, lower, right and upper edge of a name beside a thing."""
    left = x + across * away - (0.0 if across > 0 else wide if across else wide / 2)
    bottom = y + up * away - (0.0 if up > 0 else tall if up else tall / 2)
    return np.array([left, bottom, left + wide, bottom + tall])


def _meets(mine: Numbers, others: Numbers) -> bool:
    if not len(others):
        return False
    return bool(
        (
            (mine[0] < others[:, 2])
            & (mine[2] > others[:, 0])
            & (mine[1] < others[:, 3])
            & (mine[3] > others[:, 1])
        ).any()
    )
