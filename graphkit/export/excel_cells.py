"""The cells of an Excel workbook: values as SpreadsheetML writes them.

A text is never more than a text: nothing of it can be run, and what XML has no way to say
is written as Excel does, as `_xHHHH_`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, LARGEST_EXACT, MANY
from graphkit.export.tables import text_of
from graphkit.property_graph.values import DATE, DATETIME, POINT

MOST_CHARACTERS = 32_767
"""In a cell, counted as UTF-16 does."""
HEADER, DAY, MOMENT, LITERAL = 1, 2, 3, 4
"""Styles, by their places in the styles of a workbook."""
_SHORT = 300
_PLAIN_START = date(1900, 3, 1)
"""Before it, the calendar of Excel has a day too many."""
_EPOCH = date(1899, 12, 30)
_LIKE_FORMULA = tuple("=+-@\t\r'")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def cell_of(kind: str) -> Callable[[str, Any], str | None]:
    """What makes a cell of a value of a kind; it gives None for a text that is too long."""
    if kind == BOOLEAN:
        return lambda place, value: f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if kind in (INTEGER, FLOAT):
        return _number
    if kind == DATE:
        return _day
    if kind == DATETIME:
        return _moment
    if kind.endswith(MANY) or kind == POINT:
        return lambda place, value: _text(place, text_of(value, kind))
    return _text


def _text(place: str, text: str) -> str | None:
    if len(text) > MOST_CHARACTERS // 2 and units(text) > MOST_CHARACTERS:
        return None
    after = _known if len(text) < _SHORT else _after_place
    return f'<c r="{place}"{after(text, LITERAL if text.startswith(_LIKE_FORMULA) else 0)}'


def cell_of_text(place: str, text: str, style: int = 0) -> str:
    """A cell that holds a text, and nothing that could be run.

    >>> cell_of_text("A1", "=1 & <b>", LITERAL)
    '<c r="A1" s="4" t="inlineStr"><is><t xml:space="preserve">=1 &amp; &lt;b&gt;</t></is></c>'
    """
    return f'<c r="{place}"{_after_place(text, style)}'


def _after_place(text: str, style: int) -> str:
    styled = f' s="{style}"' if style else ""
    inside = escape(writable(text))
    return f'{styled} t="inlineStr"><is><t xml:space="preserve">{inside}</t></is></c>'


_known = lru_cache(1 << 16)(_after_place)
"""Names of ends and of sources come again and again."""


def _number(place: str, value: Any) -> str | None:
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) > LARGEST_EXACT):
        return cell_of_text(place, repr(value))
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _day(place: str, text: str) -> str | None:
    day = date.fromisoformat(text)
    if day < _PLAIN_START:
        return cell_of_text(place, text)
    return f'<c r="{place}" s="{DAY}"><v>{(day - _EPOCH).days}</v></c>'


def _moment(place: str, text: str) -> str | None:
    moment = datetime.fromisoformat(text)
    if moment.date() < _PLAIN_START:
        return cell_of_text(place, text)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    days = (moment.date() - _EPOCH).days + seconds / 86_400
    return f'<c r="{place}" s="{MOMENT}"><v>{days!r}</v></c>'


def writable(text: str) -> str:
    r"""A text with what XML cannot hold as Excel writes it: `_xHHHH_`.

    >>> print(writable("a\x01b"), writable("_x0041_"))
    a_x0001_b _x005F_x0041_
    """
    if text.isprintable() and "_x" not in text:
        return text
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) + sum(one > "\uffff" for one in text)


def parts_of(text: str) -> Iterator[str]:
    """A text in pieces that a cell holds.

    >>> [len(part) for part in parts_of("x" * 40_000)]
    [32767, 7233]
    """
    while units(text) > MOST_CHARACTERS:
        end = MOST_CHARACTERS
        while (excess := units(text[:end]) - MOST_CHARACTERS) > 0:
            end -= (excess + 1) // 2
        yield text[:end]
        text = text[end:]
    yield text


def letters_of(number: int) -> str:
    """The letters of a column, counted from 0.

    >>> letters_of(0), letters_of(25), letters_of(26), letters_of(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
