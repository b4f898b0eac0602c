"""Organisations that take part in the same grants: rows, and arcs between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from graphkit.errors import UsageError
from graphkit.figures.columns import Numbers
from graphkit.figures.counting import distinct, unique
from graphkit.library import Library
from graphkit.plots.choosing import Choice, Reading, choose, sentence
from graphkit.plots.lettering import shortened, width
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import AMOUNTS, BODY, INNER, SMALL, SOFT, Drawn, Sheet, write
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.words import count, plural

_ROW, _HEADING = 16.0, 16.0
_NAMES = 172.0
_ARCS_EACH = 2
"""How many arcs are drawn for each organisation: more could not be followed."""


@dataclass(frozen=True)
class Partner:
    """An organisation and the grants in which it takes part together with another."""

    iri: str
    name: str
    grants: int


@dataclass(frozen=True)
class Pair:
    """Two organisations by their number, and the grants in which both take part."""

    first: int
    second: int
    grants: int


@dataclass(frozen=True)
class Collaboration:
    """The organisations in the order in which they are drawn, and all pairs among them.

    `grants` are those with two or more organisations, `organisations` all that take part in them.
    """

    partners: tuple[Partner, ...]
    pairs: tuple[Pair, ...]
    grants: int
    organisations: int


def collaboration(reading: Reading, choice: Choice, top: int) -> Collaboration:
    """Count shared grants. Raises UsageError where no grant has two organisations."""
    columns = choice.columns
    first, second = columns.pairs("part")
    kept = choice.portfolio.projects[first] & (columns["grant"][first] >= 0)
    grants, organisations = distinct(columns["grant"][first[kept]], second[kept])
    of, sizes = np.unique(grants, return_counts=True)
    shared = np.isin(grants, of[sizes > 1])
    grants, organisations = grants[shared], organisations[shared]
    if not len(grants):
        raise UsageError(
            f"nothing selected: none of the {choice.words} has two organisations",
            hint="leave an option out, or choose another",
        )
    counts = np.bincount(organisations)
    order = np.lexsort((np.arange(len(counts)), -counts))
    chosen = order[: min(top, int((counts > 0).sum()))]
    place = np.full(len(counts), -1)
    place[chosen] = np.arange(len(chosen))
    inside = place[organisations] >= 0
    together = np.zeros((len(chosen), len(unique(grants))), np.float32)
    together[place[organisations[inside]], np.searchsorted(unique(grants), grants[inside])] = 1
    weights = np.rint(together @ together.T).astype(np.int64)
    np.fill_diagonal(weights, 0)
    drawn = _near(weights)
    things = columns.things["organisation"]
    partners = tuple(
        Partner(things[chosen[at]], reading.name(things[chosen[at]]), int(counts[chosen[at]]))
        for at in drawn
    )
    pairs = tuple(
        Pair(i, j, int(weights[drawn[i], drawn[j]]))
        for i in range(len(drawn))
        for j in range(i + 1, len(drawn))
        if weights[drawn[i], drawn[j]]
    )
    return Collaboration(partners, pairs, len(unique(grants)), int((counts > 0).sum()))


def _near(weights: Numbers) -> list[int]:
    """An order in which those that share much stand near each other.

    Each is moved to where the sum of weight times distance is least, until none moves: whole
    numbers only, so it ends the same everywhere.
    """
    order = list(range(len(weights)))
    apart = np.abs(np.subtract.outer(np.arange(len(order)), np.arange(len(order))))

    def cost(tried: list[int]) -> int:
        return int((weights[np.ix_(tried, tried)] * apart).sum())

    best = cost(order)
    for _ in range(12):
        before = best
        for one in range(len(weights)):
            rest = [other for other in order if other != one]
            tries = [[*rest[:at], one, *rest[at:]] for at in range(len(order))]
            costs = [cost(tried) for tried in tries]
            least = min(costs)
            if least < best:
                best, order = least, tries[costs.index(least)]
        if best == before:
            break
    return order


def heaviest(pairs: tuple[Pair, ...], most: int) -> tuple[Pair, ...]:
    """The pairs with the most grants, at most so many; of equals all or none, but at least one.

    >>> [pair.grants for pair in heaviest((Pair(0, 1, 5), Pair(0, 2, 3), Pair(1, 2, 3)), 2)]
    [5]
    """
    ranked = sorted(pairs, key=lambda pair: (-pair.grants, pair.first, pair.second))
    if len(ranked) <= most:
        return tuple(ranked)
    above = [pair for pair in ranked if pair.grants > ranked[most].grants]
    return tuple(above or ranked[:most])


def draw(library: Library, given: Given) -> Drawn:
    """Draw the organisations in rows and an arc for each of the heaviest pairs."""
    reading = Reading(library)
    choice = choose(reading, given)
    found = collaboration(reading, choice, given.number("top") or 25)
    arcs = heaviest(found.pairs, _ARCS_EACH * len(found.partners))
    height = len(found.partners) * _ROW + _HEADING
    who = f" on {choice.words}" if choice.narrowed else ""
    sheet = Sheet(
        f"Organisations that work together{who}",
        [
            (
                f"n = {plural(found.grants, 'grant')} with two or more organisations, "
                f"{count(found.organisations)} organisations; the {len(found.partners)} that share "
                "the most grants"
            )
        ],
        [
            *_notes(choice, found, len(arcs), arcs[-1].grants if arcs else 0),
            credit_line(reading.manifest),
            origin(reading.manifest),
        ],
        max(height, 110.0),
    )
    axes = sheet.plane()
    top = sheet.height - _HEADING
    names = [shortened(partner.name, BODY, _NAMES) for partner in found.partners]
    label = max(width(name, BODY) for name in names)
    numbers = label + 36
    write(axes, 0, top + 6, "Organisation", fontweight="bold")
    write(axes, numbers, top + 6, "Grants", fontweight="bold", ha="right")
    rows = [top - (at + 0.5) * _ROW for at in range(len(names))]
    left = numbers + 12
    _arcs(axes, arcs, rows, left, INNER - left - 4)
    for y, name, partner in zip(rows, names, found.partners, strict=True):
        write(axes, 0, y, name, va="center_baseline")
        write(
            axes,
            numbers,
            y,
            count(partner.grants),
            SMALL,
            va="center_baseline",
            ha="right",
            color=SOFT,
        )
    _key(axes, arcs, len(rows), sheet.height)
    return sheet.drawn()


def _colour(grants: int, most: int) -> Any:
    return AMOUNTS(0.32 + 0.68 * grants / most)


def _lanes(arcs: tuple[Pair, ...], size: int, thick: float) -> dict[tuple[int, int], float]:
    """For each end of each arc (row, number of the arc) how far above the row's middle it starts.

    Arcs of a row lie side by side: those that go up above those that go down, and of each the
    longest innermost, so that none of them cross where they leave the row.
    """
    found: dict[tuple[int, int], float] = {}
    for row in range(size):
        own = []
        for number, pair in enumerate(arcs):
            if row in (pair.first, pair.second):
                other = pair.first + pair.second - row
                own.append((0, row - other, number) if other < row else (1, row - other, number))
        at = sum(arcs[number].grants for _, _, number in own) * thick / 2
        for _, _, number in sorted(own):
            wide = arcs[number].grants * thick
            found[row, number] = at - wide / 2
            at -= wide
    return found


def _thickness(arcs: tuple[Pair, ...], size: int) -> float:
    """Points of width for one grant: as many as the fullest row can hold."""
    sums = [0] * size
    for pair in arcs:
        sums[pair.first] += pair.grants
        sums[pair.second] += pair.grants
    return min((_ROW - 2.0) / max(sums), 1.6)


def _arcs(axes: Axes, arcs: tuple[Pair, ...], rows: list[float], left: float, room: float) -> None:
    if not arcs:
        return
    most = arcs[0].grants
    thick = _thickness(arcs, len(rows))
    lanes = _lanes(arcs, len(rows), thick)
    longest = max(pair.second - pair.first for pair in arcs)
    for number in reversed(range(len(arcs))):
        pair = arcs[number]
        top = rows[pair.first] + lanes[pair.first, number]
        bottom = rows[pair.second] + lanes[pair.second, number]
        # A curve with these handles reaches three quarters of the way to them.
        reach = room * (0.12 + 0.88 * (pair.second - pair.first) / longest) * 4 / 3
        path = Path(
            [(left, top), (left + reach, top), (left + reach, bottom), (left, bottom)],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        axes.add_patch(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=_colour(pair.grants, most),
                linewidth=max(pair.grants * thick, 0.3),
            )
        )
    for row, y in enumerate(rows):
        own = [at for at, pair in enumerate(arcs) if row in (pair.first, pair.second)]
        tall = sum(arcs[at].grants for at in own) * thick
        axes.add_patch(
            Rectangle((left - 3, y - max(tall, 1.0) / 2), 3, max(tall, 1.0), facecolor="#222222")
        )


def _key(axes: Axes, arcs: tuple[Pair, ...], rows: int, height: float) -> None:
    """What widths mean, in the corner that no arc reaches."""
    if not arcs:
        return
    most, least = arcs[0].grants, arcs[-1].grants
    thick = _thickness(arcs, rows)
    write(axes, INNER - 2, height - 10, "Shared grants", fontweight="bold", ha="right")
    for at, grants in enumerate(sorted({most, (most + least) // 2, least}, reverse=True)):
        y = height - 22 - at * 10
        axes.plot(
            [INNER - 62, INNER - 30],
            [y, y],
            solid_capstyle="butt",
            color=_colour(grants, most),
            linewidth=max(grants * thick, 0.3),
        )
        write(axes, INNER - 2, y, count(grants), SMALL, ha="right", va="center_baseline")


def _notes(choice: Choice, found: Collaboration, drawn: int, least: int) -> list[str]:
    notes = [
        (
            "An arc joins two organisations that take part in the same grants (leading, partner, "
            "collaborator, co-funder, fellow's host or participant), as wide as these are many; "
            "joint grants and transfers count once. The number after a name counts its grants with "
            "any other organisation, also those that are not shown. Sharing a grant does not say "
            "that two worked closely together."
        )
    ]
    left_out = len(found.pairs) - drawn
    if left_out:
        notes.append(
            f"{plural(drawn, 'pair')} with {plural(least, 'shared grant')} or more are drawn, "
            f"{plural(left_out, 'pair')} among these organisations with fewer are not."
        )
    if choice.linked:
        notes.append(" ".join(choice.link_notes()))
    return [sentence(note) for note in notes]
