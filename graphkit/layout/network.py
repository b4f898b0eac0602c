"""A network as arrays: what is left of a multigraph once only distances matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WEAKEST, STRONGEST = 1e-2, 1e2
"""Weights lie between these shares of the median weight; beyond, a picture has only one edge."""


def summed(place: Integers, values: Floats, count: int) -> Floats:
    """Sums of values by the place (0 … count - 1) that each belongs to."""
    return np.bincount(place, values, count).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Network:
    """A simple undirected network.

    `first` and `second` (shape (m,)) are the ends of each edge, `first < second`, no pair twice;
    `pull` (m,) is the strength of an edge, `charge` (count,) that with which a node repels.
    A network may be `groups` networks of as many nodes each, one after the other in the arrays:
    they are laid out at once and do not feel each other.
    """

    count: int
    first: Integers
    second: Integers
    pull: Floats
    charge: Floats
    groups: int = 1

    def whole(self, of_nodes: Floats) -> Floats:
        """For each node the sum over its group."""
        members = self.count // self.groups
        return np.repeat(of_nodes.reshape(self.groups, members).sum(1), members)

    def copies(self, number: int) -> Network:
        """This network so many times, as groups."""
        shift = np.repeat(self.count * np.arange(number), len(self.first))
        return Network(
            self.count * number,
            np.tile(self.first, number) + shift,
            np.tile(self.second, number) + shift,
            np.tile(self.pull, number),
            np.tile(self.charge, number),
            self.groups * number,
        )


def simple_edges(
    count: int, first: Integers, second: Integers, pull: Floats
) -> tuple[Integers, Integers, Floats]:
    """Edges without loops, and with parallel edges as one that is as strong as all of them."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    keep = low != high
    pair, place = np.unique(low[keep] * count + high[keep], return_inverse=True)
    return pair // max(count, 1), pair % max(count, 1), summed(place, pull[keep], len(pair))


def network_of(count: int, edges: Integers, weights: Floats | None) -> Network:
    """The network of a multigraph.

    A node's charge is its number of neighbours and one, so a node of many edges gets the room
    that they need.
    """
    pull = np.ones(len(edges)) if weights is None else tempered(weights)
    first, second, pull = simple_edges(count, edges[:, 0], edges[:, 1], pull)
    if weights is None:
        pull = np.sqrt(pull)
    ends = np.concatenate([first, second])
    return Network(count, first, second, pull, 1 + summed(ends, np.ones(len(ends)), count))


def tempered(weights: Floats) -> Floats:
    """Weights as multiples of their median, none out of all proportion."""
    positive = weights[weights > 0]
    if not len(positive):
        return np.ones(len(weights))
    return np.clip(weights / np.median(positive), WEAKEST, STRONGEST)


def component_labels(count: int, first: Integers, second: Integers) -> Integers:
    """The lowest node of each node's component.

    >>> component_labels(5, np.array([0, 3]), np.array([2, 4])).tolist()
    [0, 1, 0, 3, 3]
    """
    label = np.arange(count)
    while True:
        low = np.minimum(label[first], label[second])
        high = np.maximum(label[first], label[second])
        apart = low != high
        if not apart.any():
            return label
        np.minimum.at(label, high[apart], low[apart])
        while (label != label[label]).any():
            label = label[label]
        first, second = first[apart], second[apart]
