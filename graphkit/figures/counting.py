"""Counting: the grants, money, questions and aspects of a selection of projects.

Grants are counted, not records: all records of a joint grant, and those before and after a
transfer, are one. Money is what the records add (`gk:countedAmount`), so nothing counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np

from graphkit.figures.columns import DEGREES, ORIGINS, Columns, Numbers, Pairs

ANY = ""
"""On anybody's word, of any degree but none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One row of a count: a thing, its grants, their pounds, and the questions they speak to."""

    iri: str
    grants: int
    pounds: float = 0.0
    questions: int = 0


class Portfolio:
    """A selection of projects. `projects` says of each project whether it is in.

    Links count where they are of a degree other than "none", of `degree` where one is given, on
    the word of `origin` where one is given, and for questions of `department` where given.
    """

    def __init__(
        self,
        columns: Columns,
        projects: Numbers | None = None,
        *,
        origin: str = ANY,
        degree: str = ANY,
        department: str = "",
    ) -> None:
        self.columns = columns
        self.projects = np.ones(columns.size("project"), bool) if projects is None else projects
        self._origin, self._degree, self._department = origin, degree, department

    # ---- Choosing ----

    @classmethod
    def by(cls, columns: Columns, table: str, kind: str, iri: str, **links: str) -> Portfolio:
        """The projects that a table pairs with a thing: `("funded", "funder", iri)`."""
        first, second = columns.pairs(table)
        chosen = np.zeros(columns.size("project"), bool)
        chosen[first[second == columns.number(kind, iri)]] = True
        return cls(columns, chosen, **links)

    @classmethod
    def led_by(cls, columns: Columns, iri: str, **links: str) -> Portfolio:
        """The projects that an organisation leads."""
        return cls(columns, columns["lead"] == columns.number("organisation", iri), **links)

    def linked(self) -> Portfolio:
        """Those of the projects that have a link of the kind that counts."""
        chosen = np.zeros_like(self.projects)
        chosen[self.links[0]] = True
        return Portfolio(
            self.columns,
            chosen,
            origin=self._origin,
            degree=self._degree,
            department=self._department,
        )

    # ---- Whole numbers ----

    @property
    def records(self) -> int:
        """Records of projects."""
        return int(self.projects.sum())

    @property
    def grants(self) -> int:
        """Grants."""
        keys = self.columns["grant"][self.projects]
        return len(unique(keys[keys >= 0]))

    @property
    def pounds(self) -> float:
        """Money that the records add."""
        return float(np.nansum(self.columns["pounds"][self.projects]))

    @property
    def without_amount(self) -> int:
        """Records of which nobody says how much money they hold."""
        return int(np.isnan(self.columns["pounds"][self.projects]).sum())

    @cached_property
    def chosen(self) -> Numbers:
        """Which assessments count."""
        columns = self.columns
        projects, questions = columns["link_project"], columns["link_question"]
        kept = (projects >= 0) & (questions >= 0)
        kept &= columns["link_degree"] != DEGREES.index("none")
        if self._degree:
            kept &= columns["link_degree"] == DEGREES.index(self._degree)
        if self._origin:
            kept &= columns["link_origin"] == ORIGINS.index(self._origin)
        if self._department:
            at = columns.number("department", self._department)
            kept &= columns["department"][questions] == at
        return kept & self.projects[projects]

    @cached_property
    def links(self) -> Pairs:
        """Project and question of each link, each pair once."""
        columns = self.columns
        return distinct(columns["link_project"][self.chosen], columns["link_question"][self.chosen])

    @cached_property
    def questions(self) -> Numbers:
        """Numbers of the questions that the projects speak to."""
        return unique(self.links[1])

    # ---- Tables ----

    def years(self) -> list[tuple[int, int, float]]:
        """Year of start, grants, pounds; grants without a start are left out."""
        years = self.columns["year"][self.projects]
        grants = self.columns["grant"][self.projects]
        money = np.nan_to_num(self.columns["pounds"][self.projects])
        known = (years > 0) & (grants >= 0)
        found, _ = distinct(years[known], grants[known])
        counts = np.bincount(found, minlength=1)
        sums = np.bincount(years[known], weights=money[known], minlength=1)
        return [(int(y), int(counts[y]), float(sums[y])) for y in np.nonzero(counts)[0]]

    def per(self, table: str, kind: str, only: Sequence[int] | None = None) -> Tallies:
        """Grants and pounds by the things of a table of projects: funders, places.

        `only` are the numbers of the things that are wanted.
        """
        first, second = self.columns.pairs(table)
        kept = self.projects[first]
        if only is not None:
            wanted = np.zeros(self.columns.size(kind) + 1, bool)
            wanted[list(only)] = True
            kept = kept & wanted[second]
        return self._tallies(kind, first[kept], second[kept])

    def per_lead(self) -> Tallies:
        """Grants and pounds by the organisation that leads."""
        lead = self.columns["lead"]
        chosen = np.nonzero(self.projects & (lead >= 0))[0]
        return self._tallies("organisation", chosen, lead[chosen])

    def per_department(self) -> list[Tally]:
        """By department: grants that speak to its questions, and these questions."""
        projects, questions = self.links
        asked = self.columns["department"][questions]
        known = asked >= 0
        found = self._tallies("department", *distinct(projects[known], asked[known]))
        of, _ = distinct(asked[known], questions[known])
        counts = np.bincount(of, minlength=self.columns.size("department") + 1)
        return [
            Tally(
                one.iri,
                one.grants,
                one.pounds,
                int(counts[self.columns.number("department", one.iri)]),
            )
            for one in found
        ]

    @cached_property
    def _covered(self) -> Pairs:
        """Assessments that count and the aspects that they say are covered."""
        assessments, aspects = self.columns.pairs("covers")
        kept = self.chosen[assessments]
        return assessments[kept], aspects[kept]

    def per_aspect(self) -> list[Tally]:
        """By aspect: grants that are said to cover it, and the questions for which they do."""
        assessments, aspects = self._covered
        projects = self.columns["link_project"][assessments]
        found = self._tallies("aspect", *distinct(projects, aspects))
        of, _ = distinct(aspects, self.columns["link_question"][assessments])
        counts = np.bincount(of, minlength=self.columns.size("aspect") + 1)
        return [
            Tally(one.iri, one.grants, 0.0, int(counts[self.columns.number("aspect", one.iri)]))
            for one in found
        ]

    def open_aspects(self) -> list[tuple[str, int, int]]:
        """Aspect, questions spoken to that have it, and those for which no project covers it."""
        having, had = self.columns.pairs("has_aspect")
        asked = np.zeros(self.columns.size("question"), bool)
        asked[self.questions] = True
        return self.left_open(having[asked[having]], had[asked[having]])

    def left_open(self, questions: Numbers, aspects: Numbers) -> list[tuple[str, int, int]]:
        """Of these pairs, by aspect: questions, and those for which no project covers it."""
        size = self.columns.size("aspect") + 1
        whole = np.bincount(aspects, minlength=size)
        assessments, covered = self._covered
        met = np.isin(
            questions.astype(np.int64) * size + aspects,
            self.columns["link_question"][assessments].astype(np.int64) * size + covered,
        )
        unmet = np.bincount(aspects[~met], minlength=size)
        order = sorted(np.nonzero(whole)[0], key=lambda at: (-unmet[at], -whole[at], at))
        return [(self.columns.things["aspect"][at], int(whole[at]), int(unmet[at])) for at in order]

    def covering(self) -> Portfolio:
        """Those of the projects that are said to cover any aspect."""
        chosen = np.zeros_like(self.projects)
        chosen[self.columns["link_project"][self._covered[0]]] = True
        return Portfolio(
            self.columns,
            chosen,
            origin=self._origin,
            degree=self._degree,
            department=self._department,
        )

    def crossed(self, places: Sequence[int], table: str = "located") -> Numbers:
        """Grants by aspect (row) and place (column): run from there, said to cover the aspect.

        `places` are numbers of places, the columns of what is returned.
        """
        columns = self.columns
        assessments, aspects = self._covered
        covering, covered = distinct(columns["link_project"][assessments], aspects)
        first, second = columns.pairs(table)
        at = np.full(columns.size("place") + 1, -1)
        at[places] = np.arange(len(places))
        kept = (at[second] >= 0) & self.projects[first]
        first, second = first[kept], at[second[kept]]
        # The places of each project stand together, as the table is sorted by project.
        begin = np.searchsorted(first, covering, "left")
        length = np.searchsorted(first, covering, "right") - begin
        rows = np.repeat(np.arange(len(covering)), length)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
        cells = covered[rows] * max(len(places), 1) + second[begin[rows] + within]
        grants = columns["grant"][covering[rows]]
        found, _ = distinct(cells[grants >= 0], grants[grants >= 0])
        counts = np.bincount(found, minlength=columns.size("aspect") * len(places))
        return counts.reshape(columns.size("aspect"), len(places))

    def per_question(self) -> Numbers:
        """How many grants speak to each question."""
        projects, questions = self.links
        grants = self.columns["grant"][projects]
        of, _ = distinct(questions[grants >= 0], grants[grants >= 0])
        return np.bincount(of, minlength=self.columns.size("question"))

    def hubs(self) -> Iterator[Tally]:
        """Projects by how many questions each speaks to, the largest first."""
        projects, _ = self.links
        counts = np.bincount(projects, minlength=1)
        for at in np.argsort(-counts, kind="stable"):
            if not counts[at]:
                return
            yield Tally(self.columns.things["project"][at], 1, self._pounds(at), int(counts[at]))

    def largest(self) -> Iterator[Tally]:
        """Projects by the money that their record adds, the largest first."""
        chosen = np.nonzero(self.projects)[0]
        pounds = np.nan_to_num(self.columns["pounds"][chosen], nan=-1.0)
        for at in chosen[np.argsort(-pounds, kind="stable")]:
            yield Tally(self.columns.things["project"][at], 1, self._pounds(at))

    def _pounds(self, project: int) -> float:
        return float(np.nan_to_num(self.columns["pounds"][project]))

    def _tallies(self, kind: str, projects: Numbers, values: Numbers) -> Tallies:
        """Grants and pounds by value, from pairs of a project and a value, each pair once."""
        size = self.columns.size(kind)
        grants = self.columns["grant"][projects]
        known = grants >= 0
        of, _ = distinct(values[known], grants[known])
        counts = np.bincount(of, minlength=size)
        sums = np.bincount(
            values, weights=np.nan_to_num(self.columns["pounds"][projects]), minlength=size
        )
        found = np.nonzero(counts)[0]
        order = found[np.lexsort((-sums[found], -counts[found]))]
        return Tallies(self.columns.things[kind], order, counts[order], sums[order])


class Tallies(Sequence[Tally]):
    """A table of counts, those with the most grants first; rows are made when they are asked for.

    `numbers` are those of the things of each row.
    """

    def __init__(self, iris: list[str], numbers: Numbers, grants: Numbers, pounds: Numbers) -> None:
        self._iris = iris
        self.numbers, self.grants, self.pounds = numbers, grants, pounds

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Tally: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Tally]: ...

    def __getitem__(self, at: int | slice) -> Tally | Sequence[Tally]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return Tally(self._iris[self.numbers[at]], int(self.grants[at]), float(self.pounds[at]))

    def dense(self, size: int) -> Numbers:
        """Grants by the number of the thing."""
        counts = np.zeros(size, np.int64)
        counts[self.numbers] = self.grants
        return counts


def distinct(first: Numbers, second: Numbers) -> Pairs:
    """Pairs, sorted, each once.

    >>> [c.tolist() for c in distinct(np.array([1, 0, 1]), np.array([5, 2, 5]))]
    [[0, 1], [2, 5]]
    """
    if not len(first):
        return first[:0].astype(np.int64), second[:0].astype(np.int64)
    size = int(second.max()) + 1
    codes = unique(first.astype(np.int64) * size + second)
    return codes // size, codes % size


def unique(numbers: Numbers) -> Numbers:
    """Numbers, sorted, each once: by sorting, which is several times as fast as NumPy's hashing.

    >>> unique(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    if not len(numbers):
        return numbers
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
