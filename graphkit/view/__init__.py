"""A selection as a page to look at: one HTML file that needs nothing but a browser."""

from graphkit.view.page import MAX_LINKS, MAX_NODES, write_page

__all__ = ["MAX_LINKS", "MAX_NODES", "write_page"]
