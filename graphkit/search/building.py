"""Making the index of a snapshot."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import msgspec
import tantivy

from graphkit.figures import FIGURES, read, save
from graphkit.ontology import Ontology
from graphkit.search.fields import (
    ANALYSER,
    CALLED,
    CARD,
    FACETS,
    FORMAT,
    IDENTIFIER,
    PLACE,
    SORTS,
    analyser,
    schema,
)
from graphkit.search.gathering import Document, Gathering, NamedThing
from graphkit.store import GraphStore

ABOUT = "about.msgpack"
_HEAP = 1 << 30
"""How much memory the postings may take before a part of the index is written out: as much as
texts of several gigabytes need, so that the index has one part, in which what scores alike stays
in the order of addresses."""
_WORD = re.compile(r"[^\W\d_]{4,}")


class About(msgspec.Struct, frozen=True):
    """What an index is, beside its fields.

    `values` maps each facet's values to label and address; those of "place" are what the facet
    of regions is filtered by. `words` are words of titles and how many titles have them.
    """

    format: int
    values: dict[str, dict[str, tuple[str, str | None]]]
    words: dict[str, int]


def build_index(store: GraphStore, ontology: Ontology, base: str, folder: Path) -> None:
    """Write the index of everything in a store into a folder, which is made."""
    folder.mkdir()
    index = tantivy.Index(schema(), str(folder), reuse=False)
    index.register_tokenizer(ANALYSER, analyser())
    gathering = Gathering(store, ontology, base)
    # One thread: with several, nobody could tell which part of the index comes first.
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    words: Counter[str] = Counter()
    years: set[str] = set()
    for document in gathering.documents():
        writer.add_document(_written(document))
        words.update(set(_WORD.findall(document.title.lower())))
        years.update(document.values["year"])
    for thing in gathering.named():
        writer.add_document(_named(thing))
    writer.commit()
    writer.wait_merging_threads()
    for lock in folder.glob("*.lock"):
        lock.unlink()
    about = About(FORMAT, _values(gathering, years), {w: n for w, n in words.items() if n > 1})
    (folder / ABOUT).write_bytes(msgspec.msgpack.encode(about))
    save(read(store), folder / FIGURES)  # beside the index: both are for looking at a snapshot
    # The library keeps some of its files from all users but this one; a server is often another.
    mode = (folder / ABOUT).stat().st_mode
    for path in folder.iterdir():
        path.chmod(mode)


def _written(document: Document) -> tantivy.Document:
    written = tantivy.Document()
    written.add_text("title", document.title)
    written.add_text("body", document.body)
    for name in (*FACETS, PLACE):
        for value in document.values[name]:
            written.add_text(name, value)
    for one in document.identifiers:
        written.add_text(IDENTIFIER, one)
    for name, place in document.order.items():
        written.add_unsigned(SORTS[name], place)
    written.add_bytes(CARD, msgspec.msgpack.encode(document.card))
    return written


def _named(thing: NamedThing) -> tantivy.Document:
    written = tantivy.Document()
    for name in thing.names:
        written.add_text(CALLED, name)
    written.add_bytes(CARD, msgspec.msgpack.encode((thing.iri, thing.kind, thing.label)))
    return written


def _values(gathering: Gathering, years: set[str]) -> dict[str, dict[str, tuple[str, str | None]]]:
    values = {name: known.labels for name, known in gathering.values.items()}
    values["region"] = {one: values[PLACE][one] for one in sorted(gathering.regions)}
    values["year"] = {year: (year, None) for year in sorted(years)}
    values["kind"] = {"project": ("Project", None), "question": ("Question", None)}
    values["archived"] = {"no": ("Not archived", None), "yes": ("Archived", None)}
    return values
