"""The kinds of pictures, their parameters, and how each is drawn and saved."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.plots.parameters import CHOICE, INTEGER, Parameter, understood

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from graphkit.subgraph import Subgraph

FORMS = ("png", "svg", "pdf")
"""File formats of pictures."""


@dataclass(frozen=True)
class Picture:
    """A drawn picture: the figure, its title in words, and remarks on what was understood."""

    figure: Figure
    title: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plot:
    """A kind of picture.

    With `selects`, it draws a part of the graph that was chosen before; the others count what
    stands in the whole snapshot.
    """

    name: str
    summary: str
    module: str
    parameters: tuple[Parameter, ...]
    selects: bool = False

    def draw(
        self,
        library: Library,
        values: Mapping[str, str] = MappingProxyType({}),
        subgraph: Subgraph | None = None,
    ) -> Picture:
        """Draw it. `values` are those of the parameters, as a user writes them.

        Raises UsageError where matplotlib is absent, a value cannot be read, or nothing is
        selected. The settings of matplotlib are the same after it as before; while it runs they
        are its own, so pictures are drawn one after the other.
        """
        given = understood(self.name, self.parameters, values, library.resolver)
        if self.selects and subgraph is None:
            raise UsageError(
                f"the picture {self.name} needs a selection",
                hint=f"for example: graphkit plot {self.name} question:16604 -o {self.name}.png",
            )
        if not self.selects and subgraph is not None:
            raise UsageError(
                f"the picture {self.name} takes no selection",
                hint="choose by its own options: "
                + ", ".join(f"--{p.name}" for p in self.parameters),
            )
        module = _drawing(self.module)
        with _drawing("sheet").settings():
            drawn = module.draw(library if subgraph is None else subgraph, given)
        return Picture(drawn.figure, drawn.title, given.remarks)


def save(figure: Figure, out: BinaryIO, form: str = "png", *, dpi: int = 200) -> None:
    """Write a figure as `png`, `svg` or `pdf`; the same figure gives the same bytes.

    `dpi` are the dots per inch of PNG, from 36 to 1,200. Raises UsageError for what cannot be.
    """
    if form not in FORMS:
        raise UsageError(f"pictures cannot be {form[:20]}", hint=f"known: {', '.join(FORMS)}")
    if not 36 <= dpi <= 1200:
        raise UsageError(f"{dpi} dots per inch: must be from 36 to 1,200")
    out.write(_drawing("saving").encoded(figure, form, dpi))


def _drawing(module: str) -> Any:
    """A module that draws. Raises UsageError where matplotlib is not installed."""
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        raise UsageError(
            "matplotlib is not installed", hint="pip install 'graphkit[plot]'"
        ) from None
    return importlib.import_module(f"graphkit.plots.{module}")


_BY = Parameter(
    "by",
    CHOICE,
    "which place of a grant counts: that of the organisation that leads it (located), or those "
    "that its title or abstract names (concerns)",
    "located",
    ("located", "concerns"),
)
_FUNDER = Parameter("funder", "funder", "only grants of this funder or programme")
_PLACE = Parameter("place", "place", "only grants run from this place")
_DEPARTMENT = Parameter(
    "department", "department", "only grants that speak to questions of this department"
)
_DEGREE = Parameter("degree", "degree", "only links of this degree")
_ORIGIN = Parameter("origin", "origin", "only links on this word: published or computed")
_LINKS = (_DEPARTMENT, _DEGREE, _ORIGIN)


def _top(name: str, default: int, summary: str, most: int = 60) -> Parameter:
    return Parameter(name, INTEGER, summary, str(default), most=most)


PLOTS: Mapping[str, Plot] = MappingProxyType(
    {
        plot.name: plot
        for plot in (
            Plot(
                "network",
                "things and their links, of any selection",
                "network",
                (
                    Parameter(
                        "labels", INTEGER, "how many names are written, at most", "30", least=0
                    ),
                    Parameter(
                        "nodes",
                        INTEGER,
                        "how many things are drawn, those with the most links first",
                        "1000",
                        most=5000,
                    ),
                ),
                selects=True,
            ),
            Plot(
                "map",
                "grants, money or answered questions by region of the United Kingdom",
                "tile_map",
                (
                    Parameter(
                        "show",
                        CHOICE,
                        "what the tiles show: grants (projects), pounds (money), or how many of "
                        "the questions are spoken to (coverage)",
                        "projects",
                        ("projects", "money", "coverage"),
                    ),
                    _BY,
                    *_LINKS,
                    Parameter("aspect", "aspect", "only links that are said to cover this aspect"),
                    _FUNDER,
                ),
            ),
            Plot(
                "heatmap",
                "aspects of questions by region: grants that are said to cover them",
                "heatmap",
                (
                    _top("top", 25, "how many aspects, those with the most grants first"),
                    _BY,
                    *_LINKS,
                    _FUNDER,
                ),
            ),
            Plot(
                "timeline",
                "grants and their money by year of start, questions by year of issue",
                "timeline",
                (
                    _FUNDER,
                    _PLACE,
                    *_LINKS,
                    Parameter("since", INTEGER, "first year to show", least=1900, most=2200),
                    Parameter("until", INTEGER, "last year to show", least=1900, most=2200),
                ),
            ),
            Plot(
                "sankey",
                "from departments over aspects of their questions to funders",
                "sankey",
                (
                    Parameter(
                        "show",
                        CHOICE,
                        "what the width of a band stands for: grants (projects) or pounds (money)",
                        "projects",
                        ("projects", "money"),
                    ),
                    _top("departments", 8, "how many departments have a bar of their own", 20),
                    _top("aspects", 12, "how many aspects have a bar of their own", 30),
                    _top("funders", 8, "how many funders have a bar of their own", 20),
                    _FUNDER,
                    _PLACE,
                    *_LINKS,
                ),
            ),
            Plot(
                "collaboration",
                "organisations that take part in the same grants",
                "collaboration",
                (
                    Parameter(
                        "top",
                        INTEGER,
                        "how many organisations, those that share the most grants first",
                        "25",
                        least=2,
                        most=60,
                    ),
                    _FUNDER,
                    _PLACE,
                    *_LINKS,
                ),
            ),
        )
    }
)
"""All kinds by name."""
