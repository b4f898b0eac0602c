"""The page of a question: what is asked, what has been funded on it, and who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES
from graphkit.server.site.pages.answered import Behind, behind_of
from graphkit.server.site.pages.assessments import Cell, Entry, assessments, cell, entries
from graphkit.server.site.pages.reading import MAP_PLACES, Reader
from graphkit.server.site.pages.similar import similar
from graphkit.server.site.pages.wording import DEGREES, ORIGINS
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.thing import Thing

CAP = 10
"""Projects in a published list, which ends there whatever there is."""
_ASKED_FIRST = 8
"""Organisations that are named as those to ask."""


@dataclass(frozen=True)
class Question:
    """What is known of a question, apart from its projects."""

    iri: str
    text: str
    departments: Sequence[tuple[str, str]]
    documents: Sequence[tuple[str, str]]
    group: str
    background: str
    next_steps: str
    contact: str
    remark: str
    issued: str
    posted: str
    modified: str
    expires: str
    archived: bool
    capped: bool
    truncated: bool
    views: int | None
    topics: Sequence[tuple[str, str]]
    aspects: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    pages: Sequence[str]
    identifier: str


def question(read: Reader, iri: str) -> Question:
    """What is known of a question, apart from its projects."""
    return Question(
        iri,
        read.name(iri),
        read.named(iri, "gk:askedBy"),
        read.named(iri, "dct:isPartOf"),
        read.text(iri, "gk:questionGroup"),
        read.text(iri, "gk:background"),
        read.text(iri, "gk:nextSteps"),
        read.text(iri, "gk:contact"),
        read.text(iri, "gk:sourceNote"),
        read.text(iri, "dct:issued"),
        read.text(iri, "gk:posted"),
        read.text(iri, "dct:modified"),
        read.text(iri, "schema:expires"),
        read.one(iri, "gk:archived") is True,
        read.one(iri, "gk:listIsCapped") is True,
        read.one(iri, "gk:truncated") is True,
        read.one(iri, "gk:pageViews"),
        read.named(iri, "dct:subject"),
        read.named(iri, "gk:hasAspect"),
        read.named(iri, "gk:concernsPlace"),
        read.all(iri, "schema:url"),
        read.text(iri, "dct:identifier"),
    )


@dataclass(frozen=True)
class AspectRow:
    """An aspect of the question, with the number of grants that are said to cover it or not."""

    name: str
    iri: str
    published: int
    computed: int
    covered: int
    missed: int


@dataclass(frozen=True)
class Matrix:
    """Grants by aspects: a row holds the cells of a grant in the order of `aspects`."""

    aspects: Sequence[AspectRow]
    rows: Sequence[tuple[Entry, Sequence[Cell]]]

    @property
    def open(self) -> Sequence[AspectRow]:
        """Aspects that no listed grant is said to cover."""
        return [aspect for aspect in self.aspects if not aspect.covered]


def matrix(aspects: Sequence[tuple[str, str]], listed: Sequence[Entry]) -> Matrix:
    """What is said of each aspect of a question by the grants listed for it."""
    rows = [(entry, [cell(entry.said, iri) for _, iri in aspects]) for entry in listed]
    columns = []
    for place, (name, iri) in enumerate(aspects):
        cells = [cells[place] for _, cells in rows]
        columns.append(
            AspectRow(
                name,
                iri,
                sum("published" in one.covered for one in cells),
                sum("computed" in one.covered for one in cells),
                sum(bool(one.covered) for one in cells),
                sum(bool(one.missed) and not one.covered for one in cells),
            )
        )
    said = [(entry, cells) for entry, cells in rows if any(c.covered or c.missed for c in cells)]
    return Matrix(columns, said)


@dataclass(frozen=True)
class Organisation:
    """An organisation that leads grants of a list."""

    name: str
    iri: str
    grants: int
    degrees: Sequence[str]


def leaders(listed: Iterable[Entry]) -> list[Organisation]:
    """The organisations that lead the grants of a list, those with the most grants first."""
    led: dict[tuple[str, str], list[Entry]] = {}
    for entry in listed:
        for lead in entry.lead:
            led.setdefault(lead, []).append(entry)
    found = [
        Organisation(
            name, iri, len(own), sorted({entry.degree for entry in own}, key=DEGREES.index)
        )
        for (name, iri), own in led.items()
    ]
    return sorted(
        found, key=lambda one: (-one.grants, DEGREES.index(one.degrees[0]), one.name, one.iri)
    )


def on_the_map(read: Reader, listed: Iterable[Entry], part: str) -> dict[str, int]:
    """Grants by the code of the part of the United Kingdom they are run from, or are about.

    `part` is `located` or `concerns`.
    """
    counts: Counter[str] = Counter()
    for entry in listed:
        inside: set[str] = set()
        for _, place in getattr(entry, part):
            inside |= read.map_places(place)
        counts.update(inside)
    return {code: counts[code] for code in MAP_PLACES if counts[code]}


def _chosen(name: str, known: Sequence[str]) -> str:
    """The value of a filter of the address; nothing where none is given."""
    given = request.args.get(name, "")
    if given and given not in known:
        raise Problem(400, f"no such {name}: {given[:100]}", f"known: {', '.join(known)}")
    return given


def question_page(thing: Thing) -> ResponseReturnValue:
    """The page of a question."""
    degree, origin = _chosen("degree", DEGREES), _chosen("origin", ORIGINS)
    read = Reader(site().dataset)
    asked = question(read, thing.iri)
    said = assessments(read, read.subjects("gk:assessesQuestion", thing.iri))
    found = entries(read, said)
    listed = [entry for entry in found if entry.degree != "none"]
    shown = [
        entry
        for entry in listed
        if (not degree or any(one.degree == degree for one in entry.said))
        and (not origin or any(one.origin == origin for one in entry.said))
    ]
    return render_template(
        "question.html",
        thing=thing,
        question=asked,
        listed=listed,
        shown=shown,
        dismissed=[entry for entry in found if entry.degree == "none"],
        chosen={"degree": degree, "origin": origin},
        degrees=_counted(listed, "degree", DEGREES),
        origins=_counted(listed, "origin", ORIGINS),
        published=[entry for entry in listed if entry.published],
        computed=[entry for entry in listed if entry.computed],
        matrix=matrix(asked.aspects, listed),
        similar=similar(read, thing.iri),
        leaders=leaders(listed)[:_ASKED_FIRST],
        located=on_the_map(read, listed, "located"),
        concerned=on_the_map(read, listed, "concerns"),
        map_places=MAP_PLACES,
        behind=_behind(thing.iri),
        cap=CAP,
    )


def _counted(listed: Iterable[Entry], part: str, known: Sequence[str]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for entry in listed:
        counts.update({getattr(one, part) for one in entry.said})
    return [(one, counts[one]) for one in known if counts[one]]


def _behind(iri: str) -> dict[str, Behind | list[Behind]]:
    """The named queries that give what the page shows, by the part of the page."""
    given: dict[str, Any] = {"question": iri}
    return {
        "facts": behind_of("question-facts", **given),
        "projects": behind_of("question-projects", **given),
        "evidence": behind_of("link-evidence", **given),
        "aspects": behind_of("question-aspects", **given),
        "similar": behind_of("question-similar", **given),
        "places": [
            replace(found, summary=f"{found.summary}: {name}")
            for kind, name in (("region", "England"), ("country", "nations"))
            for found in (behind_of("question-places", **given, place_kind=kind),)
        ],
        "organisations": behind_of("question-organisations", **given),
    }


THING_PAGES["question"] = question_page
