"""What is kept beside an index: what a search needs of it, and what an update does."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import msgspec

from graphkit.search.fields import FORMAT, PLACE
from graphkit.search.gathering import Document
from graphkit.search.orders import TitlePlace, Titles
from graphkit.search.values import FacetValues

ABOUT = "about.msgpack"
COUNTS = "counts.msgpack"
_WORD = re.compile(r"[^\W\d_]{4,}")


class About(msgspec.Struct, frozen=True):
    """What an index is, beside its fields.

    `values` maps each facet's values to label and address; those of "place" are what the facet
    of regions is filtered by. `words` are words of titles and how many titles have them.
    """

    format: int
    values: dict[str, dict[str, tuple[str, str | None]]]
    words: dict[str, int]


class Kept(msgspec.Struct, frozen=True):
    """What an index was made with, and what is counted over all its documents.

    `words` and `years` say how many documents have each, `titles` where each stands.
    """

    format: int
    base: str
    ontology: str
    words: dict[str, int]
    years: dict[str, int]
    titles: dict[str, TitlePlace]


class Counts:
    """Counts over documents, which come and go, for an ontology of a version."""

    def __init__(self, base: str, ontology: str, titles: Titles, kept: Kept | None = None) -> None:
        self.titles = titles
        self._base, self._ontology = base, ontology
        self._words = Counter(kept.words if kept else {})
        self._years = Counter(kept.years if kept else {})

    def add(self, document: Document) -> None:
        """Count a document."""
        self._count(document.title, document.name, document.card.year, 1)

    def remove(self, title: str, name: str, year: int | None) -> None:
        """Count one no longer."""
        self._count(title, name, year, -1)

    def _count(self, title: str, name: str, year: int | None, times: int) -> None:
        for word in set(_WORD.findall(title.lower())):
            self._words[word] += times
        if year is not None:
            self._years[str(year)] += times
        self.titles.use(name, times)

    def save(self, folder: Path, values: FacetValues) -> None:
        """Write what goes beside an index."""
        words = {word: uses for word, uses in sorted(self._words.items()) if uses}
        years = {year: uses for year, uses in sorted(self._years.items()) if uses}
        common = {word: uses for word, uses in words.items() if uses > 1}
        about = About(FORMAT, _labelled(values, years), common)
        kept = Kept(FORMAT, self._base, self._ontology, words, years, self.titles.used())
        (folder / ABOUT).write_bytes(msgspec.msgpack.encode(about))
        (folder / COUNTS).write_bytes(msgspec.msgpack.encode(kept))


def _labelled(
    values: FacetValues, years: dict[str, int]
) -> dict[str, dict[str, tuple[str, str | None]]]:
    found = {name: dict(known) for name, known in values.labels.items()}
    found["region"] = {one: found[PLACE][one] for one in sorted(values.regions)}
    found["year"] = {year: (year, None) for year in years}
    found["kind"] = {"project": ("Project", None), "question": ("Question", None)}
    found["archived"] = {"no": ("Not archived", None), "yes": ("Archived", None)}
    return found
