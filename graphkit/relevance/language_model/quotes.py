"""Whether a text holds what a model quotes from it, and where.

A model repeats line breaks as spaces and the like; apart from white space, every character
must be as it stands. What is stored is the text's own wording, never the model's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

MIN_WORDS = 3
"""Fewer words show nothing ("the", "research"), unless they are the whole text."""
MAX_LENGTH = 1_000
"""Characters. A longer quote points at nothing: it is no sentence but the text."""


class Quote(NamedTuple):
    """A piece of a field: `text[start : start + len(text)]` of it."""

    field: str
    start: int
    text: str


def find_verbatim(quote: str, text: str) -> tuple[int, str] | None:
    """Where a text holds a quote, and its own wording of it; None where it does not.

    An exact match comes first. Else a run of white space matches any other run; white space
    never matches none. Space around the quote does not count.

    >>> find_verbatim("low pay", "Why low\\n  pay persists")
    (4, 'low\\n  pay')
    >>> find_verbatim("lowpay", "Why low pay persists") is None
    True
    """
    words = quote.split()
    if not words:
        return None
    quote = quote.strip()
    start = text.find(quote)
    if start >= 0:
        return start, quote
    if len(words) == 1:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), text)
    return (match.start(), match[0]) if match else None


def find_quote(quote: object, fields: Iterable[tuple[str, str]]) -> Quote | None:
    """A model's quote in the first of the fields (name and text) that holds it.

    None where it is invented, no text, too short to show anything or too long.

    >>> fields = (("title", "Housing"), ("abstract", "We study pay in the north."))
    >>> find_quote("pay in the north", fields)
    Quote(field='abstract', start=9, text='pay in the north')
    >>> find_quote("Housing", fields)
    Quote(field='title', start=0, text='Housing')
    >>> find_quote("pay in", fields) is None
    True
    """
    if not isinstance(quote, str) or len(quote) > 2 * MAX_LENGTH:
        return None
    for field, text in fields:
        found = find_verbatim(quote, text)
        if found is None:
            continue
        start, wording = found
        whole = wording == text.strip()
        if len(wording) <= MAX_LENGTH and (whole or len(wording.split()) >= MIN_WORDS):
            return Quote(field, start, wording)
    return None
