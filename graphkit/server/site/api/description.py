"""`/api`, `/api/openapi.json` and `/api/docs`: what the API is, for programs and for people."""

from __future__ import annotations

from flask import Response, jsonify, render_template

from graphkit.library import NamedQuery
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.addresses import address, root
from graphkit.server.site.api.openapi import document, subject
from graphkit.server.site.api.parameters import only
from graphkit.server.site.api.queries import choices
from graphkit.server.site.app import site


@blueprint.get("/", strict_slashes=False)
def index() -> Response:
    """What is here."""
    only(())
    start = root()
    return jsonify(
        {
            "queries": f"{start}api/queries",
            "ask": f"{start}api/ask{{?q}}",
            "search": f"{start}api/search{{?q}}",
            "openapi": f"{start}api/openapi.json",
            "documentation": f"{start}api/docs",
            "sparql": f"{start}sparql",
            "snapshot": site().dataset.name,
        }
    )


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The API in the words of OpenAPI 3.1."""
    only(())
    return jsonify(document(site().dataset.library.queries.all(), root(), site().dataset.ontology))


@blueprint.get("/docs")
def docs() -> str:
    """The API for people, with a form for each query."""
    by_subject: dict[str, list[NamedQuery]] = {}
    for query in site().dataset.library.queries.all():
        by_subject.setdefault(subject(query), []).append(query)
    return render_template(
        "api/docs.html",
        by_subject=dict(sorted(by_subject.items())),
        choices=choices,
        address=address,
    )
