"""Reading columns from the statements of a store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

import numpy as np

from graphkit.figures.columns import (
    COLUMNS,
    DEGREES,
    HASHES,
    KINDS,
    ORIGINS,
    ROLES,
    Columns,
    Numbers,
    Pairs,
    paired,
)
from graphkit.figures.statements import Statements
from graphkit.store import GraphStore
from graphkit.text import fold
from graphkit.vocabulary import expand

GRANT_KEY = "gk:grantKey"


def read(store: GraphStore) -> Columns:
    """Read all columns of a store: some seconds for a hundred thousand assessments."""
    return read_statements(Statements(store))


def read_statements(statements: Statements) -> Columns:
    """The columns of everything that a store says."""
    things = {
        kind: sorted({iri for one in classes for iri in statements.of_class(expand(one))})
        for kind, classes in KINDS.items()
    }
    things["assessment"].sort(key=address_hash)
    hashes = np.array([address_hash(iri) for iri in things["assessment"]], np.uint64)
    keys, projects = statements.first(expand(GRANT_KEY)), set(things["project"])
    things["grant"] = sorted({key for project, key in keys.items() if project in projects})
    reading = Reading(statements, {kind: numbered(iris) for kind, iris in things.items()})
    numbers = {name: reading.column(name) for name in COLUMNS} | {HASHES: hashes}
    for name, (first, second) in reading.tables().items():
        numbers[f"{name}_a"], numbers[f"{name}_b"] = first, second
    del things["assessment"]
    labels = reading.texts("organisation", "skos:prefLabel")
    names = [fold(labels.get(at, "")) for at in range(len(things["organisation"]))]
    return Columns(things, numbers, names)


def address_hash(iri: str) -> int:
    """A number of 64 bits for an address, always the same.

    >>> address_hash("http://x.org/a") == address_hash("http://x.org/a") < 2**64
    True
    """
    return int.from_bytes(blake2b(iri.encode(), digest_size=8).digest())


def numbered(iris: Iterable[str]) -> dict[str, int]:
    """Address to number."""
    return {iri: number for number, iri in enumerate(iris)}


class Reading:
    """Statements, read column by column. `at` holds the numbers of the things of each kind."""

    def __init__(
        self,
        statements: Statements,
        at: Mapping[str, Mapping[str, int]],
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        self._statements = statements
        self._at = at
        self._sizes = sizes or {kind: len(numbers) for kind, numbers in at.items()}

    def column(self, name: str) -> Numbers:
        """A column by name, with as many rows as there are things."""
        shape = COLUMNS[name]
        column = np.full(self._sizes[shape.kind], shape.fill, shape.dtype)
        for number, value in self._values(name, shape.kind):
            column[number] = value
        return column

    def _values(self, name: str, kind: str) -> Iterable[tuple[int, object]]:
        """Numbers of things and what a column has of them."""
        match name:
            case "grant":
                keys = self._at["grant"]
                return ((at, keys[key]) for at, key in self.texts(kind, GRANT_KEY).items())
            case "pounds":
                amounts = self.texts(kind, "gk:countedAmount")
                return ((at, float(text)) for at, text in amounts.items())
            case "year":
                return self._years(kind, "schema:startDate")
            case "issued":
                return self._years(kind, "dct:issued", "gk:posted")
            case "lead":
                return self._one(kind, "gk:leadOrganisation", "organisation")
            case "department":
                return self._one(kind, "gk:askedBy", "department")
            case "link_project":
                return self._one(kind, "gk:assessesProject", "project")
            case "link_question":
                return self._one(kind, "gk:assessesQuestion", "question")
            case "link_degree":
                return self._codes("gk:degree", DEGREES)
            case "link_origin":
                return self._codes("gk:origin", ORIGINS)
            case "archived":
                return self._flags(kind, "gk:archived")
            case "capped":
                return self._flags(kind, "gk:listIsCapped")
        raise KeyError(name)

    def tables(self) -> dict[str, Pairs]:
        """All tables of pairs by name."""
        around = self.pairs("place", ["gk:within"], "place")
        located, concerned = ["gk:locatedIn"], ["gk:concernsPlace"]
        return {
            "funded": self.pairs("project", ["gk:fundedBy"], "funder"),
            "part": self.pairs("project", ROLES.values(), "organisation"),
            "has_aspect": self.pairs("question", ["gk:hasAspect"], "aspect"),
            "covers": self.pairs("assessment", ["gk:coversAspect"], "aspect"),
            "located": with_all_around(self.pairs("project", located, "place"), around),
            "concerns": with_all_around(self.pairs("project", concerned, "place"), around),
            "named": with_all_around(self.pairs("question", concerned, "place"), around),
            "based": with_all_around(self.pairs("organisation", located, "place"), around),
        }

    def pairs(self, kind: str, curies: Iterable[str], other: str) -> Pairs:
        """Numbers of linked things."""
        subjects, objects = self._at[kind], self._at[other]
        return paired(
            (subjects[one], objects[two])
            for curie in curies
            for one, values in self._statements.links(expand(curie)).items()
            if one in subjects
            for two in values
            if two in objects
        )

    def texts(self, kind: str, curie: str) -> dict[int, str]:
        """Number of a thing to its text, of several the first in the alphabet."""
        numbers = self._at[kind]
        return {
            numbers[subject]: values[0]
            for subject, values in self._statements.texts(expand(curie)).items()
            if subject in numbers
        }

    def _one(self, kind: str, curie: str, other: str) -> Iterable[tuple[int, int]]:
        """For each thing the number of the one it is linked to; of several the first."""
        found: dict[int, int] = {}
        for subject, value in zip(*self.pairs(kind, [curie], other), strict=True):
            found.setdefault(int(subject), int(value))
        return found.items()

    def _codes(self, curie: str, codes: tuple[str, ...]) -> Iterable[tuple[int, int]]:
        """The code of each assessment; of several the last."""
        numbers = self._at["assessment"]
        places = {code: place for place, code in enumerate(codes)}
        for subject, values in self._statements.links(expand(curie)).items():
            if subject in numbers:
                yield numbers[subject], places.get(values[-1].rpartition("/")[2], -1)

    def _flags(self, kind: str, curie: str) -> Iterable[tuple[int, bool]]:
        """Which things are said to be so."""
        return ((at, text in ("true", "1")) for at, text in self.texts(kind, curie).items())

    def _years(self, kind: str, *curies: str) -> Iterable[tuple[int, int]]:
        """The year of the first of these dates that a thing has."""
        for curie in reversed(curies):
            for number, text in self.texts(kind, curie).items():
                if text[:4].isdecimal():
                    yield number, int(text[:4])


def with_all_around(direct: Pairs, around: Pairs) -> Pairs:
    """Pairs with a place, and with every place that it lies in."""
    outer: defaultdict[int, list[int]] = defaultdict(list)
    for place, wider in zip(*(column.tolist() for column in around), strict=True):
        outer[place].append(wider)
    return paired(
        (thing, at)
        for thing, place in zip(*(column.tolist() for column in direct), strict=True)
        for at in (place, *outer.get(place, ()))
    )
