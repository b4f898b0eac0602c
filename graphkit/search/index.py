"""The index of a snapshot, opened for searching."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec
import tantivy

from graphkit.errors import SnapshotError, UsageError
from graphkit.search.about import ABOUT, About
from graphkit.search.answers import (
    Facet,
    FacetValue,
    Hit,
    Labelled,
    NamedThing,
    SearchAnswer,
)
from graphkit.search.fields import (
    ANALYSER,
    CALLED,
    CARD,
    FACETS,
    FORMAT,
    PLACE,
    SORTS,
    TEXTS,
    analyser,
    schema,
)
from graphkit.search.filters import Chosen, Given, checked
from graphkit.search.gathering import Card
from graphkit.search.marking import found_in, marked, snippet
from graphkit.search.queries import BY_IDENTIFIER, Asked, asked, known_identifiers
from graphkit.search.spelling import respelled
from graphkit.search.wording import Stems, Wanted, understood
from graphkit.text import fold

MOST_HITS = 1_000
"""The longest page."""
MOST_THINGS = 10
"""How many things of one name are told."""
LONGEST_NAME = 300
_SWEEPS = 20
_EVERY = 100_000
"""More values than any facet has."""


@dataclass(frozen=True)
class _Found:
    """A search before anything of what it found is read. An empty `order` is by score."""

    wanted: Wanted
    query: Asked
    chosen: Chosen
    total: int
    order: str
    remarks: tuple[str, ...]


class SearchIndex:
    """Full text over the questions and projects of one snapshot. It is only read.

    Several processes may have the same index open; one that has it open can go on when the
    snapshot is removed.
    """

    def __init__(self, searcher: tantivy.Searcher, about: About) -> None:
        self._searcher = searcher
        self._about = about
        self._analyser = analyser()

    @classmethod
    def open(cls, folder: Path) -> SearchIndex:
        """Open the index in a folder. Raises SnapshotError where there is none that can be read."""
        try:
            data = (folder / ABOUT).read_bytes()
        except FileNotFoundError:
            raise SnapshotError(
                f"{folder}: this snapshot has no index to search", hint="build again"
            ) from None
        except OSError as error:
            raise SnapshotError(f"{folder}: cannot be read: {error.strerror}") from None
        try:
            about = msgspec.msgpack.decode(data, type=About)
            if about.format != FORMAT:
                raise ValueError("made by another version of graphkit")
            return cls(searcher_of(folder), about)
        except (msgspec.MsgspecError, ValueError, OSError) as error:
            raise SnapshotError(
                f"{folder}: the index cannot be opened: {error}", hint="build again"
            ) from None

    def search(
        self,
        text: str = "",
        filters: Given | None = None,
        *,
        page: int = 1,
        size: int = 20,
        sort: str = "relevance",
        facet_size: int = 20,
    ) -> SearchAnswer:
        """One page of what a text finds, with counts for each facet.

        No text is wrong: see docs/search.md for what it may hold; an empty one finds all. Filters
        are values of facets: one facet's values are alternatives, and all facets must fit. The
        counts of a facet leave its own filter out of account. What scores alike stands in the order
        of addresses; with an empty text, "relevance" gives the newest first.

        Raises UsageError for a filter, order, page or size that there is not.
        """
        if not 0 <= size <= MOST_HITS:
            raise UsageError(f"a page has 0 to {MOST_HITS:,} hits, not {size}")
        if page < 1:
            raise UsageError(f"pages are counted from 1, not {page}")
        found = self._find(text, filters or {}, sort)
        first = (page - 1) * size
        return SearchAnswer(
            text=text,
            total=found.total,
            first=first,
            hits=self._hits(found, first, size) if size and first < found.total else (),
            facets=self._facets(found, facet_size),
            remarks=found.remarks,
            suggestion=respelled(text, found.wanted.words, self._about.words, self._frequency),
            things=self._things(text) if page == 1 else (),
            filters=found.chosen,
        )

    def hits(
        self, text: str = "", filters: Given | None = None, *, sort: str = "relevance"
    ) -> Iterator[Hit]:
        """All that a text finds, in the same order, read as it is asked for.

        Raises UsageError as `search` does, and at once.
        """
        found = self._find(text, filters or {}, sort)
        pages = range(0, found.total, MOST_HITS)
        return chain.from_iterable(self._hits(found, first, MOST_HITS) for first in pages)

    def _find(self, text: str, filters: Given, sort: str) -> _Found:
        if sort not in SORTS:
            raise UsageError(f"no such order: {sort}", hint=f"known: {', '.join(SORTS)}")
        chosen = checked(filters, self._about.values)
        wanted = understood(text, self._analyser.analyze)
        identifiers = known_identifiers(wanted, self._searcher)
        is_sought = bool(wanted.clauses or identifiers)
        remarks: list[str] = []
        query = asked(wanted, identifiers, chosen)
        total = self._count(query)
        # Whatever the filters are: or a choice would change what the counts were of.
        if not total and len(wanted.clauses) > 1 and not self._count(Asked(query.text, {})):
            query = asked(wanted, identifiers, chosen, any_word=True)
            total = self._count(query)
            if total:
                remarks.append("nothing has all of these words; this has some of them")
        if not (is_sought or wanted.excluded or wanted.is_blank):
            remarks.append("there is no word in this to look for")
        if wanted.is_cut:
            remarks.append("the text is very long: only its beginning was looked for")
        order = SORTS[sort] or ("" if is_sought else SORTS["newest"])
        return _Found(wanted, query, chosen, total, order, tuple(remarks))

    def _count(self, asked: Asked) -> int:
        return int(self._searcher.search(asked.all, 1).count)  # type: ignore[attr-defined]

    def _frequency(self, word: str) -> int:
        """How many texts have a word, or one with its stem."""
        stems = self._analyser.analyze(word)
        return max(
            (self._searcher.doc_freq(name, stem) for name in TEXTS for stem in stems), default=0
        )

    def _things(self, text: str) -> tuple[NamedThing, ...]:
        name = fold(text[:LONGEST_NAME].encode("utf-8", "replace").decode())
        if not name:
            return ()
        found = self._searcher.search(
            tantivy.Query.term_query(schema(), CALLED, name), MOST_THINGS, count=False
        )
        cards = [
            msgspec.msgpack.decode(self._card(address), type=tuple[str, str, str])
            for _, address in found.hits
        ]
        return tuple(NamedThing(*card) for card in cards)

    def _card(self, address: tantivy.DocAddress) -> bytes:
        return bytes(self._searcher.doc(address).get_first(CARD) or b"")

    def _hits(self, found: _Found, first: int, size: int) -> tuple[Hit, ...]:
        if found.order:
            ranked = self._searcher.search(
                found.query.all,
                size,
                count=False,
                order_by_field=found.order,
                offset=first,
                order=tantivy.Order.Asc,
            )
            return tuple(self._hit(0.0, one, found.wanted.clauses) for _, one in ranked.hits)
        ranked = self._searcher.search(found.query.all, size, count=False, offset=first)
        return tuple(self._hit(score, one, found.wanted.clauses) for score, one in ranked.hits)

    def _hit(self, score: float, address: tantivy.DocAddress, clauses: Sequence[Stems]) -> Hit:
        document = self._searcher.doc(address)
        if score >= BY_IDENTIFIER:  # found by its id, which is in no text
            clauses = ()
        card = msgspec.msgpack.decode(bytes(document.get_first(CARD) or b""), type=Card)
        title, body = str(document.get_first("title")), str(document.get_first("body"))
        return Hit(
            iri=card.iri,
            kind=card.kind,
            key=card.key,
            title=title,
            marked_title=marked(title, found_in(title, clauses, self._analyser)),
            snippet=snippet(body, found_in(body, clauses, self._analyser)) if body else (),
            score=score,
            year=card.year,
            archived=card.archived,
            reference=card.reference,
            department=Labelled(*card.department) if card.department else None,
            organisation=Labelled(*card.organisation) if card.organisation else None,
            funders=tuple(Labelled(*one) for one in card.funders),
        )

    def _facets(self, found: _Found, size: int) -> dict[str, Facet]:
        """Counts: of the facets without a filter all at once, of each other one by itself."""
        counts: dict[str, dict[str, int]] = {}
        query, chosen = found.query, found.chosen
        free = [name for name in FACETS if name not in chosen]
        wishes = [(free, query.all), *(([name], query.without(name)) for name in chosen)]
        for names, part in wishes:
            wish = {name: {"terms": {"field": name, "size": _EVERY}} for name in names}
            for name, result in self._searcher.aggregate(part, wish).items() if wish else ():
                counts[name] = {one["key"]: one["doc_count"] for one in result["buckets"]}
        for value in set(chosen.get("region", ())) - counts["region"].keys():
            # A place that the facet does not list: it is chosen, so its count is told.
            counts["region"][value] = self._count(query.with_only("region", value))
        return {
            name: self._facet(name, counts[name], chosen.get(name, ()), size) for name in FACETS
        }

    def _facet(self, name: str, counts: dict[str, int], chosen: Sequence[str], size: int) -> Facet:
        known = self._about.values[PLACE if name == "region" else name]
        values = [
            FacetValue(
                value, known[value][0], counts.get(value, 0), value in chosen, known[value][1]
            )
            for value in dict.fromkeys((*counts, *chosen))
            if value in known
        ]
        values.sort(key=lambda one: (-one.count, one.label, one.value))
        if name == "year":
            values.sort(key=lambda one: one.value, reverse=True)
        elif name == "degree":
            values.sort(key=lambda one: list(known).index(one.value))
        listed = tuple(one for at, one in enumerate(values) if at < size or one.chosen)
        return Facet(name, FACETS[name], listed, len(values) - len(listed))


def searcher_of(folder: Path) -> tantivy.Searcher:
    """The engine's view of the index in a folder.

    The engine wants to write a lock beside what it reads, even where nothing may be written. So it
    is shown a passing folder of links; it holds the files themselves from then on.
    """
    passing = tempfile.mkdtemp(prefix="graphkit-search-")
    try:
        for path in folder.resolve().iterdir():
            if path.suffix != ".lock":
                (Path(passing) / path.name).symlink_to(path)
        index = tantivy.Index.open(passing)
        index.register_tokenizer(ANALYSER, analyser())
        index.config_reader("manual")
        return index.searcher()
    finally:
        # A thread of the engine's may still be at its lock: then the folder is not empty at once.
        for _ in range(_SWEEPS):
            shutil.rmtree(passing, ignore_errors=True)
            if not Path(passing).exists():
                break
            time.sleep(0.01)
