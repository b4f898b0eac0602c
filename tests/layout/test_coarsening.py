"""Coarser likenesses of a network."""

from __future__ import annotations

import numpy as np
import pytest

from graphkit.layout.coarsening import SMALLEST, levels
from graphkit.layout.network import component_labels, network_of


def star(leaves: int) -> np.ndarray:
    return np.stack([np.zeros(leaves, dtype=np.int64), np.arange(1, leaves + 1)], axis=1)


def path(count: int) -> np.ndarray:
    return np.stack([np.arange(count - 1), np.arange(1, count)], axis=1)


def drawn(count: int) -> np.ndarray:
    """A random connected network."""
    chance = np.random.default_rng(4)
    return np.concatenate([path(count), chance.integers(0, count, (2 * count, 2))])


@pytest.mark.parametrize(
    ("count", "edges"), [(3001, star(3000)), (900, path(900)), (900, drawn(900))]
)
def test_coarse_networks_are_small_connected_and_as_heavy(count: int, edges: np.ndarray) -> None:
    network = network_of(count, edges, None)
    finer, coarsest = levels(network, np.random.default_rng(0))
    assert coarsest.count <= SMALLEST
    assert not component_labels(coarsest.count, coarsest.first, coarsest.second).any()
    assert coarsest.charge.sum() == pytest.approx(network.charge.sum())
    for level, coarser in zip(
        finer, [*(each.network for each in finer[1:]), coarsest], strict=True
    ):
        parents = level.parent[level.network.first], level.parent[level.network.second]
        between = level.network.pull[parents[0] != parents[1]]
        assert coarser.pull.sum() == pytest.approx(between.sum())
        assert coarser.count < level.network.count


def test_only_neighbours_become_one() -> None:
    network = network_of(900, drawn(900), None)
    level = levels(network, np.random.default_rng(0))[0][0]
    inside = level.parent[network.first] == level.parent[network.second]
    joined = component_labels(900, network.first[inside], network.second[inside])
    for parent in range(level.parent.max() + 1):
        assert len(np.unique(joined[level.parent == parent])) == 1
