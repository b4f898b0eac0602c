"""`/rdf-graph-store`: the reading side of the SPARQL 1.1 Graph Store Protocol."""

from __future__ import annotations

from difflib import get_close_matches

import pyoxigraph as ox
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from graphkit.query_safety import absolute as completed
from graphkit.server.site.answers import answer, too_large
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.addresses import absolute, href, requested
from graphkit.server.site.sparql import blueprint
from graphkit.server.site.sparql.counting import counted
from graphkit.server.site.sparql.description import default_size
from graphkit.server.site.sparql.formats import GRAPHS, HTML, Choice, chosen
from graphkit.server.site.sparql.protocol import graph_answer
from graphkit.vocabulary import PREFIXES

WRITING = ["PUT", "POST", "DELETE", "PATCH"]
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@blueprint.route("/rdf-graph-store", methods=["GET", *WRITING], strict_slashes=False)
def graph_store() -> ResponseReturnValue:
    """A graph by its IRI (`?graph=`), or the default graph (`?default`)."""
    _only_read()
    graphs, default = request.args.getlist("graph"), request.args.getlist("default")
    if len(graphs) + len(default) != 1:
        raise Problem(
            400,
            "say which graph, once: ?graph=IRI or ?default",
            f"the graphs are listed at {absolute('void')}",
        )
    if default:
        return _sent(None)
    iri = completed(graphs[0], absolute("rdf-graph-store"))
    if not graphs[0] or not _is_iri(iri):
        raise Problem(400, f"this is no IRI: {graphs[0][:200]}")
    return _sent(iri)


@blueprint.route("/graph/<path:name>", methods=["GET", *WRITING], merge_slashes=False)
def graph_by_address(name: str) -> ResponseReturnValue:
    """A graph whose own IRI is this address, or stands for it under the data set's base."""
    _only_read()
    known = site().dataset.store.names
    for iri in (*requested(f"graph/{name}"), absolute(f"graph/{name}")):
        if iri in known:
            choice = chosen(_accept(), _override(), (*GRAPHS, HTML), "a graph")
            if choice.format is HTML:
                page = redirect(href(iri), 303, Response)
                page.headers["Vary"] = "Accept"
                return page
            return _sent(iri)
    raise _unknown(f"{site().dataset.base}graph/{name}")


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _only_read() -> None:
    if request.method in WRITING:
        raise Problem(
            403,
            "graphs are only read here",
            "GET and HEAD answer; the data change with a new snapshot",
            headers={"Allow": "GET, HEAD, OPTIONS"},
        )


def _unknown(iri: str) -> Problem:
    close = get_close_matches(iri[:300], sorted(site().dataset.store.names), 1)
    return Problem(
        404,
        f"there is no graph <{iri[:300]}>",
        f"{close[0]}?" if close else f"the graphs are listed at {absolute('void')}",
    )


def _accept() -> str:
    return str(request.environ.get("HTTP_ACCEPT", ""))


def _override() -> str | None:
    return request.args.get("format") or request.args.get("output")


def _sent(iri: str | None) -> Response:
    here = site()
    if iri is not None and iri not in here.dataset.store.names:
        raise _unknown(iri)
    choice = chosen(_accept(), _override(), GRAPHS, "a graph")
    response = _default(choice) if iri is None else _named(iri, choice)
    response.vary.add("Accept")
    return response


def _named(iri: str, choice: Choice) -> Response:
    here = site()
    form = choice.format.engine
    assert isinstance(form, ox.RdfFormat)
    store, limit = here.dataset.store, here.limits.max_rows
    if store.size(iri) > limit:
        raise too_large("statements", limit)
    return answer(lambda sink: store.dump_graph(sink, form, iri, PREFIXES), choice.content_type)


def _default(choice: Choice) -> Response:
    here = site()
    if here.dataset.union and default_size(here.dataset) > here.limits.max_rows:
        raise too_large("statements", here.limits.max_rows)
    found = here.dataset.store.run(_ALL, union=here.dataset.union)
    return graph_answer(counted(found, here.limits.max_rows), choice)
