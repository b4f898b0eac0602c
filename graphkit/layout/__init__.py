"""Where to draw the nodes of a network: a force-directed layout that needs nothing but numpy."""

from graphkit.layout.placement import positions

__all__ = ["positions"]
