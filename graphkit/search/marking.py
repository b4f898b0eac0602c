"""Where a text has what was sought: marks in it, and the piece of it that shows most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import tantivy

from graphkit.search.answers import Segments
from graphkit.search.wording import Stems

SNIPPET = 240
"""How many characters of a text are shown, about."""
_REACH = 30
"""How far a piece may be stretched to begin and end where words do."""
Span = tuple[int, int, int]
"""Begin and end of what was found, and the number of the clause."""


def found_in(text: str, clauses: Sequence[Stems], analyser: tantivy.TextAnalyzer) -> list[Span]:
    """Where the clauses stand in a text, in order of their beginnings."""
    if not clauses or not text:
        return []
    beginning: defaultdict[str, list[tuple[int, Stems]]] = defaultdict(list)
    for number, stems in enumerate(clauses):
        beginning[stems[0]].append((number, stems))
    tokens = analyser.pre_tokenize(text).tokens
    words = [token.text for token in tokens]
    spans = []
    for at, word in enumerate(words):
        for number, stems in beginning.get(word, ()):
            last = at + len(stems)
            if len(stems) == 1 or tuple(words[at:last]) == stems:
                spans.append((tokens[at].char_offset_from, tokens[last - 1].char_offset_to, number))
    return spans


def marked(text: str, spans: Sequence[Span]) -> Segments:
    """A text in pieces: what was found, and what stands between.

    >>> marked("a bad cat", [(2, 5, 0), (2, 9, 1)])
    (('a ', False), ('bad cat', True))
    """
    pieces: list[tuple[str, bool]] = []
    last = 0
    for begin, end, _ in sorted(spans):
        if pieces and begin <= last and pieces[-1][1]:
            if end > last:
                pieces[-1] = (pieces[-1][0] + text[last:end], True)
                last = end
            continue
        if begin > last:
            pieces.append((text[last:begin], False))
        pieces.append((text[begin:end], True))
        last = end
    if last < len(text):
        pieces.append((text[last:], False))
    return tuple(pieces)


def snippet(text: str, spans: Sequence[Span]) -> Segments:
    """The piece of a text with most of what was found, its beginning where nothing was.

    An ellipsis tells where it was cut; line ends become spaces.
    """
    begin, end = _window(text, spans)
    begin, end = _word_start(text, begin), _word_end(text, end)
    while begin < end and text[begin].isspace():
        begin += 1
    inside = [
        (one - begin, two - begin, number)
        for one, two, number in spans
        if begin <= one and two <= end
    ]
    pieces = [(piece.replace("\n", " "), mark) for piece, mark in marked(text[begin:end], inside)]
    if begin:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return tuple(pieces)


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """Begin and end of the piece with most clauses, and of those the one with most finds."""
    if len(text) <= SNIPPET:
        return 0, len(text)
    best = (0, 0, 0)
    inside: list[Span] = []
    for span in spans:
        inside = [one for one in inside if span[1] - one[0] <= SNIPPET] + [span]
        value = (len({number for _, _, number in inside}), len(inside), -inside[0][0])
        if value > best or best == (0, 0, 0):
            best, first, last = value, inside[0][0], span[1]
    if best == (0, 0, 0):
        return 0, SNIPPET
    begin = max(first - max(SNIPPET - (last - first), 0) // 3, 0)
    sentence = max(text.rfind(mark, begin, first) for mark in (". ", "? ", "\n"))
    if sentence >= 0:
        begin = sentence + 1
    end = min(max(begin + SNIPPET, last), len(text))
    return (max(end - SNIPPET, 0) if end == len(text) and sentence < 0 else begin), end


def _word_start(text: str, at: int) -> int:
    """The nearest beginning of a word, back from a place."""
    if at == 0 or text[at - 1 : at].isspace():
        return at
    for back in range(at, max(at - _REACH, 0), -1):
        if text[back - 1].isspace():
            return back
    return 0 if at <= _REACH else at


def _word_end(text: str, at: int) -> int:
    """The nearest end of a word, on from a place."""
    for on in range(at, min(at + _REACH, len(text))):
        if text[on].isspace():
            return on
    return len(text) if len(text) - at <= _REACH else at
