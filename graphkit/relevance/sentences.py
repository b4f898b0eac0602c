"""Sentences of a text, each with its place in it.

Evidence is quoted by the sentence, so a sentence here is what a reader would quote: an
item of a list counts as one, and "e.g. water" or "Dr. Jones" does not end one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_LENGTH = 600
"""Longer sentences (lists without stops, tables pasted as text) are cut at a space."""

_BREAK = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|\n+|;\s*(?=\n)|(?<=\s)[•○▪‣·](?=\s)")
# What stands before a full stop that ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:e\.g|i\.e|cf|vs|viz|et al|etc|ca|approx|no|nos|fig|figs|eq|ref|refs|vol"
    r"|pp?|ed|eds|dr|prof|mr|mrs|ms|st|dept|univ|inc|ltd|spp?|[a-z]|[a-z]\.[a-z])$",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\s*[\"'“‘(\[]*(?:[^\W\d_a-z]|\d|[-*•])")
_WORD = re.compile(r"\w")


class Sentence(NamedTuple):
    """A sentence and where it starts in its text, in characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends: `text[start:end]` of the whole text is the sentence."""
        return self.start + len(self.text)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, verbatim and in order, without the space around them.

    What holds no letter or digit is no sentence.

    >>> [s.text for s in sentences("Fuels, e.g. wood, burn. Do they? We ask Dr. No.")]
    ['Fuels, e.g. wood, burn.', 'Do they?', 'We ask Dr. No.']
    >>> sentences("A one.\\n- B two")[1]
    Sentence(start=7, text='- B two')
    """
    return [piece for start, end in _spans(text) for piece in _pieces(text, start, end)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        if text[match.start()] not in "\n•○▪‣·" and not _ends(text, start, match):
            continue
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a full stop, a question mark or the like ends a sentence."""
    if match[0].startswith(".") and not match[0].startswith(".."):
        before = text[max(start, match.start() - 12) : match.start()]
        abbreviation = _ABBREVIATED.search(before)
        # "etc." and a single letter end a sentence where a capital follows ("vitamin C. We …").
        if abbreviation:
            word = abbreviation[0].strip(" ([\"'“‘\n").lower()
            return word == "etc" and bool(_OPENS.match(text, match.end()))
    return bool(_OPENS.match(text, match.end()))


def _pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    """A span without its outer space, in pieces of `MAX_LENGTH` at the most."""
    while start < end:
        stop = end
        if end - start > MAX_LENGTH:
            space = text.rfind(" ", start + MAX_LENGTH // 2, start + MAX_LENGTH)
            stop = space if space > 0 else start + MAX_LENGTH
        piece = text[start:stop]
        inner = piece.strip()
        if inner and _WORD.search(inner):
            yield Sentence(start + len(piece) - len(piece.lstrip()), inner)
        start = stop
