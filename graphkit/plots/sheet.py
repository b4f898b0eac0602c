"""The sheet that every picture is drawn on: title, what is counted, the drawing, the notes.

All lengths are points. Lines are broken before anything is drawn, and the sheet is as high as
they need, so that nothing overlaps and nothing is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.text import Text

from graphkit.plots.lettering import FAMILY, plain, wrapped

WIDTH = 510.0
"""180 mm: the width of a page's text, or of two columns of a journal."""
MARGIN = 12.0
INNER = WIDTH - 2 * MARGIN
TITLE, SUBTITLE, BODY, SMALL, NOTE = 12.0, 8.5, 7.5, 6.8, 6.5
"""Sizes of letters."""
INK, SOFT, FAINT = "#1A1A1A", "#555555", "#D5D5D5"
BLUE, ORANGE = "#0072B2", "#E69F00"
_LEADING = 1.3

AMOUNTS = LinearSegmentedColormap.from_list(
    "amounts", ["#EEF5FA", "#9CCAE6", "#3F94C9", "#0B5C94", "#062C4B"]
)
"""From little to much: one hue that only grows darker, so it works in grey and for everyone."""

_SETTINGS: Any = {
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": [FAMILY],
    "font.size": BODY,
    "hatch.linewidth": 0.5,
    "path.simplify": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "graphkit",
    "text.color": INK,
    "text.hinting": "none",
    "text.usetex": False,
    "xtick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
}


@contextmanager
def settings() -> Iterator[None]:
    """Matplotlib's own defaults and ours, whatever a user has set; afterwards as before."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


@dataclass(frozen=True)
class Drawn:
    """A figure and its title."""

    figure: Figure
    title: str


class Sheet:
    """A sheet with its texts in place and `height` points of room for the drawing.

    `summary` are paragraphs under the title (what is counted, how many), `notes` those at the
    foot (what is missing, where it comes from).
    """

    def __init__(
        self, title: str, summary: Sequence[str], notes: Sequence[str], height: float
    ) -> None:
        self.title = plain(title)
        top = [(line, TITLE, "bold", INK) for line in wrapped(title, TITLE, INNER, bold=True)]
        top += [
            (line, SUBTITLE, "normal", SOFT)
            for text in summary
            for line in wrapped(text, SUBTITLE, INNER)
        ]
        foot = [
            (line, NOTE, "normal", SOFT) for text in notes for line in wrapped(text, NOTE, INNER)
        ]
        above = sum(size * _LEADING for _, size, _, _ in top)
        below = sum(size * _LEADING for _, size, _, _ in foot)
        self.height = height
        self._whole = above + below + height + 2 * MARGIN + 14
        self._foot = MARGIN + below + 6
        self.figure = Figure(figsize=(WIDTH / 72, self._whole / 72), facecolor="white")
        self.figure.set_label(self.title)
        at = self._whole - MARGIN
        for line, size, weight, colour in top:
            at -= size * _LEADING
            self._line(line, at + size * 0.3, size, weight, colour)
        at = MARGIN + below
        for line, size, weight, colour in foot:
            at -= size * _LEADING
            self._line(line, at + size * 0.3, size, weight, colour)

    def _line(self, text: str, y: float, size: float, weight: str, colour: str) -> None:
        self.figure.text(
            MARGIN / WIDTH,
            y / self._whole,
            text,
            fontsize=size,
            fontweight=weight,
            color=colour,
            va="baseline",
            parse_math=False,
        )

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes in the room for the drawing; its lower left corner is (0, 0)."""
        return self.figure.add_axes(
            (
                (MARGIN + left) / WIDTH,
                (self._foot + bottom) / self._whole,
                width / WIDTH,
                height / self._whole,
            )
        )

    def plane(self) -> Axes:
        """Bare axes over the whole room, in which coordinates are points."""
        axes = self.axes(0, 0, INNER, self.height)
        axes.set_xlim(0, INNER)
        axes.set_ylim(0, self.height)
        axes.set_axis_off()
        return axes

    def drawn(self) -> Drawn:
        """The finished sheet."""
        return Drawn(self.figure, self.title)


def write(axes: Axes, x: float, y: float, text: str, size: float = BODY, **style: Any) -> Text:
    """Write a line into axes; nothing in it is taken for mathematics."""
    return axes.text(x, y, plain(text), fontsize=size, parse_math=False, **style)


def ink_on(colour: tuple[float, ...]) -> str:
    """Black or white, whichever can be read on a colour (red, green, blue from 0 to 1).

    >>> ink_on((1.0, 1.0, 1.0)), ink_on((0.0, 0.2, 0.4))
    ('#1A1A1A', '#FFFFFF')
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if light > 0.24 else "#FFFFFF"
