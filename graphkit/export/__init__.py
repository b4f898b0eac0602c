"""Subgraphs as files, in the formats of the tools that people use: one module a format."""

from graphkit.export.about import About
from graphkit.export.exporting import export
from graphkit.export.formats import FORMATS, format_named, format_of

__all__ = ["FORMATS", "About", "export", "format_named", "format_of"]
