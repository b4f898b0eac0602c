"""SPARQL 1.1 Protocol (queries), Graph Store Protocol (reading), service description."""

from flask import Blueprint

blueprint = Blueprint("sparql", __name__)

from graphkit.server.site.sparql import description, graph_store, protocol  # noqa: E402

__all__ = ["blueprint", "description", "graph_store", "protocol"]
