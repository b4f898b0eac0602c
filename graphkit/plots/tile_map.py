"""A map of the United Kingdom in twelve tiles: regions of England and the other countries.

Tiles of one size do not make large, thinly settled areas look important. Neighbours touch where
they do on the ground, as far as squares allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from graphkit.figures import Portfolio
from graphkit.figures.counting import unique
from graphkit.library import Library
from graphkit.plots.choosing import Choice, Reading, choose, sentence
from graphkit.plots.lettering import wrapped
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import (
    AMOUNTS,
    BODY,
    FAINT,
    INK,
    INNER,
    SMALL,
    SOFT,
    Drawn,
    Sheet,
    ink_on,
    write,
)
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.words import count, money, percent, plural

# Column from the west and row from the north.
_PLACES = {
    "S92000003": (1, 0),
    "N92000002": (0, 1),
    "E12000001": (2, 1),
    "E12000002": (1, 2),
    "E12000003": (2, 2),
    "W92000004": (0, 3),
    "E12000005": (1, 3),
    "E12000004": (2, 3),
    "E12000006": (3, 3),
    "E12000009": (1, 4),
    "E12000008": (2, 4),
    "E12000007": (3, 4),
}
_TILE, _GAP = 78.0, 4.0
_STEP = _TILE + _GAP


@dataclass(frozen=True)
class Tile:
    """One part of the country. `pounds` is None where grants are there and no amount is known."""

    code: str
    name: str
    known: bool
    grants: int
    pounds: float | None
    questions: int


@dataclass(frozen=True)
class Regions:
    """What the map shows: the tiles, and what has no place on them.

    `questions` are those that the shares are of, `spoken` those that any grant speaks to.
    """

    tiles: tuple[Tile, ...]
    grants: int
    grants_elsewhere: int
    pounds_elsewhere: float
    questions: int
    spoken: int


def regions(reading: Reading, choice: Choice, given: Given) -> Regions:
    """Count by part of the country: grants, pounds, questions that they speak to."""
    columns = choice.columns
    table = given["by"] or "located"
    asked = np.ones(columns.size("question"), bool)
    if given["department"]:
        at = columns.number("department", given["department"])
        asked &= columns["department"] == at
    if given["aspect"]:
        having, aspects = columns.pairs("has_aspect")
        at = columns.number("aspect", given["aspect"])
        kept = np.zeros_like(asked)
        kept[having[aspects == at]] = True
        asked &= kept
    projects, questions = choice.links
    counted = asked[questions]
    projects, questions = projects[counted], questions[counted]
    tiles = []
    anywhere = np.zeros(columns.size("project"), bool)
    for code, name, number in reading.parts():
        here = np.zeros_like(anywhere)
        first, second = columns.pairs(table)
        if number >= 0:
            here[first[second == number]] = True
        here &= choice.portfolio.projects
        anywhere |= here
        own = Portfolio(columns, here)
        unknown = own.records > 0 and own.without_amount == own.records
        tiles.append(
            Tile(
                code,
                name,
                number >= 0,
                own.grants,
                None if unknown else own.pounds,
                len(unique(questions[here[projects]])),
            )
        )
    placed = Portfolio(columns, choice.portfolio.projects & anywhere)
    elsewhere = Portfolio(columns, choice.portfolio.projects & ~anywhere)
    return Regions(
        tuple(tiles),
        choice.portfolio.grants,
        choice.portfolio.grants - placed.grants,
        elsewhere.pounds,
        int(asked.sum()),
        len(unique(questions)),
    )


def draw(library: Library, given: Given) -> Drawn:
    """Draw the map."""
    reading = Reading(library)
    show = given["show"]
    choice = choose(reading, given, linked=show == "coverage")
    found = regions(reading, choice, given)
    sheet = Sheet(
        _title(choice, show, given, reading),
        _summary(choice, found, show),
        [
            *_notes(choice, found, show, given),
            credit_line(reading.manifest),
            origin(reading.manifest),
        ],
        5 * _STEP + 8,
    )
    axes = sheet.plane()
    values = {tile.code: _value(tile, show) for tile in found.tiles}
    most = max((value for value in values.values() if value), default=0.0)
    for tile in found.tiles:
        _tile(axes, sheet.height, tile, values[tile.code], most, _texts(tile, found, show))
    _scale(axes, sheet.height, most, show)
    _elsewhere(axes, found, show)
    return sheet.drawn()


def _value(tile: Tile, show: str) -> float | None:
    """What the colour of a tile stands for; None where it is not known."""
    if not tile.known:
        return None
    if show == "money":
        return tile.pounds
    return float(tile.grants if show == "projects" else tile.questions)


def _texts(tile: Tile, found: Regions, show: str) -> tuple[str, str]:
    """The large and the small text of a tile."""
    grants = plural(tile.grants, "grant")
    if not tile.known:
        return "–", "not in this graph"
    if show == "coverage":
        return count(tile.questions), f"{percent(tile.questions, found.questions)} · {grants}"
    if show == "projects":
        share = percent(tile.grants, found.grants)
        return count(tile.grants), f"{share} of grants"
    if tile.pounds is None:
        return "–", f"{grants}, no amount"
    return (money(tile.pounds) if tile.grants else "–"), grants


def _tile(
    axes: Axes,
    height: float,
    tile: Tile,
    value: float | None,
    most: float,
    texts: tuple[str, str],
) -> None:
    column, row = _PLACES[tile.code]
    left, bottom = 4 + column * _STEP, height - 4 - (row + 1) * _STEP + _GAP
    empty = not value or not most
    fill = (1.0, 1.0, 1.0, 1.0) if empty or value is None else AMOUNTS(0.06 + 0.94 * value / most)
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            _TILE,
            _TILE,
            boxstyle="round,pad=0,rounding_size=5",
            facecolor=fill,
            edgecolor=SOFT if empty else fill,
            linewidth=0.6,
            linestyle=(0, (3, 2)) if empty else "solid",
        )
    )
    ink = ink_on(fill)
    middle = left + _TILE / 2
    for at, line in enumerate(wrapped(tile.name, BODY, _TILE - 8, 2)):
        write(axes, middle, bottom + _TILE - 14 - at * 9.5, line, color=ink, ha="center")
    large, small = texts
    write(axes, middle, bottom + 25, large, 13, fontweight="bold", color=ink, ha="center")
    for at, line in enumerate(wrapped(small, SMALL, _TILE - 6, 2)):
        write(axes, middle, bottom + 13 - at * 8, line, SMALL, color=ink, ha="center")


_UNITS = {"projects": "grants", "money": "pounds", "coverage": "questions spoken to"}


def _scale(axes: Axes, height: float, most: float, show: str) -> None:
    """The scale of colours, from none to the most."""
    left, bottom, long, steps = 4 + 4 * _STEP + 34, height - 3 * _STEP + 20, 130.0, 65
    write(axes, left, bottom + long + 20, _UNITS[show].capitalize(), fontweight="bold")
    write(axes, left, bottom + long + 9, "darker: more", SMALL, color=SOFT)
    for at in range(steps):
        axes.add_patch(
            Rectangle(
                (left, bottom + at * long / steps),
                14,
                long / steps + 0.3,
                facecolor=AMOUNTS(0.06 + 0.94 * at / (steps - 1)),
                linewidth=0,
            )
        )
    if not most:
        return
    for share in (0.0, 0.5, 1.0):
        label = money(share * most) if show == "money" else count(round(share * most))
        if share == 0.5 and show != "money" and most < 3:
            continue
        y = bottom + share * long
        axes.plot([left + 14, left + 17], [y, y], color=SOFT, linewidth=0.6)
        write(axes, left + 20, y, label if share else "0", SMALL, va="center")


def _elsewhere(axes: Axes, found: Regions, show: str) -> None:
    """What has no place on the map, beside it."""
    left, bottom = 4 + 4 * _STEP + 14, _GAP
    axes.add_patch(
        Rectangle(
            (left, bottom),
            INNER - left - 2,
            _TILE,
            facecolor="white",
            edgecolor=SOFT,
            linewidth=0.6,
            linestyle=(0, (1, 2)),
        )
    )
    middle = (left + INNER - 2) / 2
    write(axes, middle, bottom + _TILE - 14, "In none of these places", ha="center", color=INK)
    large = count(found.grants_elsewhere)
    small = f"of {plural(found.grants, 'grant')}"
    if show == "money":
        large = money(found.pounds_elsewhere) if found.grants_elsewhere else "–"
        small = plural(found.grants_elsewhere, "grant")
    write(axes, middle, bottom + 25, large, 13, fontweight="bold", ha="center")
    write(axes, middle, bottom + 13, small, SMALL, ha="center", color=SOFT)
    axes.plot([left, left], [0, 0], color=FAINT, linewidth=0)


def _title(choice: Choice, show: str, given: Given, reading: Reading) -> str:
    if show == "money":
        return f"Money awarded to {choice.title}, by region"
    if show == "projects":
        return f"{sentence(choice.title)}, by region"
    who = f" of {reading.name(given['department'])}" if given["department"] else ""
    return f"Questions{who} that grants of each region speak to"


def _summary(choice: Choice, found: Regions, show: str) -> list[str]:
    if show == "coverage":
        sample = choice.sample().removeprefix("n = ")
        return [
            (
                f"n = {plural(found.questions, 'question')}, {count(found.spoken)} of them spoken "
                f"to by {sample}"
            ),
            f"Counted: {choice.words}",
        ]
    text = choice.sample()
    if show == "money":
        text += f" with {money(choice.portfolio.pounds)} in all"
    return [text]


def _notes(choice: Choice, found: Regions, show: str, given: Given) -> list[str]:
    concerned = given["by"] == "concerns"
    notes = [
        "A grant belongs to "
        + (
            "each region that its title or abstract names, or a place in it"
            if concerned
            else "the region of the organisation that leads it"
        )
        + "; one with several counts in each, so tiles must not be added up. "
        f"{plural(found.grants_elsewhere, 'grant')} of {count(found.grants)} "
        + ("name" if concerned else "have a leader in")
        + " none of these places, or no known one."
    ]
    if show == "coverage":
        notes.append("A question that no grant is known to speak to need not be a gap.")
    if show == "money":
        money_note = "Pounds are what the records add, each grant once, whole and as awarded."
        notes.append(" ".join(filter(None, [money_note, choice.amount_note()])))
    if choice.linked:
        notes.append(" ".join(choice.link_notes()))
    return notes
