"""A sentence, the named query that it means, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.errors import UsageError
from graphkit.library.asking.understanding import (
    MAX_CHARACTERS,
    NotUnderstoodError,
    Understood,
    understand,
)
from graphkit.library.running import Bound
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.answered import Answered, answered
from graphkit.server.site.pages.home import EXAMPLES
from graphkit.server.site.problems import Problem

MOST_ROWS = 1_000
"""Rows that are read for the page; the downloads have all."""
SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter with its value: as it was understood, with the thing's address if it is one."""

    name: str
    meaning: str
    text: str
    iri: str


@dataclass(frozen=True)
class Misunderstood:
    """Why a sentence was not understood, and what it may have meant."""

    message: str
    hint: str
    alternatives: tuple[tuple[str, str], ...]
    """Sentences that are understood, with the summary of the query that each means."""


@blueprint.get("/ask")
def ask_page() -> ResponseReturnValue:
    """The answer to a sentence, or the sentences that it may have meant."""
    if site().dataset.snapshot is None:
        raise Problem(404, "there are no named queries for this data set", "ask in SPARQL")
    sentence = " ".join(request.args.get("q", "").split())
    if len(sentence) > MAX_CHARACTERS:
        raise Problem(414, f"the sentence has more than {MAX_CHARACTERS:,} characters")
    understood, fault = _understood(sentence) if sentence else (None, None)
    found: Answered | None = None
    given: list[Given] = []
    if understood is not None:
        library = site().dataset.library
        bound = library.bind(understood.name, understood.values)
        found = answered(bound, limit=MOST_ROWS)
        given = _given(bound)
    return render_template(
        "ask.html",
        sentence=sentence,
        understood=understood,
        found=found,
        given=given,
        fault=fault,
        examples=EXAMPLES,
        most=MOST_ROWS,
        shown=SHOWN_ROWS,
        max_characters=MAX_CHARACTERS,
    )


def _understood(sentence: str) -> tuple[Understood | None, Misunderstood | None]:
    try:
        return understand(site().dataset.library, sentence), None
    except NotUnderstoodError as error:
        near = [(pattern.example, pattern.query.header.summary) for pattern in error.nearest]
        return None, Misunderstood(error.message, error.hint or "", tuple(dict.fromkeys(near)))
    except UsageError as error:
        return None, Misunderstood(error.message, error.hint or "", ())


def _given(bound: Bound) -> list[Given]:
    found = []
    for name, term in bound.terms.items():
        if term is not None:
            parameter = bound.header.parameters[name]
            text = str(term.value)
            iri = text if text.startswith(("http://", "https://")) else ""
            found.append(Given(name, parameter.summary, text, iri))
    return found
