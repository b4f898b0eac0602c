"""The columns that figures are counted from.

Things of one kind are numbered in the order of their addresses, assessments in that of the hashes
of theirs, which are all that is kept of them; -1 stands for none. A table of pairs has two columns
of such numbers, sorted, each pair once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
class Shape:
    """A column: a number of each thing of a kind, `fill` where there is none.

    `of` says of which kind of things the values are numbers.
    """

    kind: str
    dtype: Any
    fill: Any
    of: str = ""


COLUMNS: Mapping[str, Shape] = MappingProxyType(
    {
        "grant": Shape("project", np.int32, -1, "grant"),
        "pounds": Shape("project", np.float64, np.nan),
        "year": Shape("project", np.int16, 0),
        "lead": Shape("project", np.int32, -1, "organisation"),
        "department": Shape("question", np.int32, -1, "department"),
        "archived": Shape("question", bool, False),
        "capped": Shape("question", bool, False),
        "issued": Shape("question", np.int16, 0),
        "link_project": Shape("assessment", np.int32, -1, "project"),
        "link_question": Shape("assessment", np.int32, -1, "question"),
        "link_degree": Shape("assessment", np.int8, -1),
        "link_origin": Shape("assessment", np.int8, -1),
    }
)
TABLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "funded": ("project", "funder"),
        "part": ("project", "organisation"),
        "has_aspect": ("question", "aspect"),
        "covers": ("assessment", "aspect"),
        "located": ("project", "place"),
        "concerns": ("project", "place"),
        "named": ("question", "place"),
        "based": ("organisation", "place"),
    }
)
"""Tables of pairs, and of which kinds of things."""
HASHES = "assessment_hash"


@dataclass(frozen=True)
class Columns:
    """What is counted. `things` holds the addresses of each kind but assessments, and the keys of
    grants; `numbers` the columns.

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
        }

    def number(self, kind: str, iri: str) -> int:
        """The number of a thing; -1 for one that is not known."""
        return self._places[kind].get(iri, -1)

    def size(self, kind: str) -> int:
        """How many things of a kind there are."""
        return len(self[HASHES] if kind == "assessment" else self.things[kind])


def paired(found: Iterable[tuple[int, int]]) -> Pairs:
    """Columns of pairs, sorted, each pair once.

    >>> [column.tolist() for column in paired([(2, 1), (0, 3), (2, 1)])]
    [[0, 2], [3, 1]]
    """
    rows = np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 2)
    return in_order(rows[:, 0], rows[:, 1])


def in_order(first: Numbers, second: Numbers) -> Pairs:
    """Pairs of numbers from 0, sorted, each pair once."""
    codes = np.sort(first.astype(np.int64) << 32 | second.astype(np.int64))
    if len(codes):
        codes = codes[np.append(True, codes[1:] != codes[:-1])]
    return (codes >> 32).astype(np.int32), (codes & 0xFFFFFFFF).astype(np.int32)
