"""A description as an RDF document: its statements, and what the document says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox
from flask import Response

from graphkit.server.site import answers
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.addresses import absolute
from graphkit.server.site.resources.description import Description
from graphkit.server.site.resources.formats import JSON_LD, RDF_FORMS, Form
from graphkit.server.site.resources.json_ld import framed
from graphkit.server.site.resources.selection import Selection
from graphkit.vocabulary import PREFIXES, RDF_TYPE, expand

_HYDRA = "http://www.w3.org/ns/hydra/core#"
_FOAF = "http://xmlns.com/foaf/0.1/"
DOCUMENT_PREFIXES = {**PREFIXES, "hydra": _HYDRA, "foaf": _FOAF}
_VIEW = (("first", "first"), ("previous", "prev"), ("next", "next"), ("last", "last"))
"""How Hydra and how the relations of HTTP links call the same."""


@dataclass(frozen=True)
class Place:
    """Where a description's documents are: path without slash before and suffix after it.

    `query` comes before the parameters of a page (`iri=…`), for descriptions that stand at no
    path of their own; the suffix is then `format=`.
    """

    path: str
    query: str = ""

    def document(self, form: Form, parameters: str = "") -> str:
        """The local path of a document, with its query."""
        if not self.query:
            return f"{self.path}.{form.suffix}{'?' if parameters else ''}{parameters}"
        fields = filter(None, (self.query, f"format={form.suffix}", parameters))
        return f"{self.path}?{'&'.join(fields)}"

    def page(self, parameters: str = "") -> str:
        """The local path that leaves the form to negotiation."""
        fields = "&".join(filter(None, (self.query, parameters)))
        return f"{self.path}?{fields}" if fields else self.path


def neighbours(selection: Selection) -> dict[str, int]:
    """The pages beside this one, by the relation that HTTP links use."""
    found = {}
    if selection.pages > 1:
        found["first"] = 1
        if selection.page > 1:
            found["prev"] = selection.page - 1
        if selection.page < selection.pages:
            found["next"] = selection.page + 1
        found["last"] = selection.pages
    return found


def about_document(description: Description, place: Place, form: Form) -> Iterator[ox.Triple]:
    """What the document says of itself: its subject, its sources' licences, its neighbours."""
    selection = description.selection
    everything = ox.NamedNode(absolute(place.document(form)))
    this = ox.NamedNode(absolute(place.document(form, selection.parameters())))
    node = description.around.node
    yield ox.Triple(this, ox.NamedNode(f"{_FOAF}primaryTopic"), node)
    for graph in description.sources:
        source = ox.NamedNode(graph)
        yield ox.Triple(this, ox.NamedNode(expand("dct:source")), source)
        for licence in description.dataset.store.objects(graph, expand("dct:license")):
            yield ox.Triple(this, ox.NamedNode(expand("dct:license")), licence)
    pages = neighbours(selection)
    if pages:
        total = ox.Literal(str(selection.total), datatype=ox.NamedNode(expand("xsd:integer")))
        view = ox.NamedNode(f"{_HYDRA}PartialCollectionView")
        yield ox.Triple(everything, ox.NamedNode(f"{_HYDRA}totalItems"), total)
        yield ox.Triple(everything, ox.NamedNode(f"{_HYDRA}view"), this)
        yield ox.Triple(this, ox.NamedNode(RDF_TYPE), view)
    for name, relation in _VIEW:
        if relation in pages:
            parameters = selection.parameters(pages[relation])
            other = ox.NamedNode(absolute(place.document(form, parameters)))
            yield ox.Triple(this, ox.NamedNode(f"{_HYDRA}{name}"), other)


def document(description: Description, place: Place, form: Form) -> Response:
    """The answer that holds a page of a description in an RDF form."""
    about = list(dict.fromkeys(about_document(description, place, form)))
    data: bytes
    if form is JSON_LD and description.dataset.snapshot is not None:
        data = framed(description, about)
    else:
        data = serialised(description, about, form)

    def write(file: IO[bytes]) -> None:
        file.write(data)

    return answers.answer(write, form.content_type)


def serialised(description: Description, about: list[ox.Triple], form: Form) -> bytes:
    """The statements in a form that the store's own writers know."""
    assert form.written is not None
    out = io.BytesIO()
    quads = description.everything()
    statements: Iterator[ox.Quad] | Iterator[ox.Triple]
    if form.holds_graphs:
        # TriG and JSON-LD open a block for each run of one graph.
        ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
        statements = iter([*(ox.Quad(*triple) for triple in about), *ordered])
    else:
        statements = iter(dict.fromkeys([*about, *(quad.triple for quad in quads)]))
    try:
        ox.serialize(statements, out, form.written, prefixes=DOCUMENT_PREFIXES)
    except (ValueError, OSError) as error:
        others = ", ".join(other.media_type for other in RDF_FORMS if other is not form)
        raise Problem(
            406, f"{form.name} cannot express these statements: {error}", f"ask for {others}"
        ) from None
    return out.getvalue()
