"""An index that follows a change of the statements."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec
import tantivy

from graphkit.delta import Delta
from graphkit.figures import (
    FIGURES,
    Changed,
    Statements,
    StatementsOf,
    Things,
    followed,
    opened,
    save,
)
from graphkit.ontology import Ontology
from graphkit.search.about import ABOUT, COUNTS, About, Counts, Kept
from graphkit.search.affected import Neighbours, affected, revalued
from graphkit.search.building import tidy
from graphkit.search.documents import KINDS, address, named_document, text_document
from graphkit.search.fields import ADDRESS, CARD, FORMAT, schema
from graphkit.search.gathering import NAMED, Card, Document, Gathering
from graphkit.search.gathering import NamedThing as Named
from graphkit.search.index import searcher_of
from graphkit.search.merging import Parts, is_one_part, open_index
from graphkit.search.orders import Titles
from graphkit.search.values import FACET_CLASSES, FacetValues, Keys
from graphkit.store import GraphStore
from graphkit.text import fold
from graphkit.vocabulary import RDF_TYPE

_FEW = 1_000
"""So many documents may always be replaced; else a fifth of all."""
_LONGEST = 30_000
"""The engine leaves out terms that are much longer: what has such an address cannot be replaced."""

_PART = re.compile(r"[0-9a-f]{32}\.[a-z]+")
"""Names of the engine's files that hold a part of an index."""
_LISTS = ("meta.json", ".managed.json")
"""Those that say which parts there are."""


@dataclass(frozen=True)
class _Old:
    """The index before."""

    folder: Path
    about: About
    kept: Kept
    searcher: tantivy.Searcher


@dataclass(frozen=True)
class _Change:
    """What becomes of an index: addresses of documents that go, and what comes."""

    gone: list[str]
    texts: list[Document]
    named: list[Named]
    values: FacetValues

    @property
    def size(self) -> int:
        return max(len(self.gone), len(self.texts) + len(self.named))


def update_index(
    old_folder: Path,
    folder: Path,
    old: GraphStore,
    new: GraphStore,
    delta: Delta,
    ontology: Ontology,
    base: str,
) -> bool:
    """Make the index of a store from that of the one before it, into a folder, which is made.

    The old folder stays as it is. The new index answers as one would that `build_index` makes of
    the new store, scores and all. False where that cannot be had, or not cheaply: too much has
    changed, or the old index was made by another version or with another ontology or base. Then
    there is no folder. The old store is not read: what it held the old index has.
    """
    before = _opened(old_folder, ontology, base)
    changed, now = Changed(delta), Things(new)
    if before is None or any(len(iri) > _LONGEST for iri in changed.subjects):
        return False
    change = _change(before, now, changed, ontology, base)
    if change is None or change.size > max(_FEW, before.searcher.num_docs // 5):
        return False
    counts = _counted(before, change)
    if counts is None:
        return False
    folder.mkdir()
    if _written(before, folder, change, counts, now, changed):
        tidy(folder)
        return True
    shutil.rmtree(folder)
    return False


def _opened(folder: Path, ontology: Ontology, base: str) -> _Old | None:
    """The index before, if it is one that can be followed."""
    try:
        about = msgspec.msgpack.decode((folder / ABOUT).read_bytes(), type=About)
        kept = msgspec.msgpack.decode((folder / COUNTS).read_bytes(), type=Kept)
        if (kept.format, kept.base, kept.ontology) != (FORMAT, base, ontology.version):
            return None
        searcher = searcher_of(folder)
    except (msgspec.MsgspecError, ValueError, OSError):
        return None
    return _Old(folder, about, kept, searcher) if searcher.num_segments == 1 else None


def _change(
    before: _Old, now: Things, changed: Changed, ontology: Ontology, base: str
) -> _Change | None:
    """The documents that go and come; those that only change do both."""
    keys = Keys(base)
    known = FacetValues.kept(before.about.values)
    values = _values(known, now, changed, ontology, keys)
    near = Neighbours(now, ontology)
    found = affected(changed, near, ontology, revalued(known, values))
    if len(found) - len(changed.subjects) > max(_FEW, before.searcher.num_docs // 5):
        return None
    wanted = sorted(found)
    gone = [
        *map(address, wanted),
        *(address(one, kind) for one in changed.subjects for kind in KINDS),
    ]
    gone = [one for one in gone if before.searcher.doc_freq(ADDRESS, one)]
    texts = near.of_class(wanted, "gk:ResearchQuestion", "gk:Project")
    named = near.of_class(changed.subjects, *NAMED)
    gathering = Gathering(StatementsOf(now, near.sources(texts) | named), ontology, values, keys)
    return _Change(gone, list(gathering.documents(texts)), list(gathering.named(named)), values)


def _values(
    known: FacetValues, now: Things, changed: Changed, ontology: Ontology, keys: Keys
) -> FacetValues:
    """The values of facets; those of the index before where none of their things changed."""
    names = {
        iri: label for labels in known.labels.values() for label, iri in labels.values() if iri
    }
    classes = {ontology.iri(curie) for curie in FACET_CLASSES}
    if names.keys().isdisjoint(changed.subjects) and classes.isdisjoint(
        one for thing in changed.classed for one in now.links(thing, RDF_TYPE)
    ):
        return known
    for thing in changed.subjects:
        names.pop(thing, None)
        if texts := now.texts(thing, ontology.iri("skos:prefLabel")):
            names[thing] = texts[0]
    return FacetValues.read(Statements(now.store), names, ontology, keys)


def _counted(before: _Old, change: _Change) -> Counts | None:
    """All counts, without the documents that go and with those that come."""
    titles = Titles(before.kept.titles).with_titles(one.name for one in change.texts)
    if titles is None:
        return None
    kept = before.kept
    counts = Counts(kept.base, kept.ontology, titles, kept)
    searcher = before.searcher
    for one in change.gone:
        [(_, place)] = searcher.search(
            tantivy.Query.term_query(schema(), ADDRESS, one), 1, count=False
        ).hits
        document = searcher.doc(place)
        if one.startswith(address("")):
            card = msgspec.msgpack.decode(bytes(document.get_first(CARD) or b""), type=Card)
            title = str(document.get_first("title"))
            counts.remove(title, fold(title), card.year)
    for text in change.texts:
        counts.add(text)
    return counts


def _written(
    before: _Old,
    folder: Path,
    change: _Change,
    counts: Counts,
    now: Things,
    changed: Changed,
) -> bool:
    """Write the index and the figures; whether that could be done."""
    _link(before.folder, folder)
    index = open_index(folder)
    parts = Parts(index, before.searcher.num_docs)
    for one in change.gone:
        parts.drop(one)
    documents = (
        *(text_document(text, counts.titles[text.name]) for text in change.texts),
        *map(named_document, change.named),
    )
    size = len(documents) // parts.left + 1
    rest = iter(documents)
    while parts.left:
        parts.write(islice(rest, size))
    # The engine merges meanwhile.
    columns = opened(before.folder / FIGURES)
    figures = followed(columns, now, changed) if columns else None
    if figures:
        save(figures, folder / FIGURES)
    counts.save(folder, change.values)
    parts.close()
    return figures is not None and is_one_part(index)


def _link(old: Path, folder: Path) -> None:
    """Bring the engine's files into a new folder: what it never changes once written as links."""
    for path in sorted(old.iterdir()):
        target = folder / path.name
        if _PART.fullmatch(path.name):
            with suppress(OSError):
                os.link(path, target)
                continue
        elif path.name not in _LISTS:
            continue
        shutil.copyfile(path, target)
