"""How nodes look in formats that say so: place, size and colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphkit.palette import colour
from graphkit.subgraph.subgraph import Subgraph

MOST_NODES = 20_000
"""Larger graphs get no places: laying them out would take minutes."""
_SPREAD = 100.0
"""Units in a file for the usual length of an edge."""


@dataclass(frozen=True)
class Spot:
    """Where a node stands (y upwards), how large it is, and its colour as #RRGGBB."""

    x: float
    y: float
    size: float
    colour: str


@dataclass(frozen=True)
class Appearance:
    """The spots of all nodes, by IRI."""

    spots: Mapping[str, Spot]


def appearance(subgraph: Subgraph) -> Appearance | None:
    """Lay a subgraph out; None where it has more than `MOST_NODES` nodes."""
    if subgraph.node_count > MOST_NODES:
        return None
    import numpy as np

    from graphkit.layout import positions

    nodes = [(row.iri, row.label) for row in subgraph.nodes()]
    numbers = {iri: number for number, (iri, _) in enumerate(nodes)}
    edges = np.array(
        [(numbers[row.start_iri], numbers[row.end_iri]) for row in subgraph.relationships()],
        np.int64,
    ).reshape(-1, 2)
    places = positions(len(nodes), edges) * _SPREAD
    degrees = np.bincount(edges.ravel(), minlength=len(nodes))
    sizes = 10 + 4 * np.sqrt(degrees)
    return Appearance(
        {
            iri: Spot(
                round(float(places[n, 0]), 2),
                round(float(places[n, 1]), 2),
                round(float(sizes[n]), 2),
                colour(label),
            )
            for n, (iri, label) in enumerate(nodes)
        }
    )
