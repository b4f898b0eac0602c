"""`/sparql`: queries by the SPARQL 1.1 Protocol; without a query, the service's description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from graphkit.query_errors import ElsewhereError, QuerySyntaxError, TooLargeError
from graphkit.query_safety import Graphs
from graphkit.server.site.answers import answer
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.addresses import absolute
from graphkit.server.site.sparql import blueprint
from graphkit.server.site.sparql.counting import CountedRows, counted
from graphkit.server.site.sparql.description import service_description
from graphkit.server.site.sparql.formats import GRAPHS, HTML, TABLES, Choice, chosen
from graphkit.server.site.sparql.pages import results_page
from graphkit.server.site.sparql.requests import Asked, asked
from graphkit.server.site.sparql.statements import PREFIXES_USED
from graphkit.vocabulary import PREFIXES

# Whether a query may lean on prefixes that it does not declare: looked for, as they cost time.
_SHORT = re.compile(rf"(?<![\w:/?#-])(?:{'|'.join(PREFIXES)}):")
_OF_TABLES, _OF_GRAPHS = (*TABLES, HTML), (*GRAPHS, HTML)


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def endpoint() -> ResponseReturnValue:
    """Answer a query; without one, say what this service is."""
    operation = asked(request, site().limits.max_query)
    if operation is None or not operation.query:
        response = _without_query(operation.format if operation else None)
    else:
        response = _answered(operation)
    response.vary.add("Accept")
    return response


def _without_query(override: str | None) -> Response:
    choice = chosen(_accept(), override, _OF_GRAPHS, "the service description")
    if choice.format is HTML:
        if "pages.editor" in current_app.view_functions:
            return _response(redirect(url_for("pages.editor"), 303))
        choice = chosen("", None, GRAPHS, "the service description")
    return graph_answer(service_description(), choice, PREFIXES_USED)


def _response(made: Any) -> Response:
    response = current_app.make_response(made)
    assert isinstance(response, Response)
    return response


def _accept() -> str:
    return str(request.environ.get("HTTP_ACCEPT", ""))


def _base() -> str:
    """The address of the endpoint, on which relative IRIs stand."""
    environ = request.environ
    host = environ.get("HTTP_HOST", "")
    return (
        site().base + "sparql"
        if site().base
        else _address(environ["wsgi.url_scheme"], host, environ.get("SCRIPT_NAME", ""))
    )


@lru_cache(maxsize=64)
def _address(scheme: str, host: str, path: str) -> str:
    # Of what makes up the address, only these change; putting it together is slow.
    return absolute("sparql")


def run(query: str, graphs: Graphs | None = None) -> Any:
    """Run a query. Raises Problem for one that is not taken."""
    here = site()
    try:
        return here.dataset.store.run(
            query,
            prefixes=PREFIXES if here.dataset.snapshot and _SHORT.search(query) else None,
            graphs=graphs,
            union=here.dataset.union,
            base=_base(),
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
    graphs = None
    if operation.default_graphs is not None:
        graphs = Graphs(operation.default_graphs, operation.named_graphs or ())
    result = run(operation.query, graphs)
    limit = site().limits.max_rows
    if isinstance(result, ox.QueryTriples):
        choice = chosen(_accept(), operation.format, _OF_GRAPHS, "CONSTRUCT and DESCRIBE")
        if choice.format is HTML:
            return results_page(operation, result)
        return graph_answer(counted(_evaluated(result), limit), choice)
    kind = "ASK" if isinstance(result, ox.QueryBoolean) else "SELECT"
    choice = chosen(_accept(), operation.format, _OF_TABLES, kind)
    if choice.format is HTML:
        return results_page(operation, result)
    form = choice.format.engine
    assert isinstance(form, ox.QueryResultsFormat)
    if kind == "ASK":
        return answer(lambda sink: sink.write(result.serialize(format=form)), choice.content_type)

    def write(sink: Any) -> None:
        try:
            result.serialize(CountedRows(sink, form, limit), form)
        except RuntimeError as error:
            raise not_evaluated(error) from None

    return answer(write, choice.content_type)


def _evaluated(result: Iterable[Any]) -> Iterable[Any]:
    try:
        yield from result
    except RuntimeError as error:
        raise not_evaluated(error) from None


def not_evaluated(error: RuntimeError) -> Problem:
    """The answer to a query that the engine gave up while it ran."""
    return Problem(400, f"the query cannot be run: {error}")


def graph_answer(
    statements: Iterable[Any], choice: Choice, prefixes: Mapping[str, str] = PREFIXES
) -> Response:
    """Statements in a format for graphs."""
    form = choice.format.engine
    assert isinstance(form, ox.RdfFormat)
    return answer(
        lambda sink: ox.serialize(statements, sink, format=form, prefixes=dict(prefixes)),
        choice.content_type,
    )
