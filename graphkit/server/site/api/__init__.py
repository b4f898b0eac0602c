"""Named queries, sentences and search for programs, and their OpenAPI description.

answering    rows in JSON, CSV, TSV, lines of JSON, GraphML, or as a page
parameters   what a request gives: values of a query, format, how many rows
queries      /api/queries and /api/queries/<name>
asking       /api/ask
searching    /api/search
description  /api, /api/openapi.json, /api/docs
"""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api")

from graphkit.server.site.api import asking, description, queries, searching  # noqa: E402

__all__ = ["asking", "blueprint", "description", "queries", "searching"]
