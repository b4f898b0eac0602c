"""Counting for the Sankey picture: from departments over aspects to funders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphkit.errors import UsageError
from graphkit.figures.columns import Columns, Numbers
from graphkit.figures.counting import distinct, unique
from graphkit.plots.choosing import Choice, Reading
from graphkit.plots.parameters import Given
from graphkit.plots.words import plural


@dataclass(frozen=True)
class Bar:
    """A thing, or several together (`several`): distinct grants, and pounds of their records."""

    name: str
    grants: int
    pounds: float
    several: bool = False


@dataclass(frozen=True)
class Flow:
    """Distinct grants that two bars share, and pounds of their records. Bars by their number."""

    start: int
    end: int
    grants: int
    pounds: float


@dataclass(frozen=True)
class Flows:
    """Three rows of bars and the flows between them."""

    departments: tuple[Bar, ...]
    aspects: tuple[Bar, ...]
    funders: tuple[Bar, ...]
    left: tuple[Flow, ...]
    right: tuple[Flow, ...]
    grants: int
    records: int
    without_amount: int


def flows(reading: Reading, choice: Choice, given: Given) -> Flows:
    """Count grants whose assessments cover an aspect, by department, aspect and funder.

    Raises UsageError where no assessment that counts says which aspect is covered.
    """
    columns = choice.columns
    assessments, aspects = columns.pairs("covers")
    kept = choice.counting[assessments]
    assessments, aspects = assessments[kept], aspects[kept]
    projects = columns["link_project"][assessments]
    known = columns["grant"][projects] >= 0
    assessments, aspects, projects = assessments[known], aspects[known], projects[known]
    if not len(projects):
        raise UsageError(
            "nothing selected: no link of these says which aspect is covered",
            hint="graphkit link computes links that say so",
        )
    asking = columns["department"][columns["link_question"][assessments]]
    at, funders = _funders(columns, projects)
    by_money = given["show"] == "money"
    departments = _Side(columns, asking, projects, given.number("departments"), by_money)
    middle = _Side(columns, aspects, projects, given.number("aspects"), by_money)
    paying = _Side(columns, funders, projects[at], given.number("funders"), by_money)
    middle_paid = middle.groups[at]
    whole = unique(projects)
    return Flows(
        departments.bars("department", reading.name, "department", "departments"),
        middle.bars("aspect", reading.name, "aspect", "aspects"),
        paying.bars("funder", reading.name, "funder", "funders"),
        _flows(columns, departments.groups, middle.groups, projects),
        _flows(columns, middle_paid, paying.groups, projects[at]),
        len(unique(columns["grant"][whole])),
        len(whole),
        int(np.isnan(columns["pounds"][whole]).sum()),
    )


def _funders(columns: Columns, projects: Numbers) -> tuple[Numbers, Numbers]:
    """For each row and each funder of its project: the row, the funder; -1 where nobody pays."""
    first, second = columns.pairs("funded")
    begin = np.searchsorted(first, projects, "left")
    length = np.searchsorted(first, projects, "right") - begin
    rows = np.repeat(np.arange(len(projects)), length)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
    unpaid = np.nonzero(length == 0)[0]
    found = second[begin[rows] + within]
    return np.concatenate([rows, unpaid]), np.concatenate([found, np.full(len(unpaid), -1)])


class _Side:
    """Things of one kind, each in a group: the largest in one each, the rest, those unknown.

    The largest have the most grants, or the most pounds.
    """

    def __init__(
        self, columns: Columns, things: Numbers, projects: Numbers, top: int | None, by_money: bool
    ) -> None:
        self._columns, self._projects = columns, projects
        things = things.astype(np.int64)
        grants, pounds = _sums(columns, things + 1, projects, 0)
        counts, amounts = grants[1:], pounds[1:]
        first, second = (amounts, counts) if by_money else (counts, amounts)
        ranked = np.lexsort((np.arange(len(counts)), -second, -first))
        order = [int(at) for at in ranked if counts[at]]
        # A rest of one takes no more room under its own name.
        top = len(order) if top is None or len(order) == top + 1 else top
        self.named, self.rest = order[:top], order[top:]
        group = np.full(len(counts) + 1, -1)
        group[self.named] = np.arange(len(self.named))
        at = len(self.named)
        if self.rest:
            group[self.rest] = at
            at += 1
        self.unknown = bool((things < 0).any())
        group[-1] = at
        self.groups = group[things]

    def bars(self, kind: str, name: Callable[[str], str], one: str, many: str) -> tuple[Bar, ...]:
        names = [(name(self._columns.things[kind][at]), False) for at in self.named]
        if self.rest:
            names.append((plural(len(self.rest), f"other {one}", f"other {many}"), True))
        if self.unknown:
            names.append((f"{one} not stated", True))
        grants, pounds = _sums(self._columns, self.groups, self._projects, len(names))
        return tuple(
            Bar(text, int(grants[at]), float(pounds[at]), several)
            for at, (text, several) in enumerate(names)
        )


def _sums(
    columns: Columns, groups: Numbers, projects: Numbers, size: int
) -> tuple[Numbers, Numbers]:
    """By group: distinct grants, and pounds of distinct records."""
    of, _ = distinct(groups, columns["grant"][projects])
    paid, records = distinct(groups, projects)
    money = np.nan_to_num(columns["pounds"][records])
    return np.bincount(of, minlength=size), np.bincount(paid, weights=money, minlength=size)


def _flows(columns: Columns, starts: Numbers, ends: Numbers, projects: Numbers) -> tuple[Flow, ...]:
    size = int(ends.max()) + 1
    grants, pounds = _sums(columns, starts * size + ends, projects, 0)
    return tuple(
        Flow(int(at // size), int(at % size), int(grants[at]), float(pounds[at]))
        for at in np.nonzero(grants)[0]
    )
