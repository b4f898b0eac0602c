"""Aspects of questions by region: how many grants are said to cover each, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, sin, sqrt

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.plots.choosing import Choice, Reading, choose, sentence
from graphkit.plots.lettering import shortened, width
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import AMOUNTS, BODY, INNER, SMALL, SOFT, Drawn, Sheet, ink_on, write
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.words import count, plural

_ROW, _TOTAL = 14.0, 40.0
_SLOPE = 50.0
"""Degrees by which the names of columns rise."""
_FEW = 9
"""Where no cell holds more grants than this, cells are as if one did: one grant is not dark."""


@dataclass(frozen=True)
class Row:
    """An aspect, the grants of each region that are said to cover it, and those from anywhere."""

    iri: str
    name: str
    grants: tuple[int, ...]
    anywhere: int


@dataclass(frozen=True)
class Crossing:
    """The table: names of its columns, rows, totals over all aspects, and what is not in it."""

    places: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]
    anywhere: int
    more_aspects: int


def crossing(reading: Reading, choice: Choice, given: Given) -> Crossing:
    """Count grants by aspect and region. Raises UsageError where no aspect is covered."""
    columns, by = choice.columns, given["by"] or "located"
    places = [(name, number) for _, name, number in reading.parts() if number >= 0]
    numbers = [number for _, number in places]
    aspects = choice.portfolio.per_aspect()
    if not aspects:
        raise UsageError(
            "nothing selected: no link of these says which aspect is covered",
            hint="graphkit link computes links that say so",
        )
    grid = choice.portfolio.crossed(numbers, by)
    top = given.number("top") or len(aspects)
    covering = choice.portfolio.covering()
    totals = covering.per(by, "place", numbers).dense(columns.size("place"))
    return Crossing(
        tuple(name for name, _ in places),
        tuple(
            Row(
                tally.iri,
                reading.name(tally.iri),
                tuple(grid[columns.number("aspect", tally.iri)].tolist()),
                tally.grants,
            )
            for tally in aspects[:top]
        ),
        tuple(int(totals[number]) for number in numbers),
        covering.grants,
        max(len(aspects) - top, 0),
    )


def draw(library: Library, given: Given) -> Drawn:
    """Draw the table, darker where more grants are."""
    reading = Reading(library)
    choice = choose(reading, given, linked=True)
    found = crossing(reading, choice, given)
    names = [*found.places, "Anywhere"]
    head = max(width(name, BODY) for name in names) * sin(radians(_SLOPE)) + 10
    sheet = Sheet(
        f"Aspects by region: {choice.words}",
        [
            (
                f"n = {plural(found.anywhere, 'grant')} said to cover an aspect of a question; "
                f"cells are grants, darker by the square root"
            )
        ],
        [*_notes(choice, found, given), credit_line(reading.manifest), origin(reading.manifest)],
        head + (len(found.rows) + 1) * _ROW + 14,
    )
    axes = sheet.plane()
    label = min(max(width(row.name, BODY) for row in found.rows) + 8, 150.0)
    step = (INNER - label - _TOTAL - 24) / max(len(found.places), 1)
    most = max((max(row.grants, default=0) for row in found.rows), default=0)
    top = sheet.height - head
    for at, name in enumerate(names):
        middle = label + (at + 0.5) * step
        if at == len(found.places):
            middle = label + at * step + 6 + _TOTAL / 2
        write(axes, middle - 2, top + 4, name, rotation=_SLOPE, rotation_mode="anchor", ha="left")
    for at, row in enumerate(found.rows):
        bottom = top - (at + 1) * _ROW
        name = shortened(row.name, BODY, label - 6)
        write(axes, label - 5, bottom + _ROW / 2, name, ha="right", va="center_baseline")
        _cells(axes, row.grants, label, bottom, step, most)
        _number(axes, row.anywhere, label + len(found.places) * step + 6, bottom, _TOTAL)
    bottom = top - (len(found.rows) + 1) * _ROW - 6
    write(axes, label - 5, bottom + _ROW / 2, "Any aspect", ha="right", va="center_baseline")
    for at, grants in enumerate(found.totals):
        _number(axes, grants, label + at * step, bottom, step)
    _number(axes, found.anywhere, label + len(found.places) * step + 6, bottom, _TOTAL)
    return sheet.drawn()


def _cells(
    axes: Axes, grants: Sequence[int], left: float, bottom: float, step: float, most: int
) -> None:
    for at, number in enumerate(grants):
        share = sqrt(number / max(most, _FEW))
        fill = AMOUNTS(share) if number else (1.0, 1.0, 1.0, 1.0)
        axes.add_patch(
            Rectangle(
                (left + at * step, bottom),
                step,
                _ROW,
                facecolor=fill,
                edgecolor="white" if number else "#E4E4E4",
                linewidth=0.8 if number else 0.4,
            )
        )
        if number:
            write(
                axes,
                left + (at + 0.5) * step,
                bottom + _ROW / 2,
                count(number),
                SMALL,
                color=ink_on(fill),
                ha="center",
                va="center_baseline",
            )


def _number(axes: Axes, number: int, left: float, bottom: float, room: float) -> None:
    write(
        axes,
        left + room / 2,
        bottom + _ROW / 2,
        count(number),
        SMALL,
        color=SOFT,
        ha="center",
        va="center_baseline",
    )


def _notes(choice: Choice, found: Crossing, given: Given) -> list[str]:
    where = (
        "each region that its title or abstract names, or a place in it"
        if given["by"] == "concerns"
        else "the region of the organisation that leads it"
    )
    notes = [
        (
            f"Rows: aspects of questions; columns: regions. A grant stands in {where}, and in a "
            "row for each aspect that an assessment says it covers, so neither rows nor columns "
            "add up; “Anywhere” counts those of unknown place, too. An empty cell is no known "
            "grant."
        )
    ]
    if found.more_aspects:
        notes.append(
            f"{sentence(plural(found.more_aspects, 'aspect'))} with fewer grants "
            f"{'is' if found.more_aspects == 1 else 'are'} left out."
        )
    return [*notes, " ".join(choice.link_notes())]
