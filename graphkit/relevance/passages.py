"""A project's text in passages that an encoder reads whole.

An encoder sees the first hundred or two hundred words of what it is given. So a long
abstract is cut between sentences, and each passage is headed by the title, without which a
middle part would not say what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.relevance.sentences import sentences

RECIPE = "passages 1"
"""Names how texts are cut, for caches: to be changed with anything below."""
FULL, MOST = 90, 120
"""Words, title included, at which a passage is full, and which it never exceeds: about 120
and 160 tokens of English, under the limit of 256 at which all-MiniLM-L6-v2 cuts."""


def passages(title: str, abstract: str | None, full: int = FULL, most: int = MOST) -> list[str]:
    """The passages of a text, at least one; sentences stay whole where they are shorter.

    >>> passages("Kelp", "It grows. It is eaten. It burns.", full=6, most=6)
    ['Kelp. It grows. It is eaten.', 'Kelp. It burns.']
    >>> passages("Kelp", None)
    ['Kelp.']
    """
    title = " ".join(title.split()[:MOST_OF_TITLE])
    head = title if title.endswith((".", "?", "!")) else f"{title}."
    taken = len(title.split())
    found: list[str] = []
    held: list[str] = []
    count = taken
    for piece, size in _pieces(abstract or "", max(most - taken, 1)):
        if held and (count >= full or count + size > most):
            found.append(" ".join([head, *held]))
            held, count = [], taken
        held.append(piece)
        count += size
    if held or not found:
        found.append(" ".join([head, *held]))
    return found


MOST_OF_TITLE = 40


def _pieces(abstract: str, longest: int) -> Iterator[tuple[str, int]]:
    """Sentences and their number of words; a sentence longer than a passage is cut."""
    for sentence in sentences(abstract):
        words = sentence.text.split()
        for start in range(0, len(words), longest):
            piece = words[start : start + longest]
            yield " ".join(piece), len(piece)
