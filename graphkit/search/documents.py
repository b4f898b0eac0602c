"""What is written into the index of each thing."""

from __future__ import annotations

import msgspec
import tantivy

from graphkit.search.fields import ADDRESS, CALLED, CARD, FACETS, IDENTIFIER, PLACE, SORTS
from graphkit.search.gathering import NAMED, Document, NamedThing
from graphkit.search.orders import newest, oldest

KINDS = tuple(NAMED.values())


def address(iri: str, kind: str = "") -> str:
    """The text by which a document stands in order: questions and projects together, then what is
    only named, kind by kind."""
    return f"{KINDS.index(kind) + 1 if kind else 0} {iri}"


def text_document(document: Document, title_number: int) -> tantivy.Document:
    """A question or project."""
    written = tantivy.Document()
    written.add_text(ADDRESS, address(document.card.iri))
    written.add_text("title", document.title)
    written.add_text("body", document.body)
    for name in (*FACETS, PLACE):
        for value in document.values[name]:
            written.add_text(name, value)
    for one in document.identifiers:
        written.add_text(IDENTIFIER, one)
    written.add_unsigned(SORTS["newest"], newest(document.date))
    written.add_unsigned(SORTS["oldest"], oldest(document.date))
    written.add_unsigned(SORTS["title"], title_number)
    written.add_bytes(CARD, msgspec.msgpack.encode(document.card))
    return written


def named_document(thing: NamedThing) -> tantivy.Document:
    """A thing that is found by its names alone."""
    written = tantivy.Document()
    written.add_text(ADDRESS, address(thing.iri, thing.kind))
    for name in thing.names:
        written.add_text(CALLED, name)
    written.add_bytes(CARD, msgspec.msgpack.encode((thing.iri, thing.kind, thing.label)))
    return written
