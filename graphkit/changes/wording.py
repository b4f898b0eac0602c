"""A text before and after, word by word."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 1_500
"""Longer texts are not compared by words: it takes time with the square of their length."""
CONTEXT = 8
"""Words told before and after a change, where a text is long."""
_LONG = 60


class Piece(NamedTuple):
    """A run of words: `kept`, `removed`, `added`, or `cut` where unchanged words are left out."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces that make `old` into `new`; they hold the words of both.

    Each but the first begins with a space.

    >>> compare("What drives growth?", "What slows growth?")
    [Piece(kind='kept', text='What'), Piece(kind='removed', text=' drives'), \
Piece(kind='added', text=' slows'), Piece(kind='kept', text=' growth?')]
    """
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > MOST_WORDS:
        return [Piece("removed", " ".join(before)), Piece("added", f" {' '.join(after)}")]
    pieces: list[Piece] = []

    def put(kind: str, words: list[str]) -> None:
        if words:
            space = " " if pieces else ""
            pieces.append(Piece(kind, space + " ".join(words)))

    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            put("kept", after[c:d])
        else:
            put("removed", before[a:b])
            put("added", after[c:d])
    return pieces


def excerpt(pieces: list[Piece]) -> list[Piece]:
    """The same with long unchanged runs cut down to some words around each change."""
    if sum(len(piece.text.split()) for piece in pieces) <= _LONG:
        return pieces
    shown: list[Piece] = []
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        words = piece.text.split()
        head = CONTEXT if place > 0 else 0
        tail = CONTEXT if place < last else 0
        if piece.kind != "kept" or len(words) <= head + tail + 1:
            shown.append(piece)
            continue
        if head:
            shown.append(Piece("kept", f" {' '.join(words[:head])}"))
        shown.append(Piece("cut", " …" if shown else "…"))
        if tail:
            shown.append(Piece("kept", f" {' '.join(words[-tail:])}"))
    return shown
