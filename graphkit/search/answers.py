"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field

Segments = tuple[tuple[str, bool], ...]
"""A text in pieces, in order, each with whether it is what was sought."""


@dataclass(frozen=True)
class Labelled:
    """A thing that is mentioned, with its name."""

    iri: str
    label: str


@dataclass(frozen=True)
class NamedThing:
    """A department, funder, programme, organisation, place or aspect that is called as the text
    of a search is; `kind` says which."""

    iri: str
    kind: str
    label: str


@dataclass(frozen=True)
class Hit:
    """A question or project that was found.

    `kind` is "question" or "project", `key` the last part of the address. `title` is a project's
    title or the whole wording of a question, `marked_title` the same with what was sought marked.
    `snippet` is a piece of its text, cut at words, empty where it has none. `year` is the one in
    which a project began or a question was posted. `score` is comparable within one answer only,
    and 0 where nothing was sought.
    """

    iri: str
    kind: str
    key: str
    title: str
    marked_title: Segments
    snippet: Segments
    score: float
    year: int | None = None
    archived: bool = False
    reference: str | None = None
    department: Labelled | None = None
    organisation: Labelled | None = None
    funders: tuple[Labelled, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: `value` is what a filter takes, `count` how many hits have it.

    `iri` is the thing's or the code's address, None for years and the like.
    """

    value: str
    label: str
    count: int
    chosen: bool
    iri: str | None = None


@dataclass(frozen=True)
class Facet:
    """A facet with its values, the most frequent first, years and degrees in their own order.

    `more` values that have hits are not listed.
    """

    name: str
    label: str
    values: tuple[FacetValue, ...]
    more: int = 0


@dataclass(frozen=True)
class SearchAnswer:
    """One page of what was found.

    `total` counts all hits, `first` is the number of the page's first hit, from 0. `remarks` say
    what the reader should know (that no text has all words, say); `suggestion` is the query as
    it was perhaps meant; `things` bear the very name that was written.
    """

    text: str
    total: int
    first: int
    hits: tuple[Hit, ...]
    facets: dict[str, Facet]
    remarks: tuple[str, ...] = ()
    suggestion: str | None = None
    things: tuple[NamedThing, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
