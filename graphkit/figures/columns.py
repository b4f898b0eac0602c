"""The columns that figures are counted from, read from a store.

Things of one kind are numbered in the order of their addresses; -1 stands for none. A table of
pairs has two columns of such numbers, sorted, each pair once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.store import GraphStore
from graphkit.text import fold
from graphkit.vocabulary import RDF_TYPE, expand

Numbers = NDArray[Any]
Pairs = tuple[Numbers, Numbers]

DEGREES = ("full", "direct", "partial", "indirect", "unstated", "none")
ORIGINS = ("published-page", "published-link", "computed")
ROLES = {
    "lead": "gk:leadOrganisation",
    "partner": "gk:partnerOrganisation",
    "collaborator": "gk:collaborator",
    "cofunder": "gk:coFunder",
    "fellow": "gk:fellowOrganisation",
    "participant": "gk:participantOrganisation",
}
KINDS = {
    "project": ("gk:Project",),
    "question": ("gk:ResearchQuestion",),
    "assessment": ("gk:Assessment",),
    "organisation": ("gk:Organisation",),
    "department": ("gk:Department",),
    "funder": ("gk:Funder", "gk:Programme"),
    "aspect": ("gk:Aspect",),
    "place": ("gk:Place",),
}


@dataclass(frozen=True)
class Columns:
    """What is counted. `things` holds the addresses of each kind, `numbers` the columns.

    Of each project: `grant`, `pounds` (not a number where nobody says), `year` (0), `lead`. Of
    each question: `department`, `archived`, `capped`, `issued` (a year). Of each assessment:
    `link_project`, `link_question`, `link_degree`, `link_origin`. `names` are the names of
    organisations without capitals and accents, to look for parts of them.
    """

    things: Mapping[str, list[str]]
    numbers: Mapping[str, Numbers]
    names: list[str]

    def __getitem__(self, name: str) -> Numbers:
        return self.numbers[name]

    def pairs(self, name: str) -> Pairs:
        """A table of pairs by name: `funded`, `located`, `covers` …"""
        return self.numbers[f"{name}_a"], self.numbers[f"{name}_b"]

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            kind: {iri: number for number, iri in enumerate(iris)}
            for kind, iris in self.things.items()
            if kind != "assessment"
        }

    def number(self, kind: str, iri: str) -> int:
        """The number of a thing; -1 for one that is not known."""
        return self._places[kind].get(iri, -1)

    def size(self, kind: str) -> int:
        """How many things of a kind there are."""
        return len(self.things[kind])


class _Reading:
    """A store, read column by column."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self.things = {kind: self._of_kind(classes) for kind, classes in KINDS.items()}
        self.at = {
            kind: {iri: number for number, iri in enumerate(iris)}
            for kind, iris in self.things.items()
        }

    def _of_kind(self, classes: Iterable[str]) -> list[str]:
        found = {iri for one in classes for iri in self.store.subjects(RDF_TYPE, expand(one))}
        return sorted(found)

    def one(self, kind: str, curie: str, other: str) -> Numbers:
        """For each thing the number of the one it is linked to; of several the first."""
        column = np.full(len(self.things[kind]), -1, np.int32)
        for subject, value in zip(*self.pairs(kind, [curie], other), strict=True):
            if column[subject] < 0:
                column[subject] = value
        return column

    def pairs(self, kind: str, curies: Iterable[str], other: str) -> Pairs:
        """Numbers of linked things."""
        subjects, objects = self.at[kind], self.at[other]
        return paired(
            (subjects[one], objects[two])
            for curie in curies
            for one, two in self.store.links(expand(curie))
            if one in subjects and two in objects
        )

    def texts(self, kind: str, curie: str) -> dict[int, str]:
        """Number of a thing to its text, of several the first in the alphabet."""
        numbers = self.at[kind]
        found: dict[int, str] = {}
        for subject, text in self.store.literals(expand(curie)):
            number = numbers.get(subject)
            if number is not None and (number not in found or text < found[number]):
                found[number] = text
        return found

    def codes(self, curie: str, codes: tuple[str, ...]) -> Numbers:
        """The code of each assessment."""
        column = np.full(len(self.things["assessment"]), -1, np.int8)
        numbers = self.at["assessment"]
        places = {code: place for place, code in enumerate(codes)}
        for subject, code in self.store.links(expand(curie)):
            number = numbers.get(subject)
            if number is not None:
                column[number] = places.get(code.rpartition("/")[2], -1)
        return column

    def flags(self, kind: str, curie: str) -> Numbers:
        """Which things are said to be so."""
        column = np.zeros(len(self.things[kind]), bool)
        for number, text in self.texts(kind, curie).items():
            column[number] = text in ("true", "1")
        return column

    def years(self, kind: str, *curies: str) -> Numbers:
        """The year of the first of these dates that a thing has; 0 where it has none."""
        column = np.zeros(len(self.things[kind]), np.int16)
        for curie in reversed(curies):
            for number, text in self.texts(kind, curie).items():
                if text[:4].isdigit():
                    column[number] = int(text[:4])
        return column


def paired(found: Iterable[tuple[int, int]]) -> Pairs:
    """Columns of pairs, sorted, each pair once.

    >>> [column.tolist() for column in paired([(2, 1), (0, 3), (2, 1)])]
    [[0, 2], [3, 1]]
    """
    rows = np.array(sorted(set(found)), np.int32).reshape(-1, 2)
    return rows[:, 0].copy(), rows[:, 1].copy()


def read(store: GraphStore) -> Columns:
    """Read all columns of a store: some seconds for a hundred thousand assessments."""
    reading = _Reading(store)
    numbers: dict[str, Numbers] = {}
    keys = reading.texts("project", "gk:grantKey")
    known = {key: number for number, key in enumerate(sorted(set(keys.values())))}
    size = len(reading.things["project"])
    numbers["grant"] = np.full(size, -1, np.int32)
    for project, key in keys.items():
        numbers["grant"][project] = known[key]
    numbers["pounds"] = np.full(size, np.nan)
    for project, text in reading.texts("project", "gk:countedAmount").items():
        numbers["pounds"][project] = float(text)
    numbers["year"] = reading.years("project", "schema:startDate")
    numbers["lead"] = reading.one("project", "gk:leadOrganisation", "organisation")
    numbers["department"] = reading.one("question", "gk:askedBy", "department")
    numbers["archived"] = reading.flags("question", "gk:archived")
    numbers["capped"] = reading.flags("question", "gk:listIsCapped")
    numbers["issued"] = reading.years("question", "dct:issued", "gk:posted")
    numbers["link_project"] = reading.one("assessment", "gk:assessesProject", "project")
    numbers["link_question"] = reading.one("assessment", "gk:assessesQuestion", "question")
    numbers["link_degree"] = reading.codes("gk:degree", DEGREES)
    numbers["link_origin"] = reading.codes("gk:origin", ORIGINS)
    tables = {
        "funded": reading.pairs("project", ["gk:fundedBy"], "funder"),
        "part": reading.pairs("project", ROLES.values(), "organisation"),
        "has_aspect": reading.pairs("question", ["gk:hasAspect"], "aspect"),
        "covers": reading.pairs("assessment", ["gk:coversAspect"], "aspect"),
    }
    around = reading.pairs("place", ["gk:within"], "place")
    for name, kind, curie in (
        ("located", "project", "gk:locatedIn"),
        ("concerns", "project", "gk:concernsPlace"),
        ("named", "question", "gk:concernsPlace"),
        ("based", "organisation", "gk:locatedIn"),
    ):
        tables[name] = _with_all_around(reading.pairs(kind, [curie], "place"), around)
    for name, (first, second) in tables.items():
        numbers[f"{name}_a"], numbers[f"{name}_b"] = first, second
    labels = reading.texts("organisation", "skos:prefLabel")
    names = [fold(labels.get(at, "")) for at in range(len(reading.things["organisation"]))]
    return Columns(reading.things, numbers, names)


def _with_all_around(direct: Pairs, around: Pairs) -> Pairs:
    """Pairs with a place, and with every place that it lies in."""
    outer: defaultdict[int, list[int]] = defaultdict(list)
    for place, wider in zip(*(column.tolist() for column in around), strict=True):
        outer[place].append(wider)
    return paired(
        (thing, at)
        for thing, place in zip(*(column.tolist() for column in direct), strict=True)
        for at in (place, *outer.get(place, ()))
    )
