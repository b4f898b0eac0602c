"""Funding and questions by year: grants that start, their money, and when questions were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from graphkit.errors import UsageError
from graphkit.figures import Portfolio
from graphkit.library import Library
from graphkit.plots.choosing import Choice, Reading, choose, sentence
from graphkit.plots.parameters import Given
from graphkit.plots.sheet import BLUE, BODY, FAINT, INNER, ORANGE, SMALL, SOFT, Drawn, Sheet, write
from graphkit.plots.sources import credit_line, origin
from graphkit.plots.words import count, money, plural, round_money
from graphkit.snapshot import Manifest

_PANEL, _GAP, _LEFT = 96.0, 30.0, 46.0


@dataclass(frozen=True)
class Year:
    """One year: grants that start in it, pounds of their records, questions issued in it.

    `pounds` is None where records start in it and none of them holds an amount.
    """

    year: int
    grants: int
    pounds: float | None
    questions: int


@dataclass(frozen=True)
class Years:
    """All years without gaps, and what has none: grants without start, questions without date.

    Years before `whole[0]` and after `whole[1]` are held by the sources only in part. `outside`
    are grants in years that were not asked for.
    """

    years: tuple[Year, ...]
    whole: tuple[int, int]
    undated_grants: int
    undated_questions: int
    questions: int
    outside: int

    def partial(self, year: int) -> bool:
        """Whether the sources hold only part of a year."""
        return not self.whole[0] <= year <= self.whole[1]


def whole_years(all_years: Sequence[tuple[int, int, float]], manifest: Manifest) -> tuple[int, int]:
    """First and last year that the sources seem to hold whole.

    From either end of all grants of the graph, years with less than half as many grants as the
    median year since the first with a tenth of the largest are partial; so is the year in which
    the latest source of projects was retrieved, and those after it.
    """
    counts = {year: grants for year, grants, _ in all_years}
    if not counts:
        return (0, 0)
    most = max(counts.values())
    usual = float(np.median([grants for grants in counts.values() if grants >= most / 10]))
    full = [year for year, grants in counts.items() if grants >= usual / 2]
    retrieved = max(
        (
            int(source.retrieved[:4])
            for source in manifest.sources
            if source.format.startswith("gtr") and source.records and source.retrieved
        ),
        default=9999,
    )
    return min(full), min(max(full), retrieved - 1)


def years(reading: Reading, choice: Choice, given: Given) -> Years:
    """Count by year. Raises UsageError where nothing has a year in the span asked for."""
    columns, portfolio = choice.columns, choice.portfolio
    found = {year: (grants, pounds) for year, grants, pounds in portfolio.years()}
    amounts = ~np.isnan(columns["pounds"])
    stated = set(np.unique(columns["year"][portfolio.projects & amounts]).tolist())
    asked = np.ones(columns.size("question"), bool)
    if given["department"]:
        asked = columns["department"] == columns.number("department", given["department"])
    issued = columns["issued"][asked]
    questions = np.bincount(issued[issued > 0], minlength=1)
    asked_in = {int(year): int(questions[year]) for year in np.nonzero(questions)[0]}
    since = given.number("since") or 0
    until = given.number("until") or 9999
    shown = [year for year in (*found, *asked_in) if since <= year <= until]
    if not shown:
        raise UsageError(
            f"nothing selected: no {choice.words} start in these years",
            hint="choose others with --since and --until",
        )
    row = [
        Year(
            year,
            found.get(year, (0, 0.0))[0],
            None if year in found and year not in stated else found.get(year, (0, 0.0))[1],
            asked_in.get(year, 0),
        )
        for year in range(min(shown), max(shown) + 1)
    ]
    dated = Portfolio(columns, portfolio.projects & (columns["year"] > 0))
    return Years(
        tuple(row),
        whole_years(Portfolio(columns).years(), reading.manifest),
        portfolio.grants - dated.grants,
        int((issued <= 0).sum()),
        len(issued),
        sum(grants for year, (grants, _) in found.items() if not since <= year <= until),
    )


def draw(library: Library, given: Given) -> Drawn:
    """Draw a panel each for grants, money and questions, over the same years."""
    reading = Reading(library)
    choice = choose(reading, given)
    found = years(reading, choice, given)
    dated = found.questions > found.undated_questions
    low = 22.0
    height = low + (3 if dated else 2) * (_PANEL + _GAP) - (10.0 if dated else 0.0)
    first, last = found.years[0].year, found.years[-1].year
    span = f"{first} to {last}" if first != last else f"{first}"
    sheet = Sheet(
        f"{sentence(choice.title)}, by year of start",
        [
            (
                f"{choice.sample()} with {money(choice.portfolio.pounds)}; {span}; "
                f"{plural(found.questions, 'question')}"
            )
        ],
        [*_notes(choice, found), credit_line(reading.manifest), origin(reading.manifest)],
        height,
    )
    top = height
    grants = [float(year.grants) for year in found.years]
    axes = _panel(sheet, top, "Grants that start in the year", found, grants, BLUE)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: count(round(value))))
    pounds = [year.pounds for year in found.years]
    title = "Their money, whole sums in the year of start (pounds, as awarded)"
    axes = _panel(sheet, top - _PANEL - _GAP, title, found, pounds, "#56B4E9")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: round_money(value)))
    below = top - 2 * (_PANEL + _GAP)
    if dated:
        asked = [float(year.questions) for year in found.years]
        axes = _panel(sheet, below, "Questions issued in the year", found, asked, ORANGE, False)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: count(round(value))))
    else:
        write(
            sheet.plane(),
            _LEFT,
            below - 12,
            f"Questions by year: none of the {plural(found.questions, 'question')} says when it "
            "was issued.",
            color=SOFT,
        )
    axes.set_xlabel("Year", fontsize=BODY)
    return sheet.drawn()


def _panel(
    sheet: Sheet,
    top: float,
    title: str,
    found: Years,
    values: Sequence[float | None],
    colour: str,
    hatched: bool = True,
) -> Axes:
    axes = sheet.axes(_LEFT, top - _PANEL, INNER - _LEFT - 4, _PANEL - 14)
    write(axes, 0, 1.06, title, fontweight="bold", transform=axes.transAxes)
    at = [year.year for year in found.years]
    most = max((value for value in values if value), default=0.0)
    for year, value in zip(at, values, strict=True):
        partial = hatched and found.partial(year)
        axes.bar(
            year,
            value or 0.0,
            width=0.82,
            facecolor="white" if partial else colour,
            edgecolor=colour,
            hatch="//////" if partial else None,
            linewidth=0.6,
        )
        if value is None:
            write(axes, year, most * 0.02, "?", SMALL, ha="center", va="bottom", color=SOFT)
    axes.set_xlim(at[0] - 0.7, at[-1] + 0.7)
    axes.set_ylim(0, most * 1.08 or 1.0)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (at[-1] - at[0]) / step <= 14)
    axes.set_xticks([year for year in at if not year % step] or at[:1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    ticks = MaxNLocator(nbins=4, integer=True).tick_values(0, most)
    axes.set_yticks([tick for tick in ticks if 0 <= tick <= most] if most else [0])
    axes.tick_params(labelsize=SMALL, length=2.5, width=0.6)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    if hatched and any(found.partial(year) for year in at):
        mark = Patch(facecolor="white", edgecolor=colour, hatch="//////", linewidth=0.6)
        axes.legend(
            [mark],
            ["years that the sources hold in part"],
            fontsize=SMALL,
            frameon=False,
            loc="lower right",
            bbox_to_anchor=(1.0, 0.98),
            borderpad=0,
            handlelength=1.6,
        )
    return axes


def _notes(choice: Choice, found: Years) -> list[str]:
    first, last = found.whole
    text = (
        "Joint grants and transfers count once in each year in which a record of theirs starts; "
        "money is what the records that start in the year add, not what was spent in it, and not "
        "corrected for inflation."
    )
    if found.undated_grants:
        text += f" {plural(found.undated_grants, 'grant')} without a date of start are left out."
    if found.outside:
        text += f" {plural(found.outside, 'grant')} of other years are not shown."
    notes = [
        text,
        (
            f"Hatched: before {first} and after {last} the sources hold only part of what was "
            "funded (fewer than half of a usual year, or the year of retrieval)."
        ),
    ]
    if amount := choice.amount_note():
        notes.append(amount + (" “?” marks years without any stated amount."))
    if found.undated_questions < found.questions and found.undated_questions:
        notes.append(f"{plural(found.undated_questions, 'question')} without a date of issue.")
    if choice.linked:
        notes.append(" ".join(choice.link_notes()))
    return notes
