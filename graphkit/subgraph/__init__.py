"""Choosing a part of the graph by meaning: seeds, steps, filters, ways, projections."""

from graphkit.subgraph.selection import Selection
from graphkit.subgraph.subgraph import Subgraph

__all__ = ["Selection", "Subgraph"]
