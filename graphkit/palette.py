"""Colours and sizes of things by class, the same in every picture and in every file.

They can be told apart by people who see colours differently too (after Okabe and Ito 2008,
made lighter where text stands on them); what records how the graph came about stays grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RECORD = "#BFBFBF"
"""The colour of every class that has none of its own."""
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "Project": "#56B4E9",
        "ResearchQuestion": "#E69F00",
        "Department": "#D55E00",
        "Organisation": "#009E73",
        "Funder": "#0072B2",
        "Programme": "#7FB2D8",
        "Place": "#CC79A7",
        "Aspect": "#F0E442",
        "Topic": "#B8E0D2",
        "Award": "#C9B458",
        "Assessment": "#F4C095",
        "Similarity": "#F4C095",
    }
)
"""By label."""
_SIZES = {
    "ResearchQuestion": 80,
    "Project": 65,
    "Department": 65,
    "Funder": 65,
    "Organisation": 50,
    "Programme": 50,
    "Place": 50,
    "Aspect": 50,
    "Topic": 40,
    "Award": 40,
    "Assessment": 40,
    "Similarity": 40,
}
_RECORD_SIZE = 30


def colour(label: str) -> str:
    """The colour of a class, as #RRGGBB.

    >>> colour("Funder"), colour("Merge")
    ('#0072B2', '#BFBFBF')
    """
    return COLOURS.get(label, RECORD)


def size(label: str) -> int:
    """How large a node of a class is drawn beside others; a question has 80.

    >>> size("ResearchQuestion"), size("Merge")
    (80, 30)
    """
    return _SIZES.get(label, _RECORD_SIZE)


def rgb(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of #RRGGBB, each 0 to 255.

    >>> rgb("#0072B2")
    (0, 114, 178)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def darker(colour: str) -> str:
    """A darker shade, for borders.

    >>> darker("#0072B2")
    '#004F7C'
    """
    return "#" + "".join(f"{part * 7 // 10:02X}" for part in rgb(colour))


def is_dark(colour: str) -> bool:
    """Whether white text is read more easily on it than black.

    >>> is_dark("#0072B2"), is_dark("#F0E442")
    (True, False)
    """
    red, green, blue = rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 110
