"""Letters: which the font has, and how wide words are before they are drawn.

Everything in a picture is set in DejaVu Sans, which comes with matplotlib, so that no picture
depends on the fonts of a machine. Widths are those of the font's own table, in points.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "DejaVu Sans"
MISSING = "\u25a1"
"""Stands for signs that the font lacks: an empty box."""
MORE = "…"


@cache
def _advances(bold: bool) -> dict[int, float]:
    """Width of each sign of the font, in parts of its size."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    with TTFont(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, lazy=True) as font:
        size = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return {code: widths[glyph][0] / size for code, glyph in font.getBestCmap().items()}


@cache
def _known(sign: str) -> bool:
    return ord(sign) in _advances(False) and ord(sign) in _advances(True)


def plain(text: str) -> str:
    r"""Text on one line that can be drawn: signs that the font lacks are boxes, marks are gone.

    >>> plain("a\nb\u202ec\U0001f680\U0001f680d")
    'a bc□d'
    """
    kept: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        if sign.isspace() or kind == "Cc":
            kept.append(" ")
        elif kind == "Cf" or "\ufe00" <= sign <= "\ufe0f":
            continue
        elif _known(sign):
            kept.append(sign)
        elif kept[-1:] != [MISSING] and kind not in ("Mn", "Me"):
            kept.append(MISSING)
    return " ".join("".join(kept).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of plain text in points.

    >>> width("mm", 10) == 2 * width("m", 10)
    True
    """
    advances = _advances(bold)
    widest = 1.0
    return size * sum(advances.get(ord(sign), widest) for sign in text)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Plain text cut, if it must be, to a width in points, with an ellipsis where it was cut.

    >>> shortened("University of Cambridge", 8, 60), shortened("UCL", 8, 60)
    ('University of…', 'UCL')
    """
    text = plain(text)
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + MORE, size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    whole, _, part = kept.rpartition(" ")
    if whole and low < len(text) and text[low] != " " and len(part) < len(whole):
        kept = whole
    return kept.rstrip(" ,;:.-–(") + MORE


def wrapped(
    text: str, size: float, room: float, lines: int = 100, *, bold: bool = False
) -> list[str]:
    """Plain text in lines of at most a width in points; what is too long for `lines` is cut.

    >>> wrapped("Yorkshire and The Humber", 8, 60, 2)
    ['Yorkshire and', 'The Humber']
    """
    words = plain(text).split(" ")
    found: list[str] = []
    line = ""
    for at, word in enumerate(words):
        tried = f"{line} {word}" if line else word
        if not line or width(tried, size, bold=bold) <= room:
            line = tried
            continue
        if len(found) + 1 == lines:
            line = " ".join([line, *words[at:]])
            break
        found.append(shortened(line, size, room, bold=bold))
        line = word
    return [*found, shortened(line, size, room, bold=bold)]
