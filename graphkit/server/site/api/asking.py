"""`/api/ask`: the named query that a sentence means, and its rows."""

from __future__ import annotations

from flask import Response

from graphkit.errors import UsageError
from graphkit.library.asking.understanding import NotUnderstoodError, Understood, understand
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.addresses import address
from graphkit.server.site.api.answering import SUFFIXES, respond
from graphkit.server.site.api.parameters import Asked, asked
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem

EXAMPLE = "projects partially addressing capacity in the West Midlands"


@blueprint.get("/ask")
@blueprint.get(f"/ask.<any({', '.join(SUFFIXES)}):suffix>")
def ask(suffix: str | None = None) -> Response:
    """The rows of the query that a sentence means. Nothing is run that is not sure."""
    given = asked(("q",), suffix)
    sentence = given.values.get("q")
    if not sentence:
        raise Problem(
            400, "there is no sentence in this request", f"as ?q={EXAMPLE}", parameter="q"
        )
    understood = understood_as(sentence)
    bound = site().dataset.library.bind(understood.name, understood.values)
    response = respond(
        bound,
        Asked(dict(understood.values), given.format, given.limit, given.offset),
        {
            "sentence": sentence,
            "understood": {
                "query": understood.name,
                "parameters": dict(understood.values),
                "pattern": understood.pattern,
                "command": understood.command,
                "address": address(understood.name, understood.values),
            },
        },
    )
    response.headers.add("Link", f'<{address(understood.name, understood.values)}>; rel="related"')
    return response


def understood_as(sentence: str) -> Understood:
    """What a sentence means. Raises Problem 422, with what can be asked, where that is not sure."""
    try:
        return understand(site().dataset.library, sentence)
    except NotUnderstoodError as error:
        near = [
            {"sentence": pattern.example, "query": pattern.query.name} for pattern in error.nearest
        ]
        raise Problem(422, error.message, error.hint, parameter="q", suggestions=near) from None
    except UsageError as error:
        raise Problem(422, error.message, error.hint, parameter="q") from None
