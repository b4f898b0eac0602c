"""Assessments as pages show them: how far a project speaks to a question, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphkit.server.site.pages.reading import Reader
from graphkit.server.site.pages.wording import DEGREES, ORIGINS
from graphkit.vocabulary import expand

COMPUTED = "computed"
_LAST = 10**6
"""The place of what has no rank."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a project's text. `aspects` are those that it is taken to show."""

    iri: str
    quote: str
    quoted_from: str
    offset: int
    score: float | None
    aspects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessment; `covers` and `misses` are IRIs of aspects, in the words of its origin."""

    iri: str
    question: str
    project: str
    degree: str
    origin: str
    rank: int | None
    score: float | None
    explanation: str
    states_expertise: bool
    covers: frozenset[str]
    misses: frozenset[str]
    evidence: tuple[Evidence, ...]

    @property
    def computed(self) -> bool:
        """Whether a machine says so."""
        return self.origin == COMPUTED

    @property
    def order(self) -> tuple[int, int, str]:
        """Published before computed, each in the order of its list."""
        return (
            ORIGINS.index(self.origin) if self.origin in ORIGINS else len(ORIGINS),
            _LAST if self.rank is None else self.rank,
            self.project,
        )


_TERMS = {
    short: expand(f"gk:{short}")
    for short in (
        *("assessesQuestion", "assessesProject", "degree", "origin", "rank", "score"),
        *("explanation", "statesExpertise", "coversAspect", "missesAspect", "evidence"),
        *("quote", "quotedFrom", "offset", "showsAspect"),
    )
}


def assessments(read: Reader, iris: Iterable[str], *, evidence: bool = True) -> list[Assessment]:
    """The assessments with these IRIs, published ones first, each origin in its order."""
    return sorted((_assessment(read, iri, evidence) for iri in iris), key=lambda one: one.order)


def _assessment(read: Reader, iri: str, evidence: bool) -> Assessment:
    said = read.values(iri)

    def first(short: str, otherwise: Any = None) -> Any:
        found = said.get(_TERMS[short])
        return found[0] if found else otherwise

    pieces = said.get(_TERMS["evidence"], []) if evidence else []
    return Assessment(
        iri,
        str(first("assessesQuestion", "")),
        str(first("assessesProject", "")),
        str(first("degree", "unstated")).rpartition("/")[2],
        str(first("origin", "")).rpartition("/")[2],
        first("rank"),
        first("score"),
        str(first("explanation", "")),
        first("statesExpertise") is True,
        frozenset(said.get(_TERMS["coversAspect"], ())),
        frozenset(said.get(_TERMS["missesAspect"], ())),
        tuple(sorted((_evidence(read, piece) for piece in pieces), key=_place)),
    )


def _place(piece: Evidence) -> tuple[bool, str, int, str]:
    return piece.quoted_from != "title", piece.quoted_from, piece.offset, piece.iri


def _evidence(read: Reader, iri: str) -> Evidence:
    said = read.values(iri)

    def first(short: str, otherwise: Any = None) -> Any:
        found = said.get(_TERMS[short])
        return found[0] if found else otherwise

    aspects = sorted(read.name(aspect) for aspect in said.get(_TERMS["showsAspect"], ()))
    return Evidence(
        iri,
        str(first("quote", "")),
        str(first("quotedFrom", "")),
        int(first("offset", 0)),
        first("score"),
        tuple(aspects),
    )


@dataclass(frozen=True)
class Cell:
    """What is said of an aspect of the question by the assessments of one grant.

    `covered` and `missed` are the origins that say so, each "published" or "computed".
    """

    covered: tuple[str, ...]
    missed: tuple[str, ...]


def cell(said: Iterable[Assessment], aspect: str) -> Cell:
    """What assessments say of an aspect; nothing where none of them names it."""
    covered = {_voice(one) for one in said if aspect in one.covers}
    missed = {_voice(one) for one in said if aspect in one.misses}
    return Cell(tuple(sorted(covered, reverse=True)), tuple(sorted(missed, reverse=True)))


def _voice(one: Assessment) -> str:
    return COMPUTED if one.computed else "published"


def strongest(said: Iterable[Assessment]) -> str:
    """The strongest degree of several assessments."""
    ranks = [DEGREES.index(one.degree) for one in said if one.degree in DEGREES]
    return DEGREES[min(ranks)] if ranks else "unstated"


class Statements:
    """All that is said of a grant and a question, whoever says it."""

    said: Sequence[Assessment]

    @cached_property
    def degree(self) -> str:
        """The strongest degree."""
        return strongest(self.said)

    @cached_property
    def published(self) -> Sequence[Assessment]:
        """What is published."""
        return [one for one in self.said if not one.computed]

    @cached_property
    def computed(self) -> Sequence[Assessment]:
        """What is computed."""
        return [one for one in self.said if one.computed]

    @property
    def agree(self) -> bool:
        """Whether published and computed degrees, where both are told, are the same."""
        return strongest(self.published) == strongest(self.computed)


@dataclass(frozen=True)
class Entry(Statements):
    """A grant in a list: its record that was listed first, and all that is said of its records."""

    project: str
    title: str
    reference: str
    grant: str
    said: Sequence[Assessment]
    """All assessments, published ones first."""
    funders: Sequence[tuple[str, str]]
    lead: Sequence[tuple[str, str]]
    located: Sequence[tuple[str, str]]
    concerns: Sequence[tuple[str, str]]
    start: str
    end: str
    amount: float | None
    teaser: str
    linked_questions: int | None
    others: Sequence[tuple[str, str]]
    """Other records of the grant that are listed, as reference and IRI."""


def entries(read: Reader, said: Iterable[Assessment]) -> list[Entry]:
    """The grants of assessments, in the order of these: joint records and transfers are one."""
    grants: dict[str, list[Assessment]] = {}
    for one in said:
        key = read.text(one.project, "gk:grantKey") or one.project
        grants.setdefault(key, []).append(one)
    return [_entry(read, key, group) for key, group in grants.items()]


def _entry(read: Reader, grant: str, said: list[Assessment]) -> Entry:
    records = list(dict.fromkeys(one.project for one in said))
    project, *others = records
    amounts = [read.one(record, "gk:countedAmount") for record in records]
    known = [amount for amount in amounts if isinstance(amount, int | float)]
    places: dict[str, set[tuple[str, str]]] = {"gk:locatedIn": set(), "gk:concernsPlace": set()}
    for short, found in places.items():
        for record in records:
            found.update(read.named(record, short))
    return Entry(
        project,
        read.name(project),
        read.text(project, "gk:grantReference"),
        grant,
        said,
        read.named(project, "gk:fundedBy"),
        read.named(project, "gk:leadOrganisation"),
        sorted(places["gk:locatedIn"]),
        sorted(places["gk:concernsPlace"]),
        read.text(project, "schema:startDate"),
        read.text(project, "schema:endDate"),
        sum(known) if known else None,
        read.text(project, "gk:teaser"),
        read.one(project, "gk:linkedQuestions"),
        [(read.text(other, "gk:grantReference") or read.name(other), other) for other in others],
    )
