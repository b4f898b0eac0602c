"""Panels that pages of places, departments, funders and organisations share.

Each is a table of figures that was cut to what a reader takes in; the query behind it has all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import request

from graphkit.figures import Columns, Portfolio, Tally
from graphkit.server.site.app import site
from graphkit.server.site.pages.reading import MAP_PLACES
from graphkit.server.site.problems import Problem

TOP = 12
"""Rows of a panel."""
BEFORE = 1990
"""Years of start before which a chart puts all in one."""
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Panel:
    """The first rows of a table, and how many there are."""

    rows: Sequence[Tally]
    total: int

    @property
    def more(self) -> int:
        """Rows that are not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Opening:
    """An aspect: questions that have it, and those for which no project is said to cover it."""

    iri: str
    questions: int
    unmet: int


@dataclass(frozen=True)
class Paged:
    """One page of a long list. `first` counts from 1."""

    page: int
    pages: int
    first: int
    total: int


def panel(rows: Sequence[Tally], top: int = TOP) -> Panel:
    """The first rows."""
    return Panel(rows[:top], len(rows))


def some(rows: Iterable[Tally], top: int = TOP) -> list[Tally]:
    """The first rows of a table that would be long to make whole."""
    return list(islice(rows, top))


def openings(rows: Iterable[tuple[str, int, int]], top: int = TOP) -> list[Opening]:
    """The aspects with the most questions that nothing is said to cover."""
    return [Opening(*row) for row in islice((row for row in rows if row[2]), top)]


def on_map(portfolio: Portfolio) -> dict[str, int]:
    """Grants run from each part of the United Kingdom that maps show, by its code."""
    found = portfolio.columns
    base = site().dataset.base
    numbers = {
        code: number
        for code in MAP_PLACES
        if (number := found.number("place", f"{base}id/place/{code}")) >= 0
    }
    grants = portfolio.per("located", "place", list(numbers.values())).dense(found.size("place"))
    return {code: int(grants[numbers[code]]) if code in numbers else 0 for code in MAP_PLACES}


def charted(years: Sequence[tuple[int, int, float]]) -> list[tuple[str, int, float]]:
    """Years without gaps, as a chart needs them; all before `BEFORE` in one column."""
    if not years:
        return []
    found = {year: (grants, pounds) for year, grants, pounds in years if year >= BEFORE}
    early = [row for row in years if row[0] < BEFORE]
    chart = [
        (str(year), *found.get(year, (0, 0.0)))
        for year in (range(min(found), max(found) + 1) if found else ())
    ]
    if early:
        before = f"before {BEFORE}"
        chart.insert(0, (before, sum(row[1] for row in early), sum(row[2] for row in early)))
    return chart


def paged(total: int, size: int, name: str = "page") -> Paged:
    """The page that a request asks for. Raises Problem for one that there is not."""
    given = request.args.get(name) or "1"
    if not (given.isascii() and given.isdigit() and len(given) < 7 and int(given)):
        raise Problem(400, f"this is no page: {given[:40]}", "pages are counted from 1")
    pages = max(1, -(-total // size))
    if int(given) > pages:
        raise Problem(404, f"there is no page {int(given):,}", f"the last one is {pages:,}")
    return Paged(int(given), pages, (int(given) - 1) * size + 1, total)


def one_of(name: str, known: Sequence[str], default: str = "") -> str:
    """A choice of the address. Raises Problem 400 for a value that there is not."""
    given = request.args.get(name, "")
    if given and given not in known:
        raise Problem(400, f"no such {name}: {given[:100]}", f"known: {', '.join(known)}")
    return given or default


def thing_of(kind: str, columns: Columns, name: str) -> str:
    """The address of a thing that the request names; "" for none. Raises UsageError."""
    given = request.args.get(name, "").strip()
    if not given:
        return ""
    iri = site().dataset.library.resolver.value(kind, given).term.value
    if columns.number(kind, iri) < 0:
        raise Problem(400, f"{given[:100]} is no {kind} here")
    return str(iri)


def about(columns: Columns, place: str) -> Portfolio:
    """The projects that name a place, or one within it, in title or abstract."""
    return Portfolio.by(columns, "concerns", "place", place)
