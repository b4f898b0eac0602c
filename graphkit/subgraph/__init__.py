"""Choosing a part of the graph by meaning: seeds, steps, filters, ways, projections."""

from graphkit.subgraph.choosing import choose
from graphkit.subgraph.projections import PROJECTIONS
from graphkit.subgraph.selection import Selection
from graphkit.subgraph.subgraph import Subgraph

__all__ = ["PROJECTIONS", "Selection", "Subgraph", "choose"]
