"""From departments over aspects of their questions to funders: a Sankey diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from graphkit.library import Library
from graphkit.plots.choosing import Choice, Reading, choose, sentence
from graphkit.plots.flows import Bar, Flow, Flows, flows
from graphkit.plots.lettering import width, wrapped
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import BODY, INK, INNER, SMALL, SOFT, Drawn, Sheet, write
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.words import count, money, plural

_SIDE, _BAR, _MIDDLE, _HEADING = 130.0, 7.0, 90.0, 18.0
_LINE, _LINES = 8.4, 3
_GAP = 3.0
_HUES = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#7A6F00",
    "#5E4B8B",
)
_REST = "#9A9A9A"


@dataclass(frozen=True)
class _Column:
    """Bars of one column in place: heights, and the tops of the room that each has."""

    bars: Sequence[Bar]
    heights: Sequence[float]
    rooms: Sequence[float]

    def top(self, at: int, height: float) -> float:
        """The upper edge of a bar, in the middle of its room."""
        above = sum(self.rooms[:at]) + _GAP * at
        return height - above - (self.rooms[at] - self.heights[at]) / 2


def draw(library: Library, given: Given) -> Drawn:
    """Draw the diagram."""
    reading = Reading(library)
    choice = choose(reading, given, linked=True)
    found = flows(reading, choice, given)
    show = given["show"]
    longest = max(len(found.departments), len(found.funders)) * 28.0
    height = max(330.0, longest, len(found.aspects) * 22.0)
    what = "grants" if show == "projects" else "pounds"
    who = f"{sentence(choice.title)}: " if choice.narrowed and _own_words(given) else ""
    sheet = Sheet(
        sentence(f"{who}departments, aspects of their questions, and funders"),
        [
            (
                f"n = {plural(found.grants, 'grant')} said to cover an aspect of a question "
                f"({plural(found.records, 'record')}); widths and numbers are {what}"
            )
        ],
        [*_notes(choice, found, show), credit_line(reading.manifest), origin(reading.manifest)],
        height + _HEADING,
    )
    axes = sheet.plane()
    amount = _amount(show)
    columns = _columns(found, show, height)
    middle = (INNER - _MIDDLE) / 2
    edges = (_SIDE, middle, middle + _MIDDLE, INNER - _SIDE)
    _bands(axes, columns[0], columns[1], found.left, height, edges[0] + _BAR, edges[1], amount, 0)
    _bands(axes, columns[1], columns[2], found.right, height, edges[2], edges[3] - _BAR, amount, 1)
    for at, bar in enumerate(found.departments):
        top, tall = columns[0].top(at, height), columns[0].heights[at]
        _bar(axes, edges[0], top, _BAR, tall, _hue(at, bar))
        _label(axes, edges[0] - 4, top - tall / 2, bar, show, "right", columns[0].rooms[at])
    for at, bar in enumerate(found.aspects):
        top, tall = columns[1].top(at, height), columns[1].heights[at]
        _bar(axes, edges[1], top, _MIDDLE, tall, "#E3E6E8")
        room = _MIDDLE - 11 - width(_shown(bar, show), SMALL)
        lines = wrapped(bar.name, BODY, room, max(1, min(int(columns[1].rooms[at] / _LINE), 3)))
        for number, line in enumerate(lines):
            y = top - tall / 2 - (number - (len(lines) - 1) / 2) * _LINE
            write(axes, edges[1] + 4, y, line, va="center_baseline")
        write(
            axes,
            edges[2] - 4,
            top - tall / 2,
            _shown(bar, show),
            SMALL,
            va="center_baseline",
            ha="right",
            color=SOFT,
        )
    for at, bar in enumerate(found.funders):
        top, tall = columns[2].top(at, height), columns[2].heights[at]
        _bar(axes, edges[3] - _BAR, top, _BAR, tall, _hue(at, bar))
        _label(axes, edges[3] + 4, top - tall / 2, bar, show, "left", columns[2].rooms[at])
    heads = (("Department", edges[0], "right"), ("Aspect", INNER / 2, "center"))
    for text, x, side in (*heads, ("Funder", edges[3], "left")):
        write(axes, x, height + 7, text, fontweight="bold", ha=side)
    return sheet.drawn()


def _own_words(given: Given) -> bool:
    return any(given[name] for name in ("funder", "place", "department", "degree", "origin"))


def _amount(show: str) -> str:
    return "grants" if show == "projects" else "pounds"


def _shown(bar: Bar, show: str) -> str:
    return count(bar.grants) if show == "projects" else money(bar.pounds)


def _hue(at: int, bar: Bar) -> str:
    return _REST if bar.several else _HUES[at % len(_HUES)]


def _columns(found: Flows, show: str, height: float) -> tuple[_Column, _Column, _Column]:
    """All bars on one scale, as large as the fullest column allows."""
    amount = _amount(show)
    into = _summed(found.left, "end", amount, found.aspects)
    out = _summed(found.right, "start", amount, found.aspects)
    sums = (
        _summed(found.left, "start", amount, found.departments),
        [max(pair) for pair in zip(into, out, strict=True)],
        _summed(found.right, "end", amount, found.funders),
    )
    bars = (found.departments, found.aspects, found.funders)
    least = (
        [len(_lines(bar, show, _LINES)) * _LINE + 1 for bar in found.departments],
        [_LINE + 2] * len(found.aspects),
        [len(_lines(bar, show, _LINES)) * _LINE + 1 for bar in found.funders],
    )

    def needed(scale: float, at: int) -> float:
        rooms = [max(value * scale, low) for value, low in zip(sums[at], least[at], strict=True)]
        return sum(rooms) + _GAP * (len(rooms) - 1)

    low, high = 0.0, height / max(max(sum(column) for column in sums), 1e-9)
    for _ in range(60):
        scale = (low + high) / 2
        if all(needed(scale, at) <= height for at in range(3)):
            low = scale
        else:
            high = scale
    made = []
    for at in range(3):
        rooms = [max(value * low, room) for value, room in zip(sums[at], least[at], strict=True)]
        free = (height - sum(rooms) - _GAP * (len(rooms) - 1)) / len(rooms)
        heights = [value * low for value in sums[at]]
        made.append(_Column(bars[at], heights, [room + free for room in rooms]))
    return made[0], made[1], made[2]


def _summed(found: Sequence[Flow], side: str, amount: str, bars: Sequence[Bar]) -> list[float]:
    """For each bar the sum of the flows on one side of it."""
    sums = [0.0] * len(bars)
    for flow in found:
        sums[getattr(flow, side)] += getattr(flow, amount)
    return sums


def _bands(
    axes: Axes,
    start: _Column,
    end: _Column,
    found: Sequence[Flow],
    height: float,
    left: float,
    right: float,
    amount: str,
    coloured: int,
) -> None:
    """The bands between two columns, coloured by the department (0) or the funder (1)."""
    total = sum(getattr(flow, amount) for flow in found)
    if not total:
        return
    scale = sum(start.heights if coloured == 0 else end.heights) / total
    outs = [start.top(at, height) for at in range(len(start.bars))]
    ins = [end.top(at, height) for at in range(len(end.bars))]
    placed: dict[int, tuple[float, float]] = {}
    for number in sorted(range(len(found)), key=lambda n: (found[n].start, found[n].end)):
        flow = found[number]
        outs[flow.start] -= getattr(flow, amount) * scale
        placed[number] = (outs[flow.start], 0.0)
    for number in sorted(range(len(found)), key=lambda n: (found[n].end, found[n].start)):
        flow = found[number]
        ins[flow.end] -= getattr(flow, amount) * scale
        placed[number] = (placed[number][0], ins[flow.end])
    for number, flow in enumerate(found):
        tall = getattr(flow, amount) * scale
        if tall <= 0:
            continue
        at = flow.start if coloured == 0 else flow.end
        bar = (start if coloured == 0 else end).bars[at]
        low_left, low_right = placed[number]
        axes.add_patch(_band(left, low_left, right, low_right, tall, _hue(at, bar)))


def _band(left: float, at: float, right: float, to: float, tall: float, hue: str) -> PathPatch:
    middle = (left + right) / 2
    points = [
        (left, at + tall),
        (middle, at + tall),
        (middle, to + tall),
        (right, to + tall),
        (right, to),
        (middle, to),
        (middle, at),
        (left, at),
        (left, at + tall),
    ]
    codes = [
        Path.MOVETO,
        *[Path.CURVE4] * 3,
        Path.LINETO,
        *[Path.CURVE4] * 3,
        Path.CLOSEPOLY,
    ]
    return PathPatch(Path(points, codes), facecolor=hue, edgecolor=hue, alpha=0.42, linewidth=0.25)


def _bar(axes: Axes, left: float, top: float, wide: float, tall: float, hue: str) -> None:
    axes.add_patch(
        Rectangle((left, top - tall), wide, tall, facecolor=hue, edgecolor=hue, linewidth=0.4)
    )


def _label(axes: Axes, x: float, y: float, bar: Bar, show: str, side: str, room: float) -> None:
    """A name with its number after it, in as many lines as there is room for."""
    lines = _lines(bar, show, min(int(room / _LINE), _LINES))
    for at, line in enumerate(lines):
        down = (at - (len(lines) - 1) / 2) * _LINE
        colour = SOFT if bar.several else INK
        write(axes, x, y - down, line, ha=side, va="center_baseline", color=colour)


def _lines(bar: Bar, show: str, most: int) -> list[str]:
    number = f" ({_shown(bar, show)})"
    lines = wrapped(sentence(bar.name), BODY, _SIDE - 6 - width(number, BODY), most)
    return [*lines[:-1], lines[-1] + number]


def _notes(choice: Choice, found: Flows, show: str) -> list[str]:
    what = (
        "distinct grants"
        if show == "projects"
        else "pounds that their records add, each record once in a band"
    )
    notes = [
        (
            "Left: grants whose assessments cover the aspect for a question of the department. "
            f"Right: the same grants by who funds them. Widths are {what}; a grant that serves "
            "several departments, covers several aspects or has several funders stands in several "
            "bands, so bands add up to more than the number of a bar. Colours only tell bars of "
            "one side apart."
        )
    ]
    if show == "money" and found.without_amount:
        notes.append(
            f"{plural(found.without_amount, 'record')} without a stated amount "
            f"{'adds' if found.without_amount == 1 else 'add'} nothing."
        )
    return [*notes, " ".join(choice.link_notes())]
