"""Linked data: every thing of the graph under its own address; the ontology; dumps."""

from flask import Blueprint

blueprint = Blueprint("resources", __name__)

from graphkit.server.site.resources import routes  # noqa: E402

__all__ = ["blueprint", "routes"]
