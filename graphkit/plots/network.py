"""A network: things as marks, ties as lines, the most linked by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke

from graphkit import palette
from graphkit.figures.columns import Numbers
from graphkit.layout import positions
from graphkit.plots.choosing import sentence
from graphkit.plots.labels import Placed, placed
from graphkit.plots.lettering import plain, shortened, width
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import BODY, INK, INNER, SMALL, Drawn, Sheet, write
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.things import STATED, Network, Thing, Tie, network
from graphkit.plots.words import count, listed, plural
from graphkit.subgraph.projections import PROJECTIONS

if TYPE_CHECKING:
    from graphkit.subgraph import Subgraph

_HEIGHT, _EDGE = 400.0, 16.0
_APART = 600
"""Of at most so many things the marks are moved apart; of more they would fill the sheet."""
_MARKS = {
    "ResearchQuestion": "s",
    "Project": "o",
    "Department": "D",
    "Organisation": "^",
    "Funder": "P",
    "Programme": "X",
    "Place": "h",
    "Aspect": "*",
    "Topic": "v",
    "Assessment": "<",
    "Similarity": ">",
    "Award": "p",
}
"""Shapes, so that colour alone tells nothing."""
_OTHER_MARK = "d"
_REACH = {"Department": 1.42}
"""How far a mark reaches from its middle, in radii: a square on its corner further than others."""
_TIES = {
    "full": ("#6B1A00", 2.4),
    "direct": ("#A83600", 1.9),
    "partial": ("#DB6416", 1.4),
    "indirect": ("#EE9F66", 1.1),
    "unstated": ("#C7A48F", 0.9),
}
"""Colour and width of ties by degree: the stronger, the darker and wider."""
_PLAIN = "#A9B1B8"
_DASHES = (2.2, 1.4)


def draw(subgraph: Subgraph, given: Given) -> Drawn:
    """Draw a subgraph."""
    found = network(subgraph, given.number("nodes") or 1)
    legend = _rows(_entries(found))
    height = _HEIGHT + 12 + 13 * len(legend)
    at, radii = _placing(found)
    seeds = {seed.replace(":", "/", 1) for seed in subgraph.selection.seeds}
    order = sorted(
        range(len(found.things)),
        key=lambda n: (found.things[n].key not in seeds, -found.things[n].ties, n),
    )
    names = [thing.name for thing in found.things]
    most = given.number("labels") or 0
    labels = placed(
        order,
        names,
        at,
        radii * _reaches(found.things),
        found.pairs(),
        SMALL,
        (INNER, _HEIGHT),
        most,
        lines=3 if len(names) <= 40 else 2,
    )
    manifest = subgraph.snapshot.manifest
    sheet = Sheet(
        _title(subgraph, found),
        [
            f"Selection: {subgraph.selection.words}",
            f"n = {plural(sum(found.classes.values()), 'thing')} and {plural(found.links, 'link')}",
        ],
        [*_notes(subgraph, found, len(labels)), credit_line(manifest), origin(manifest)],
        height,
    )
    axes = sheet.plane()
    moved = at + np.array([0.0, height - _HEIGHT])
    _draw_ties(axes, found, moved)
    _draw_things(axes, found.things, moved, radii)
    for label in labels:
        _write_label(axes, label, moved[label.number], height - _HEIGHT)
    for row, entries in enumerate(legend):
        _legend_row(axes, entries, height - _HEIGHT - 14 - row * 13)
    return sheet.drawn()


def _placing(found: Network) -> tuple[Numbers, Numbers]:
    """Middles and sizes of all things in points, in a box that is INNER wide."""
    size = len(found.things)
    ties = np.array([thing.ties for thing in found.things], float)
    base = np.array([palette.size(thing.label) for thing in found.things], float) / 80
    # Fewer things are larger; hubs grow with a root, or they would cover the rest.
    unit = float(np.clip(46 / np.sqrt(size + 60), 1.1, 5.0))
    radii = np.clip(unit * base * (1 + 0.35 * np.sqrt(ties)), 1.0, 13.0)
    pairs, strengths = found.pairs(), _strengths(found.ties)
    spots = np.asarray(positions(size, pairs, strengths), float)
    scales, _ = _fitted(spots)
    if size <= _APART:
        apart = radii * _reaches(found.things) * 1.1 / scales.min()
        spots = np.asarray(positions(size, pairs, strengths, sizes=apart), float)
    scales, middle = _fitted(spots)
    return (spots - middle) * scales + np.array([INNER, _HEIGHT]) / 2, radii


def _fitted(spots: Numbers) -> tuple[Numbers, Numbers]:
    """Points per unit in both directions, and the middle: so that positions fill the sheet.

    Neither direction is stretched to more than half as much again as the other.
    """
    low, high = spots.min(axis=0), spots.max(axis=0)
    span = np.where(high - low > 0, high - low, 1.0)
    scales = np.array([INNER - 2 * _EDGE - 30, _HEIGHT - 2 * _EDGE]) / span
    return np.minimum(scales, scales.min() * 1.5), (low + high) / 2


def _reaches(things: Sequence[Thing]) -> Numbers:
    return np.array([_REACH.get(thing.label, 1.05) for thing in things])


def _strengths(ties: Sequence[Tie]) -> Numbers | None:
    weights = np.array([tie.weight for tie in ties])
    return weights if len(weights) and (weights > 0).all() else None


def _draw_ties(axes: Axes, found: Network, at: Numbers) -> None:
    """Plain ties below, those with a degree above, the strongest last."""
    # Many lines are thin lines, or they would be one area.
    thin = float(np.clip(18 / np.sqrt(len(found.ties) + 1), 0.16, 1.0))
    heaviest = max((tie.weight for tie in found.ties), default=0.0)
    busy = np.array([thing.ties for thing in found.things], float)
    for degree in ("", *reversed(STATED)):
        for published in (True, False) if degree else (False,):
            chosen = [
                tie
                for tie in found.ties
                if tie.degree == degree and (not degree or tie.published is published)
            ]
            if not chosen:
                continue
            colour, wide = _TIES.get(degree, (_PLAIN, 0.6))
            # Ties of hubs are paler, so that a hub does not hide what lies behind it.
            pale = [
                float(np.clip(5 / np.sqrt(max(busy[t.first], busy[t.second], 1)), 0.3, 1.0))
                for t in chosen
            ]
            widths = [
                0.4 + 3.6 * (t.weight / heaviest) if heaviest and not degree else wide * thin
                for t in chosen
            ]
            axes.add_collection(
                LineCollection(
                    [np.array([at[t.first], at[t.second]]) for t in chosen],
                    colors=[colour] * len(chosen),
                    alpha=pale,
                    linewidths=widths,
                    linestyles=[(0, _DASHES)] if degree and not published else "solid",
                    capstyle="butt",
                    zorder=2 + (len(STATED) - STATED.index(degree)) / 10 if degree else 1,
                )
            )


def _draw_things(axes: Axes, things: Sequence[Thing], at: Numbers, radii: Numbers) -> None:
    for label in sorted({thing.label for thing in things}):
        own = [n for n, thing in enumerate(things) if thing.label == label]
        axes.scatter(
            at[own, 0],
            at[own, 1],
            s=(2 * radii[own]) ** 2,
            marker=_MARKS.get(label, _OTHER_MARK),
            facecolor=palette.colour(label),
            edgecolor="#333333",
            linewidths=0.5 if len(things) < 400 else 0.25,
            zorder=5,
        )


def _write_label(axes: Axes, label: Placed, at: Numbers, up: float) -> None:
    halo = [withStroke(linewidth=1.8, foreground="white")]
    top = label.top + up
    if label.far:
        x = min(max(at[0], label.left), label.left + label.wide)
        y = min(max(at[1], top - label.tall), top)
        axes.plot([at[0], x], [at[1], y], color=INK, linewidth=0.4, zorder=4)
    for line, text in enumerate(label.lines):
        y = top - (line + 0.8) * label.tall / len(label.lines)
        write(axes, label.left, y, text, SMALL, path_effects=halo, zorder=6)


def _entries(found: Network) -> list[tuple[str, dict[str, Any]]]:
    """Texts of the legend with how their mark or line looks."""
    entries: list[tuple[str, dict[str, Any]]] = []
    for label, number in sorted(found.classes.items(), key=lambda item: (-item[1], item[0])):
        entries.append((f"{_noun(label)} ({count(number)})", {"mark": label}))
    used = {tie.degree for tie in found.ties}
    for degree in STATED:
        if degree in used:
            colour, wide = _TIES[degree]
            style = {"color": colour, "linewidth": wide}
            entries.append((f"degree: {degree}", style))
    if any(tie.degree and not tie.published for tie in found.ties):
        dashed = {"color": _TIES["partial"][0], "linewidth": 1.4, "linestyle": (0, _DASHES)}
        entries.append(("dashed: computed only", dashed))
    weights = [tie.weight for tie in found.ties if not tie.degree and tie.weight]
    if weights:
        most, least = max(weights), min(weights)
        for weight in dict.fromkeys((most, (most + least) / 2, least)):
            wide = 0.4 + 3.6 * weight / most
            entries.append((f"weight {weight:.3g}", {"color": _PLAIN, "linewidth": wide}))
    elif "" in used:
        entries.append(("other link", {"color": _PLAIN, "linewidth": 0.8}))
    return entries


def _noun(label: str) -> str:
    """A class in words.

    >>> _noun("ResearchQuestion")
    'Research question'
    """
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in label)
    return sentence(words.strip())


def _rows(
    entries: list[tuple[str, dict[str, Any]]],
) -> list[list[tuple[float, str, dict[str, Any]]]]:
    """Entries in rows that fit the sheet, each with its left edge."""
    rows: list[list[tuple[float, str, dict[str, Any]]]] = [[]]
    left = 0.0
    for text, style in entries:
        wide = 24 + width(plain(text), BODY) + 12
        full = left + wide - 12 > INNER
        if rows[-1] and (full or ("mark" in rows[-1][-1][2]) != ("mark" in style)):
            rows.append([])
            left = 0.0
        rows[-1].append((left, text, style))
        left += wide
    return rows


def _legend_row(axes: Axes, entries: list[tuple[float, str, dict[str, Any]]], y: float) -> None:
    for left, text, style in entries:
        if "mark" in style:
            label = style["mark"]
            axes.scatter(
                [left + 10],
                [y],
                s=38,
                marker=_MARKS.get(label, _OTHER_MARK),
                facecolor=palette.colour(label),
                edgecolor="#333333",
                linewidths=0.5,
            )
        else:
            axes.plot([left, left + 19], [y, y], solid_capstyle="butt", **style)
        write(axes, left + 23, y, text, va="center_baseline", color=INK)


def _title(subgraph: Subgraph, found: Network) -> str:
    """Names of what was asked for, where the picture shows it; else that it is a network."""
    by_seed = {thing.key.replace("/", ":", 1): thing.name for thing in found.things}
    seeds = subgraph.selection.seeds
    names = [f"“{shortened(by_seed[seed], BODY, 300)}”" for seed in seeds[:2] if seed in by_seed]
    if len(names) == len(seeds):
        return f"What is linked to {listed(names)}"
    projection = PROJECTIONS.get(subgraph.selection.projection or "")
    if projection:
        return sentence(projection.summary)
    if subgraph.is_whole:
        return "Network of the whole graph"
    return f"Network of {shortened(subgraph.selection.words, BODY, 500)}"


def _notes(subgraph: Subgraph, found: Network, labels: int) -> list[str]:
    names = (
        f"{plural(labels, 'name')} of {count(len(found.things))} written, most linked first where "
        "there is room. Linked things stand near each other; distances have no unit. Sizes grow "
        "with the number of links, ties of hubs are paler."
    )
    notes = [names]
    if found.things_left_out:
        notes.append(
            f"Left out: {plural(found.things_left_out, 'thing')} with the fewest links, and the "
            f"{plural(found.links_left_out, 'link')} that they have (--nodes draws more)."
        )
    notes += [sentence(cut.rstrip(".")) + "." for cut in subgraph.cuts]
    meanings = [meaning for meaning in subgraph.projected if meaning.startswith("weight")]
    notes += [sentence(meaning.rstrip(".")) + "." for meaning in meanings]
    if found.capped:
        notes.append(
            "A published list ends at ten projects, so that ten there means ten or more "
            f"({plural(found.capped, 'question')} here)."
        )
    return notes
