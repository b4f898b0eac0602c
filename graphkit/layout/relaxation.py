"""Steps downhill: edges pull, charges push, until the forces nearly balance."""

from __future__ import annotations

import numpy as np

from graphkit.layout.network import Floats, Network, summed
from graphkit.layout.repulsion import NEAREST, field_of

GRAVITY = 0.02
"""Pull to the middle, as a share of the push of all charges from one unit away."""

DAMPING = 0.6
"""Share of the way to the balance that a node goes; with all of it, pairs would swing."""

SLOWER, FASTER = 0.6, 1.15
"""What a node's pace is multiplied by when it turned back, and when it went on."""


def balanced(network: Network) -> Network:
    """The network with charges that make a mean edge about one unit long."""
    pulls = summed(network.first, network.pull, network.count)
    whole = network.whole(network.charge)
    charge = network.charge * np.sqrt(2 * network.whole(pulls)) / whole
    return Network(
        network.count, network.first, network.second, network.pull, charge, network.groups
    )


def relax(
    position: Floats, network: Network, power: float, steps: int, longest: tuple[float, float]
) -> Floats:
    """Positions (count, 2) after a number of steps.

    An edge pulls with the distance to `power`: with 0, the LinLog model, clusters stand apart;
    with 1, ForceAtlas2's, nodes spread evenly. A node moves by the force on it over the stiffness
    of its edges, which suits hubs and leaves alike, and no further than `longest`, which falls
    from its first to its second value.
    """
    count, first, second, pull = network.count, network.first, network.second, network.pull
    charge = network.charge
    field = field_of(network)
    gravity = GRAVITY * charge * network.whole(charge)
    place = np.ascontiguousarray(position.T)
    pace, previous = np.ones(count), np.zeros((2, count))
    for limit in np.geomspace(*longest, steps):
        gap = place.take(second, axis=1)
        gap -= place.take(first, axis=1)
        length = np.sqrt(gap[0] * gap[0] + gap[1] * gap[1] + NEAREST)
        stiffness = pull * length ** (power - 1)
        gap *= stiffness
        move = charge * field(place) - gravity * place
        for axis in (0, 1):
            move[axis] += summed(first, gap[axis], count)
            move[axis] -= summed(second, gap[axis], count)
        hold = summed(first, stiffness, count) + summed(second, stiffness, count)
        move /= hold + gravity
        turned = move[0] * previous[0] + move[1] * previous[1] < 0
        pace = np.where(turned, pace * SLOWER, np.minimum(1.0, pace * FASTER))
        previous = move
        move = move * (DAMPING * pace)
        move *= limit / np.maximum(np.sqrt(move[0] * move[0] + move[1] * move[1]), limit)
        place = place + move
    return np.ascontiguousarray(place.T)


def energy(position: Floats, network: Network, power: float) -> Floats:
    """What the forces make less of, for each group of a network of few nodes."""
    members = network.count // network.groups
    gap = position[network.second] - position[network.first]
    length = np.hypot(gap[:, 0], gap[:, 1])
    of_edges = network.pull * length ** (power + 1) / (power + 1)
    total = summed(network.first // members, of_edges, network.groups)
    grouped = position.reshape(network.groups, members, 2)
    charge = network.charge.reshape(network.groups, members)
    for group in range(network.groups):
        gap = grouped[group, :, np.newaxis] - grouped[group]
        logarithm = np.log((gap * gap).sum(2) + NEAREST) / 2
        np.fill_diagonal(logarithm, 0.0)
        total[group] -= (charge[group, :, np.newaxis] * charge[group] * logarithm).sum() / 2
    return total
