"""The page of a project: what was funded, who does it, and which questions it speaks to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES
from graphkit.server.site.pages.answered import behind_of
from graphkit.server.site.pages.assessments import (
    Assessment,
    Statements,
    assessments,
)
from graphkit.server.site.pages.reading import Reader
from graphkit.server.site.pages.wording import DEGREES
from graphkit.server.site.resources.thing import Thing

ROLES = (
    ("Lead", "gk:leadOrganisation"),
    ("Partner", "gk:partnerOrganisation"),
    ("Collaborator", "gk:collaborator"),
    ("Co-funder", "gk:coFunder"),
    ("Host of the fellow", "gk:fellowOrganisation"),
    ("Participant", "gk:participantOrganisation"),
)
"""The parts that organisations take in a project, and the properties that say so."""
_LONG = 12
"""Organisations of one role, or questions, above which the rest is folded."""


@dataclass(frozen=True)
class Award:
    """A sum that a funder gave to a record of a grant."""

    reference: str
    funders: Sequence[tuple[str, str]]
    amount: float | None
    currency: str
    start: str
    end: str


@dataclass(frozen=True)
class Record:
    """Another record of the same grant. `relation` says how the two hang together, or nothing."""

    iri: str
    title: str
    reference: str
    lead: Sequence[tuple[str, str]]
    counted: float | None
    relation: str


@dataclass(frozen=True)
class Addressed(Statements):
    """A question that a grant is said to speak to, and all that is said of the two."""

    iri: str
    text: str
    departments: Sequence[tuple[str, str]]
    archived: bool
    said: Sequence[Assessment]


@dataclass(frozen=True)
class Project:
    """What is known of a project, apart from the questions."""

    iri: str
    title: str
    reference: str
    other_references: Sequence[str]
    status: str
    category: str
    abstract: str
    teaser: str
    start: str
    end: str
    counted: float | None
    funders: Sequence[tuple[str, str]]
    lead_department: str
    roles: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    located: Sequence[tuple[str, str]]
    concerns: Sequence[tuple[str, str]]
    topics: Sequence[tuple[str, str]]
    awards: Sequence[Award]
    records: Sequence[Record]
    linked_questions: int | None
    elsewhere: Sequence[str]

    @property
    def lead(self) -> Sequence[tuple[str, str]]:
        """The organisations that lead it."""
        return next((found for role, found in self.roles if role == "Lead"), ())


def project(read: Reader, iri: str) -> Project:
    """What is known of a project, apart from the questions."""
    counted = read.one(iri, "gk:countedAmount")
    roles = [(role, read.named(iri, short)) for role, short in ROLES]
    return Project(
        iri,
        read.name(iri),
        read.text(iri, "gk:grantReference"),
        [str(one) for one in read.all(iri, "gk:otherReference")],
        read.text(iri, "gk:projectStatus"),
        read.text(iri, "gk:grantCategory"),
        read.text(iri, "dct:abstract"),
        read.text(iri, "gk:teaser"),
        read.text(iri, "schema:startDate"),
        read.text(iri, "schema:endDate"),
        counted if isinstance(counted, int | float) else None,
        read.named(iri, "gk:fundedBy"),
        read.text(iri, "gk:leadDepartment"),
        [(role, found) for role, found in roles if found],
        read.named(iri, "gk:locatedIn"),
        read.named(iri, "gk:concernsPlace"),
        read.named(iri, "dct:subject"),
        [_award(read, str(award)) for award in read.all(iri, "gk:award")],
        [_record(read, iri, other) for other in records(read, iri) if other != iri],
        read.one(iri, "gk:linkedQuestions"),
        [
            str(one)
            for short in ("schema:url", "schema:sameAs")
            for one in read.all(iri, short)
            if str(one).startswith(("http://", "https://"))
        ],
    )


def records(read: Reader, iri: str) -> list[str]:
    """The records of the grant that a project is a record of, itself among them."""
    key = read.text(iri, "gk:grantKey")
    return read.with_text("gk:grantKey", key) if key else [iri]


def _award(read: Reader, iri: str) -> Award:
    value = next(iter(read.all(iri, "dg:economic_value")), None)
    amount = read.one(value, "schema:value") if value else None
    return Award(
        read.text(iri, "frapo:hasGrantNumber"),
        read.named(iri, "dg:funded_by"),
        amount if isinstance(amount, int | float) else None,
        read.text(value, "schema:currency") if value else "",
        read.text(iri, "schema:startDate"),
        read.text(iri, "schema:endDate"),
    )


_RELATIONS = (
    ("gk:jointWith", "joint with this record", "joint with this record"),
    ("gk:transferredFrom", "this record was transferred from it", "transferred from this record"),
)
"""Property, and what it says of the other record: where this one has it, and where that has."""


def _record(read: Reader, iri: str, other: str) -> Record:
    relation = "record of the same grant"
    for short, outgoing, incoming in _RELATIONS:
        if other in read.all(iri, short):
            relation = outgoing
        elif iri in read.all(other, short):
            relation = incoming
    counted = read.one(other, "gk:countedAmount")
    return Record(
        other,
        read.name(other),
        read.text(other, "gk:grantReference"),
        read.named(other, "gk:leadOrganisation"),
        counted if isinstance(counted, int | float) else None,
        relation,
    )


def addressed(read: Reader, iris: Iterable[str]) -> list[Addressed]:
    """The questions that records of a grant are assessed against: published first, then by degree.

    Those that it was judged not to speak to are the last.
    """
    found: dict[str, list[Assessment]] = {}
    links = [link for iri in iris for link in read.subjects("gk:assessesProject", iri)]
    for one in assessments(read, links):
        found.setdefault(one.question, []).append(one)
    listed = [
        Addressed(
            question,
            read.name(question),
            read.named(question, "gk:askedBy"),
            read.one(question, "gk:archived") is True,
            said,
        )
        for question, said in found.items()
    ]
    return sorted(listed, key=_order)


def _order(one: Addressed) -> tuple[bool, bool, int, float, str]:
    score = max((said.score or 0 for said in one.said), default=0)
    return (one.degree == "none", not one.published, DEGREES.index(one.degree), -score, one.iri)


def project_page(thing: Thing) -> ResponseReturnValue:
    """The page of a project."""
    read = Reader(site().dataset)
    shown = project(read, thing.iri)
    found = addressed(read, [thing.iri, *(record.iri for record in shown.records)])
    listed = [one for one in found if one.degree != "none"]
    departments = Counter(body for one in listed for body in one.departments)
    return render_template(
        "project.html",
        thing=thing,
        project=shown,
        listed=listed,
        dismissed=[one for one in found if one.degree == "none"],
        published=[one for one in listed if one.published],
        computed=[one for one in listed if one.computed],
        departments=sorted(departments.items(), key=lambda item: (-item[1], item[0])),
        behind={
            "facts": behind_of("project-facts", project=thing.iri),
            "questions": behind_of("project-questions", project=thing.iri),
            "records": behind_of("grant-records", project=thing.iri),
        },
        long=_LONG,
    )


THING_PAGES["project"] = project_page
