"""The words in which changes are told, before a format dresses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graphkit.changes.records import (
    ADDED,
    DRIFT,
    GAINED,
    GONE,
    LINKS,
    LOST,
    MOVED,
    RETURNED,
    SIMILAR,
    SUCCEEDED,
    WITHDRAWN,
    Change,
    FieldChange,
)
from graphkit.changes.wording import Piece, compare, excerpt
from graphkit.property_graph.elements import Value

_SIGNS = {
    ADDED: "+", GAINED: "+", RETURNED: "+", GONE: "-", LOST: "-", WITHDRAWN: "-",
}  # fmt: skip
_OTHER_SIGN = "~"
_HEADINGS = {
    GONE: "no longer in the sources",
    MOVED: "whose questions another asks now",
    DRIFT: "whose unknown fields are others than before",
}
_COMPARED = 3
"""Texts of this many words before and after are compared word by word."""


class Told(NamedTuple):
    """One line on a field: its name, and what it held and holds in pieces."""

    label: str
    pieces: list[Piece]


def sign(change: Change) -> str:
    """`+` for what came, `-` for what went, `~` for what is otherwise."""
    return _SIGNS.get(change.what, _OTHER_SIGN)


def heading(section: str, what: str, count: int) -> str:
    """A group's heading.

    >>> heading("questions", "gone", 1204)
    'Questions no longer in the sources (1,204)'
    """
    return f"{section.capitalize()} {_HEADINGS.get(what, what)} ({count:,})"


def title(change: Change) -> str:
    """What a change is about, in a line; a question by its wording."""
    name = plain(change.name)
    if change.section == LINKS:
        return f"{plain(change.other_name)} → {name}"
    if change.section == SIMILAR:
        return f"{name} ↔ {plain(change.other_name)}"
    if change.what in (SUCCEEDED, MOVED):
        return f"{name} → {plain(change.other_name)}"
    return name


def field_lines(change: Change) -> Iterator[Told]:
    """What its fields held and hold."""
    if change.origin:
        yield Told("on whose word", [Piece("kept", change.origin)])
    for one in change.fields:
        yield Told(one.field.replace("_", " "), _pieces(one))


def _pieces(change: FieldChange) -> list[Piece]:
    old, new = change.old, change.new
    if isinstance(old, list) or isinstance(new, list):
        return _lists(_listed(old), _listed(new))
    before, after = shown(old), shown(new)
    if old is None:
        return [Piece("kept", after)]
    if new is None:
        return [Piece("removed", before)]
    if not change.names and min(len(before.split()), len(after.split())) >= _COMPARED:
        return excerpt(compare(before, after))
    return [Piece("removed", before), Piece("added", f" {after}")]


def _lists(old: list[str], new: list[str]) -> list[Piece]:
    """What left a list and what came; what stayed is left out."""
    pieces = [Piece("removed", f" {one}") for one in old if one not in new]
    return pieces + [Piece("added", f" {one}") for one in new if one not in old]


def _listed(value: Value | None) -> list[str]:
    if value is None:
        return []
    return [shown(one) for one in value] if isinstance(value, list) else [shown(value)]


def shown(value: Value | None) -> str:
    """A value as people read it.

    >>> shown(177634.0), shown(True), shown(None)
    ('177,634', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "; ".join(shown(one) for one in value)
    return value


def plain(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def as_text(told: Told) -> str:
    """A line as plain text, with marks as `git diff --word-diff` has them.

    >>> as_text(Told("text", compare("What drives growth?", "What slows growth?")))
    'text: What [-drives-] {+slows+} growth?'
    """
    return f"{told.label}: {plain(''.join(_marked(piece) for piece in told.pieces))}"


def _marked(piece: Piece) -> str:
    text = piece.text
    space = text[: len(text) - len(text.lstrip())]
    if piece.kind == "removed":
        return f"{space}[-{text.lstrip()}-]"
    if piece.kind == "added":
        return f"{space}{{+{text.lstrip()}+}}"
    return text
