"""Ever smaller likenesses of a network: neighbours become one node, level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphkit.layout.network import Integers, Network, simple_edges, summed

SMALLEST = 40
"""No network with fewer nodes is made smaller."""

ROUNDS = 4
"""How often nodes without a partner look for one."""

WORTHWHILE = 0.9
"""A level must have at most this share of the nodes of the one below."""


@dataclass(frozen=True)
class Level:
    """A network and the node of the next coarser level that each of its nodes is part of."""

    network: Network
    parent: Integers


def levels(network: Network, chance: np.random.Generator) -> tuple[list[Level], Network]:
    """The levels of a connected network from fine to coarse, and the coarsest network."""
    found = []
    while network.count > SMALLEST:
        parent = partners(network, chance)
        coarse = merged(network, parent)
        if coarse.count > WORTHWHILE * network.count:
            break
        found.append(Level(network, parent))
        network = coarse
    return found, network


def partners(network: Network, chance: np.random.Generator) -> Integers:
    """The coarse node of each node: pairs of close neighbours, and those who join a pair.

    Nodes propose to the neighbour with the strongest edge for their charges; who propose to each
    other become one. Who finds nobody free joins the best neighbour, so that stars shrink too.
    """
    count = network.count
    score = network.pull / (network.charge[network.first] * network.charge[network.second])
    score = score * (1 + 0.1 * chance.random(len(network.first)))
    order = np.argsort(np.concatenate([score, score]), kind="stable")
    source = np.concatenate([network.first, network.second])[order]
    target = np.concatenate([network.second, network.first])[order]
    nodes = np.arange(count)
    leader = np.full(count, -1)
    for _ in range(ROUNDS):
        best = np.full(count, -1)
        free = (leader[source] < 0) & (leader[target] < 0)
        best[source[free]] = target[free]  # of several, the last one stays: the best
        mutual = (best >= 0) & (best[best] == nodes)
        leader[mutual] = np.minimum(nodes, best)[mutual]
        if not mutual.any():
            break
    best = nodes.copy()
    taken = (leader[source] < 0) & (leader[target] >= 0)
    best[source[taken]] = leader[target[taken]]
    leader = np.where(leader < 0, best, leader)
    return np.unique(leader, return_inverse=True)[1]


def merged(network: Network, parent: Integers) -> Network:
    """The network of the coarse nodes."""
    count = int(parent.max()) + 1
    first, second, pull = simple_edges(
        count, parent[network.first], parent[network.second], network.pull
    )
    return Network(count, first, second, pull, summed(parent, network.charge, count))
