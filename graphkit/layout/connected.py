"""The layout of connected networks: from the coarsest likeness to all of the nodes."""

from __future__ import annotations

import numpy as np

from graphkit.layout.coarsening import levels
from graphkit.layout.network import Floats, Network
from graphkit.layout.relaxation import balanced, energy, relax

SHAPE, SPREAD = 0.0, 0.5
"""Power of the pull while the shape is found, and when the nodes spread at the end."""

STARTS = 6
"""Random starts of the coarsest network, of which the one with least energy is taken."""

COARSEST = 120
"""Steps for the coarsest network."""

NARROWEST = 0.7
"""Least radius to begin a level with: a star's coarse network is a point."""

FEWEST, MOST, WORK = 50, 100, 400_000
"""Steps of a level: WORK over its nodes, within bounds."""


def laid_out(network: Network, chance: np.random.Generator, steps: int | None) -> Floats:
    """Positions of a large connected network, shape (count, 2)."""
    finer, coarsest = levels(balanced(network), chance)
    position = best_of_starts(coarsest, chance, STARTS, SHAPE, COARSEST)
    for level in reversed(finer):
        count = level.network.count
        radius = max(float(np.sqrt((position**2).sum(1).mean())), NARROWEST)
        spacing = 2 * radius / np.sqrt(count)
        position = position[level.parent] + 0.3 * spacing * chance.normal(size=(count, 2))
        number = int(np.clip(WORK // count, FEWEST, MOST))
        if level is not finer[0]:
            position = relax(position, level.network, SHAPE, number, (2 * spacing, 0.1 * spacing))
            continue
        number = number if steps is None else steps
        half = number // 2
        position = relax(position, level.network, SHAPE, half, (2 * spacing, 0.2 * spacing))
        position = relax(
            position, level.network, SPREAD, number - half, (0.5 * spacing, 0.05 * spacing)
        )
    return position


def best_of_starts(
    network: Network, chance: np.random.Generator, starts: int, power: float, steps: int
) -> Floats:
    """Positions of small networks, one or a group, each from the best of some random starts."""
    tried = network.copies(starts)
    position = 0.5 * chance.normal(size=(tried.count, 2))
    position = relax(position, tried, power, steps, (0.5, 0.005))
    if starts == 1:
        return position
    found = energy(position, tried, power).reshape(starts, network.groups)
    best = found.argmin(0)
    tries = position.reshape(starts, network.groups, -1, 2)
    chosen: Floats = tries[best, np.arange(network.groups)].reshape(-1, 2)
    return chosen
