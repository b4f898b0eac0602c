"""`/sparql`: queries by the SPARQL 1.1 Protocol."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Response, request

from graphkit.query_errors import ElsewhereError, QuerySyntaxError, TooLargeError
from graphkit.query_safety import Graphs
from graphkit.server.site.answers import answer
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.sparql import blueprint
from graphkit.server.site.sparql.counting import CountedRows, counted
from graphkit.server.site.sparql.formats import GRAPHS, TABLES, Choice, Format, chosen
from graphkit.server.site.sparql.requests import Asked, asked
from graphkit.vocabulary import PREFIXES


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def endpoint() -> Response:
    """Answer a query; without one, say what this service is."""
    here = site()
    operation = asked(request, here.limits.max_query)
    if operation is None or not operation.query:
        raise Problem(400, "there is no `query` in this request")
    response = _answered(operation)
    response.vary.add("Accept")
    return response


def run(operation: Asked) -> Any:
    """Run a query. Raises Problem for one that is not taken."""
    here = site()
    graphs = None
    if operation.default_graphs is not None:
        graphs = Graphs(operation.default_graphs, operation.named_graphs or ())
    try:
        return here.dataset.store.run(
            operation.query,
            graphs=graphs,
            union=here.dataset.union,
            base=(here.base or request.root_url) + "sparql",
            max_depth=here.limits.max_depth,
        )
    except QuerySyntaxError as error:
        raise Problem(
            400, error.message, error.hint, line=error.line, column=error.column
        ) from None
    except TooLargeError as error:
        raise Problem(413, error.message, error.hint) from None
    except ElsewhereError as error:
        raise Problem(403, error.message, error.hint) from None


def _answered(operation: Asked) -> Response:
    result = run(operation)
    accept = request.headers.get("Accept", "")
    limits = site().limits
    if isinstance(result, ox.QueryTriples):
        choice = chosen(accept, operation.format, GRAPHS, "CONSTRUCT and DESCRIBE")
        return graph_answer(counted(result, limits.max_rows), choice)
    kind = "ASK" if isinstance(result, ox.QueryBoolean) else "SELECT"
    choice = chosen(accept, operation.format, TABLES, kind)
    form = choice.format.engine
    assert isinstance(form, ox.QueryResultsFormat)
    if kind == "ASK":
        return answer(lambda sink: sink.write(result.serialize(format=form)), choice.content_type)
    return answer(
        lambda sink: result.serialize(CountedRows(sink, form, limits.max_rows), form),
        choice.content_type,
    )


def graph_answer(triples: Any, choice: Choice) -> Response:
    """Statements in a format for graphs."""
    form = choice.format.engine
    assert isinstance(form, ox.RdfFormat)
    return answer(
        lambda sink: ox.serialize(triples, sink, format=form, prefixes=dict(PREFIXES)),
        choice.content_type,
    )


__all__ = ["Format", "endpoint", "graph_answer", "run"]
