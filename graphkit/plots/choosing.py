"""Which grants a picture is about, which links count, and how both are said in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from graphkit.errors import UsageError
from graphkit.figures import FIGURES, Columns, Portfolio, opened, read
from graphkit.figures.columns import ORIGINS, Numbers
from graphkit.figures.counting import distinct
from graphkit.library import Library
from graphkit.plots.parameters import Given
from graphkit.plots.words import count, listed, plural
from graphkit.uk_areas import COUNTRIES, REGIONS
from graphkit.vocabulary import expand

PARTS = {**REGIONS, **{code: name for code, name in COUNTRIES.items() if code[0] != "E"}}
"""Codes and names of the twelve parts of the United Kingdom (ITL level 1)."""
_DEGREES = {
    "full": "fully",
    "direct": "directly",
    "partial": "partially",
    "indirect": "indirectly",
    "unstated": "to a degree that is not stated",
    "none": "not at all",
}
_ORIGINS = {
    "published-page": "by what pages of questions publish",
    "published-link": "by published links",
    "computed": "by computed links",
}


class Reading:
    """The figures of a snapshot and the names of its things."""

    def __init__(self, library: Library) -> None:
        self._store = library.store
        self.base = library.base
        self.manifest = library.snapshot.manifest
        self.columns: Columns = opened(library.snapshot.search / FIGURES) or read(library.store)

    def name(self, iri: str) -> str:
        """What a thing is called; the end of its address where nothing says so."""
        for curie in ("skos:prefLabel", "dct:title", "schema:text"):
            found = sorted(term.value for term in self._store.objects(iri, expand(curie)))
            if found and found[0].strip():
                return str(found[0])
        return iri.rpartition("/")[2]

    def place_name(self, iri: str) -> str:
        """What a place is called, with its kind, as several kinds share names."""
        kinds = sorted(term.value for term in self._store.objects(iri, expand("gk:placeKind")))
        kind = kinds[0].rpartition("/")[2].replace("-", " ") if kinds else "place"
        return f"{self.name(iri)} ({kind.upper() if kind.startswith('itl') else kind})"

    def parts(self) -> list[tuple[str, str, int]]:
        """The twelve parts of the country: code, name, number (-1 where the graph lacks it)."""
        return [
            (code, name, self.columns.number("place", f"{self.base}id/place/{code}"))
            for code, name in PARTS.items()
        ]


@dataclass(frozen=True)
class Choice:
    """Grants and links: `counting` says of each assessment whether it counts.

    `words` name the grants ("grants funded by ESRC"), `narrowed` says whether they are fewer
    than all, `linked` whether links choose among them.
    """

    portfolio: Portfolio
    counting: Numbers
    words: str
    narrowed: bool
    linked: bool

    @property
    def columns(self) -> Columns:
        """The figures that are counted from."""
        return self.portfolio.columns

    @cached_property
    def links(self) -> tuple[Numbers, Numbers]:
        """Project and question of each link that counts, each pair once."""
        columns = self.columns
        return distinct(
            columns["link_project"][self.counting], columns["link_question"][self.counting]
        )

    @property
    def title(self) -> str:
        """The grants in words, for a title: where nothing narrows them, that they are all."""
        return self.words if self.narrowed else f"all {self.words}"

    def sample(self) -> str:
        """The size of the sample, in words."""
        grants, records = self.portfolio.grants, self.portfolio.records
        also = f" ({plural(records, 'record')})" if records != grants else ""
        return f"n = {plural(grants, 'grant')}{also}"

    def link_notes(self) -> list[str]:
        """What a reader must know where links are counted."""
        columns = self.columns
        origins = columns["link_origin"][self.counting]
        by_origin = [
            f"{count(int((origins == at).sum()))} {word}"
            for at, word in enumerate(("published on pages", "published as links", "computed"))
            if (origins == at).any()
        ]
        notes = [f"Links: {listed(by_origin) or 'none'}; those of degree “none” are left out."]
        capped = int(columns["capped"].sum())
        if capped and (origins != ORIGINS.index("computed")).any():
            notes.append(
                "A published list ends at ten projects, so that ten there means ten or more "
                f"({plural(capped, 'question')} of this graph)."
            )
        return notes

    def amount_note(self) -> str:
        """How many records hold no amount; "" where all do."""
        unknown = self.portfolio.without_amount
        if not unknown:
            return ""
        return (
            f"{plural(unknown, 'record')} without a stated amount "
            f"{'adds' if unknown == 1 else 'add'} nothing to the money."
        )


def choose(reading: Reading, given: Given, *, linked: bool = False) -> Choice:
    """The grants that the values of the parameters choose.

    With `linked`, only those count that speak to a question, whatever else is chosen. Raises
    UsageError where none is left.
    """
    columns = reading.columns
    projects = np.ones(columns.size("project"), bool)
    words = ["grants"]
    funder, place = given["funder"], given["place"]
    if funder:
        projects &= Portfolio.by(columns, "funded", "funder", funder).projects
        words.append(f"funded by {reading.name(funder)}")
    if place:
        projects &= Portfolio.by(columns, "located", "place", place).projects
        words.append(f"run from {reading.place_name(place)}")
    links: dict[str, Any] = {key: given[key] for key in ("origin", "degree", "department")}
    portfolio = Portfolio(columns, projects, **links)
    counting = portfolio.chosen
    aspect = given["aspect"]
    if aspect:
        assessments, aspects = columns.pairs("covers")
        covering = np.zeros_like(counting)
        covering[assessments[aspects == columns.number("aspect", aspect)]] = True
        counting = counting & covering
    narrowing = any(links.values()) or bool(aspect)
    if linked or narrowing:
        kept = np.zeros_like(projects)
        kept[columns["link_project"][counting]] = True
        portfolio = Portfolio(columns, kept, **links)
        words.append(_link_words(reading, given))
    text = " ".join(words)
    if not portfolio.grants:
        raise UsageError(
            f"nothing selected: there are no {text}", hint="leave an option out, or choose another"
        )
    narrowed = len(words) > 1
    return Choice(portfolio, counting, text, narrowed, linked or narrowing)


def _link_words(reading: Reading, given: Given) -> str:
    how = f" {_DEGREES[given['degree']]}" if given["degree"] else ""
    text = f"that speak{how} to questions"
    if given["department"]:
        text += f" of {reading.name(given['department'])}"
    if given["aspect"]:
        text += f" and are said to cover “{reading.name(given['aspect'])}”"
    if given["origin"]:
        text += f" ({_ORIGINS[given['origin']]})"
    return text


def sentence(text: str) -> str:
    """Words with a capital at their beginning.

    >>> sentence("grants funded by ESRC")
    'Grants funded by ESRC'
    """
    return text[:1].upper() + text[1:]
