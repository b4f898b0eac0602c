"""Linked data: every thing of the graph under its own address; the ontology; dumps."""

from flask import Blueprint

blueprint = Blueprint("resources", __name__)

from graphkit.server.site.resources import dumps, routes, vocabulary_pages  # noqa: E402

__all__ = ["blueprint", "dumps", "routes", "vocabulary_pages"]
