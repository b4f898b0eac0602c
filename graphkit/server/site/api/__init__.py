"""Named queries, sentences and search for programs, and their OpenAPI description.

addresses    of queries, for links and for programs
answering    rows in JSON, CSV, TSV, lines of JSON, GraphML, or as a page
parameters   what a request gives: values of a query, format, how many rows
queries      /api/queries and /api/queries/<name>
asking       /api/ask
searching    /api/search
description  /api, /api/openapi.json, /api/docs
openapi      the OpenAPI document
schemas      what it says of answers
"""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from graphkit.server.site.app import EXTENSION

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.record
def read_headers(state: BlueprintSetupState) -> None:
    """Read every query's header before the first request, and before a process forks."""
    queries = state.app.extensions[EXTENSION].dataset.queries
    for query in queries.all() if queries else ():
        _ = query.header


from graphkit.server.site.api import asking, description, queries, searching  # noqa: E402

__all__ = ["asking", "blueprint", "description", "queries", "searching"]
