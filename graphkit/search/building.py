"""Making the index of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import tantivy

from graphkit.figures import FIGURES, Statements, read_statements, save
from graphkit.ontology import Ontology
from graphkit.search.about import ABOUT, Counts
from graphkit.search.documents import named_document, text_document
from graphkit.search.fields import ADDRESS, ANALYSER, analyser, schema
from graphkit.search.gathering import Gathering
from graphkit.search.merging import Parts
from graphkit.search.orders import Titles
from graphkit.search.values import FacetValues, Keys
from graphkit.store import GraphStore


def build_index(store: GraphStore, ontology: Ontology, base: str, folder: Path) -> None:
    """Write the index of everything in a store into a folder, which is made."""
    folder.mkdir()
    index = tantivy.Index(schema(), str(folder), reuse=False, sort_by_field=ADDRESS)
    index.register_tokenizer(ANALYSER, analyser())
    statements = Statements(store)
    labels = statements.first(ontology.iri("skos:prefLabel"))
    keys = Keys(base)
    values = FacetValues.read(statements, labels, ontology, keys)
    gathering = Gathering(statements, ontology, values, keys)
    titles = Titles.of(map(gathering.name, gathering.kinds))
    counts = Counts(base, ontology.version, titles)

    def texts() -> Iterator[tantivy.Document]:
        for document in gathering.documents():
            counts.add(document)
            yield text_document(document, counts.titles[document.name])

    named = list(gathering.named())
    documents = chain(texts(), map(named_document, named))
    parts = Parts(index)
    size = (len(gathering.kinds) + len(named)) // parts.left + 1
    while parts.left:
        parts.write(islice(documents, size))
    save(read_statements(statements), folder / FIGURES)  # beside it: both are for looking at it
    counts.save(folder, values)
    parts.close()
    tidy(folder)


def tidy(folder: Path) -> None:
    """Make a finished index one that every user can read, without locks."""
    for lock in folder.glob("*.lock"):
        lock.unlink()
    # The library keeps some of its files from all users but this one; a server is often another.
    mode = (folder / ABOUT).stat().st_mode
    for path in folder.iterdir():
        path.chmod(mode)
