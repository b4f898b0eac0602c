"""The forms in which a description can be had, and which of them a request asks for."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import request

from graphkit.server.site.problems import Problem


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a description: its suffix, media type, what people call it, and how it is written.

    `also` are further media types by which it may be asked for; `written` is None for HTML.
    """

    suffix: str
    media_type: str
    name: str
    written: ox.RdfFormat | None = None
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """What a response says of itself."""
        return f"{self.media_type}; charset=utf-8" if self.suffix == "ttl" else self.media_type

    @property
    def holds_graphs(self) -> bool:
        """Whether it can tell which named graph a statement stands in."""
        return self.written is not None and self.written.supports_datasets


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which the same page can be downloaded."""

    suffix: str
    media_type: str
    name: str
    href: str


HTML = Form("html", "text/html", "HTML", also=("application/xhtml+xml",))
TURTLE = Form("ttl", "text/turtle", "Turtle", ox.RdfFormat.TURTLE, ("application/x-turtle",))
JSON_LD = Form(
    "jsonld", "application/ld+json", "JSON-LD", ox.RdfFormat.JSON_LD, ("application/json",)
)
N_TRIPLES = Form("nt", "application/n-triples", "N-Triples", ox.RdfFormat.N_TRIPLES)
RDF_XML = Form("rdf", "application/rdf+xml", "RDF/XML", ox.RdfFormat.RDF_XML)
N_QUADS = Form("nq", "application/n-quads", "N-Quads", ox.RdfFormat.N_QUADS)
TRIG = Form("trig", "application/trig", "TriG", ox.RdfFormat.TRIG)

FORMS = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, N_QUADS, TRIG)
"""All of them; the first is what a client gets that takes anything."""
RDF_FORMS = FORMS[1:]
BY_SUFFIX = {form.suffix: form for form in FORMS}


def negotiated(forms: tuple[Form, ...] = FORMS) -> Form:
    """The form that the request's `Accept` likes best. Raises Problem 406 where there is none."""
    by_type = {kind: form for form in forms for kind in (form.media_type, *form.also)}
    offered = [form.media_type for form in forms] + [kind for form in forms for kind in form.also]
    if not request.accept_mimetypes:
        return forms[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise Problem(
            406,
            f"there is no such form of this: {str(request.accept_mimetypes)[:200]}",
            f"there are {', '.join(form.media_type for form in forms)}",
        )
    return by_type[best]


def split_suffix(path: str) -> tuple[str, Form] | None:
    """A path without its suffix, and the form that it stands for; None if it has none.

    >>> split_suffix("question/16604.ttl")[0]
    'question/16604'
    >>> split_suffix("question/16604") is None
    True
    """
    stem, dot, suffix = path.rpartition(".")
    form = BY_SUFFIX.get(suffix) if dot and not stem.endswith("/") else None
    return (stem, form) if form else None
