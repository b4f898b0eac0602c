"""Positions of the nodes of any network: what the folder is for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.layout.coarsening import SMALLEST
from graphkit.layout.connected import best_of_starts, laid_out
from graphkit.layout.network import Floats, Integers, Network, component_labels, network_of
from graphkit.layout.overlap import apart
from graphkit.layout.packing import packed, tiled
from graphkit.layout.relaxation import balanced

SMALL_STEPS, SMALL_POWER = 150, 0.5
"""Steps for components of few nodes, and the power of their edges' pull."""

SMALL_WORK, SMALL_STARTS = 200_000, 6
"""Pairs of nodes that are worth a further random start, and the most starts."""

TIGHTEST, LOOSEST = 0.35, 1.2
"""Bounds of a component's root mean square radius over the root of its number of nodes."""

SAMPLED = 50
"""Nodes that stand for all when the distance of neighbours is measured."""

TINY = 1e-9
"""What is divided by instead of nothing."""


def positions(
    count: int,
    edges: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    sizes: ArrayLike | None = None,
    seed: int = 0,
    iterations: int | None = None,
) -> NDArray[np.float64]:
    """Where to draw the nodes 0 … count - 1 of a network; shape (count, 2).

    `edges` has shape (m, 2); parallel edges pull together, loops do nothing. `weights` (m,) say
    how strongly each pulls: only their proportions matter, and those beyond a hundredfold of the
    median count as that. The picture's middle is (0, 0), and the median length of the edges is 1
    (without edges, the mean distance of nearest nodes).

    `sizes` (count,) are radii in that same unit; nodes are then moved so that no circles overlap,
    and where there is not enough room the picture and its edges grow. `iterations` is the number
    of last steps, those with all nodes, for components of more than 40 nodes (by default 100, and
    50 where there are many nodes). The same arguments give the same positions.

    Method: the network is made smaller level by level, and laid out from the smallest on with
    the forces of LinLog (Noack, J. Graph Algorithms Appl. 11, 2007), at the end with those halfway
    to ForceAtlas2's (Jacomy et al., PLoS ONE 9, 2014). Components are laid out by themselves and
    packed.

    Raises ValueError for arrays of other shapes, edges of nodes that do not exist, and weights or
    sizes that are negative or not finite.

    >>> place = positions(3, [(0, 1), (1, 2)])
    >>> bool(abs(np.hypot(*(place[0] - place[1])) - 1) < 0.01)
    True
    """
    pairs, pulls, radius = _checked(count, edges, weights, sizes)
    if iterations is not None and iterations < 0:
        raise ValueError(f"iterations must not be negative, but is {iterations}")
    network = network_of(count, pairs, pulls)
    label = component_labels(count, network.first, network.second)
    _, component, members = np.unique(label, return_inverse=True, return_counts=True)
    place = _components(network, component, members, np.random.default_rng(seed), iterations)
    piece, pieces = component, len(members)
    single = members[component] == 1 if count else np.zeros(0, dtype=bool)
    if single.sum() > 1:  # single nodes are one piece
        place[single] = tiled(int(single.sum()))
        piece = np.unique(np.where(single, count, component), return_inverse=True)[1]
        pieces = int(piece.max()) + 1
    place = _middle(packed(place, piece, pieces, network.first, network.second))
    ends = pairs[pairs[:, 0] != pairs[:, 1]]
    if len(ends):
        gap = place[ends[:, 0]] - place[ends[:, 1]]
        place = place / np.median(np.hypot(gap[:, 0], gap[:, 1]))
    return place if radius is None else _middle(apart(place, radius))


def _checked(
    count: int, edges: ArrayLike, weights: ArrayLike | None, sizes: ArrayLike | None
) -> tuple[Integers, Floats | None, Floats | None]:
    pairs = np.asarray(edges)
    if pairs.size == 0:
        pairs = np.zeros((0, 2), dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(f"edges must be integers of shape (m, 2), not {pairs.dtype} {pairs.shape}")
    if count < 0:
        raise ValueError(f"count must not be negative, but is {count}")
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"edges must be between nodes 0 and {count - 1}")
    return (
        pairs.astype(np.int64),
        _measures("weights", weights, len(pairs)),
        _measures("sizes", sizes, count),
    )


def _measures(name: str, values: ArrayLike | None, number: int) -> Floats | None:
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (number,):
        raise ValueError(f"{name} must have shape ({number},), not {array.shape}")
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} must be finite and not negative")
    return array


def _components(
    network: Network,
    component: Integers,
    members: Integers,
    chance: np.random.Generator,
    steps: int | None,
) -> Floats:
    """Positions of each component around its own middle, at a distance of nodes of about 1."""
    place = np.zeros((network.count, 2))
    order = np.argsort(component, kind="stable")
    start = np.cumsum(members) - members
    rank = np.empty(network.count, dtype=np.int64)
    rank[order] = np.arange(network.count) - np.repeat(start, members)
    size_of_edge = members[component[network.first]] if network.count else members[:0]
    for size in np.unique(members[members > 1]).tolist():
        which = np.flatnonzero(members == size)
        nodes = order[start[which][:, np.newaxis] + np.arange(size)]
        chosen = np.flatnonzero(size_of_edge == size)
        group = np.searchsorted(which, component[network.first[chosen]])
        by_group = np.argsort(group, kind="stable")
        chosen, group = chosen[by_group], group[by_group]
        first, second = rank[network.first[chosen]], rank[network.second[chosen]]
        if size > SMALLEST:
            until = np.searchsorted(group, np.arange(len(which) + 1))
            for at in range(len(which)):
                part = slice(until[at], until[at + 1])
                pull, charge = network.pull[chosen[part]], network.charge[nodes[at]]
                alone = Network(size, first[part], second[part], pull, charge)
                found = laid_out(alone, chance, steps)[np.newaxis]
                place[nodes[at]] = sized(turned(found))[0]
            continue
        together = Network(
            nodes.size,
            first + group * size,
            second + group * size,
            network.pull[chosen],
            network.charge[nodes.ravel()],
            len(which),
        )
        starts = int(np.clip(SMALL_WORK // (nodes.size * size), 1, SMALL_STARTS))
        found = best_of_starts(balanced(together), chance, starts, SMALL_POWER, SMALL_STEPS)
        place[nodes] = sized(turned(found.reshape(len(which), size, 2)))
    return place


def turned(position: Floats) -> Floats:
    """Groups of positions around their means, turned so that their longest extent is across."""
    position = position - position.mean(1, keepdims=True)
    x, y = position[..., 0], position[..., 1]
    angle = 0.5 * np.arctan2(2 * (x * y).sum(1), (x * x).sum(1) - (y * y).sum(1))
    cosine, sine = np.cos(angle)[:, np.newaxis], np.sin(angle)[:, np.newaxis]
    return np.stack([cosine * x + sine * y, cosine * y - sine * x], axis=2)


def sized(position: Floats) -> Floats:
    """Groups of positions at scales where neighbours are about one unit apart, dense or not."""
    members = position.shape[1]
    sample = np.unique(np.linspace(0, members - 1, min(members, SAMPLED)).astype(np.int64))
    square = np.zeros((len(position), len(sample), members))
    for axis in (0, 1):
        along = position[..., axis]
        square += (along[:, sample, np.newaxis] - along[:, np.newaxis]) ** 2
    square[:, np.arange(len(sample)), sample] = np.inf
    nearest = np.median(np.sqrt(square.min(2)), axis=1)
    radius = np.maximum(np.sqrt((position**2).sum((1, 2))) / members, TINY)
    factor = np.clip(1 / np.maximum(nearest, TINY), TIGHTEST / radius, LOOSEST / radius)
    scaled: Floats = position * factor[:, np.newaxis, np.newaxis]
    return scaled


def _middle(position: Floats) -> Floats:
    if not len(position):
        return position
    middle: Floats = (position.min(0) + position.max(0)) / 2
    return position - middle
