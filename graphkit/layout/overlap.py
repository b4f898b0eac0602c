"""Circles that do not cover each other."""

from __future__ import annotations

import numpy as np

from graphkit.layout.network import Floats, Integers

ROUNDS = 200
"""Rounds of pushing, before what still overlaps is solved by a larger picture."""

PATIENCE, GROWTH = 8, 1.1
"""After so many rounds the whole picture grows by this factor."""

CLEARANCE = 1.02
"""Circles are pushed a little further apart than they must be."""

FINEST = 1e-6
"""Least width of a grid's cell, as a share of the picture."""


def apart(position: Floats, radius: Floats) -> Floats:
    """Positions (count, 2) at which no two circles overlap, near those given.

    Of two circles the smaller one gives way. Where there is no room, the picture grows.
    """
    unit = max(1.0, float(radius.max(initial=0)))  # squares of radii stay finite
    position, radius = position / unit, radius / unit
    for number in range(1, ROUNDS + 1):
        first, second = touching(position, radius)
        if not len(first):
            return position * unit
        gap = position[first] - position[second]
        length = np.hypot(gap[:, 0], gap[:, 1])
        same = length == 0
        if same.any():  # a direction for each node, none alike
            angle = 2.4 * first[same]
            gap[same] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        need = CLEARANCE * (radius[first] + radius[second]) - length
        gap *= (0.7 * need / np.where(same, 1.0, length))[:, np.newaxis]
        share = radius[second] / (radius[first] + radius[second])
        moved = position.copy()
        for axis in (0, 1):
            moved[:, axis] += np.bincount(first, gap[:, axis] * share, len(radius))
            moved[:, axis] -= np.bincount(second, gap[:, axis] * (1 - share), len(radius))
        position = moved * GROWTH if number % PATIENCE == 0 else moved
    first, second = touching(position, radius)
    if len(first):
        gap = position[first] - position[second]
        length = np.maximum(np.hypot(gap[:, 0], gap[:, 1]), 1e-9 * (1 + np.abs(position).max()))
        position = position * (CLEARANCE * (radius[first] + radius[second]) / length).max()
    return position * unit


def touching(position: Floats, radius: Floats) -> tuple[Integers, Integers]:
    """Pairs of circles that overlap, each once.

    Circles are looked at in classes by size: a class against all that are not larger, on a grid
    as wide as its largest circle, so that one large circle costs no more than it covers.
    """
    visible = np.flatnonzero(radius > 0)
    if len(visible) < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    size = np.full(len(radius), -(10**6))
    size[visible] = np.ceil(np.log2(radius[visible])).astype(np.int64)
    found = []
    for each in np.unique(size[visible]):
        own, smaller = np.flatnonzero(size == each), visible[size[visible] <= each]
        first, second = neighbours(position, own, smaller, 2 * 2.0 ** float(each))
        first, second = own[first], smaller[second]
        once = (size[second] < each) | (first < second)
        first, second = first[once], second[once]
        gap = position[first] - position[second]
        close = np.hypot(gap[:, 0], gap[:, 1]) < radius[first] + radius[second]
        found.append((first[close], second[close]))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def neighbours(
    position: Floats, own: Integers, others: Integers, width: float
) -> tuple[Integers, Integers]:
    """Places in `own` and `others` of nodes whose cells on a grid are the same or touch."""
    low = position.min(0)
    width = max(width, FINEST * float((position - low).max()))
    cell = np.floor((position - low) / width).astype(np.int64) + 1
    stride = int(cell[:, 1].max()) + 2
    number = cell[:, 0] * stride + cell[:, 1]
    order = np.argsort(number[others], kind="stable")
    sorted_number = number[others][order]
    begin = np.concatenate(
        [np.searchsorted(sorted_number, number[own] + side * stride - 1) for side in (-1, 0, 1)]
    )
    end = np.concatenate(
        [np.searchsorted(sorted_number, number[own] + side * stride + 2) for side in (-1, 0, 1)]
    )
    amount = end - begin
    source = np.repeat(np.tile(np.arange(len(own)), 3), amount)
    offset = np.arange(len(source)) - np.repeat(np.cumsum(amount) - amount, amount)
    return source, order[np.repeat(begin, amount) + offset]
