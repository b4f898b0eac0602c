"""Noun phrases of a question, found by the words that cannot be part of one.

A published question is built of few kinds of words: those that join (prepositions,
pronouns, question words), verbs, adverbs, and the nouns and adjectives that say what it
is about. The first three are closed or nearly so: `words/verbs.txt` lists the verb forms
that 3,050 published questions use. What stands between them is a noun phrase.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from graphkit.relevance.words import word_list

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ0-9](?:[\w&'’/+.-]*[\wÀ-ÿ+])?|[^\s\w]")

# Words that end a phrase: they join phrases, stand for them, or frame a question.
_JOINING = "joining"
# Adjectives that say nothing of what a phrase is about; they are taken off its front.
_PLAIN = "plain"
_VERBS = "verbs"


class Phrase(NamedTuple):
    """A noun phrase: where it starts in its text, and its words as written."""

    start: int
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The phrase as one string, spaces between words."""
        return " ".join(self.words)


MAX_WORDS = 5


def noun_phrases(text: str) -> list[Phrase]:
    """The noun phrases of a text, in order, each of one to five words.

    >>> [p.text for p in noun_phrases("How can drones improve the safety of offshore workers?")]
    ['drones', 'safety', 'offshore workers']
    """
    found: list[Phrase] = []
    held: list[tuple[int, str]] = []
    for match in _TOKEN.finditer(text):
        if ends_phrase(match[0]):
            _close(found, held)
            held = []
        else:
            held.append((match.start(), match[0]))
    _close(found, held)
    return found


@lru_cache(maxsize=1 << 16)
def ends_phrase(word: str) -> bool:
    """Whether a word or sign cannot be part of a noun phrase.

    >>> [ends_phrase(word) for word in ("of", "improves", "quickly", "supply", "?")]
    [True, True, True, False, True]
    """
    if not word[0].isalnum():
        return True
    low = word.lower().replace("’", "'")
    if "/" in low:
        return all(part and ends_phrase(part) for part in low.split("/"))
    if low in word_list(_JOINING) or low in word_list(_VERBS):
        return True
    if _ENDING.fullmatch(low) and low not in word_list("verb_like_nouns"):
        return True
    return low.replace("-", "").isdigit()


# Endings by which adverbs and verbs are made of other words; few nouns have them.
_ENDING = re.compile(r"[a-z]{3,}(?:ly|is(?:e|es|ing)|iz(?:e|es|ing)|if(?:y|ies|ying))")


def _close(found: list[Phrase], held: list[tuple[int, str]]) -> None:
    """Add a phrase, without plain adjectives before it and without what cannot end it."""
    plain = word_list(_PLAIN)
    while held and held[0][1].lower().replace("’", "'") in plain:
        held = held[1:]
    while held and held[-1][1].lower() in plain:
        held = held[:-1]
    held = held[-MAX_WORDS:]
    words = tuple(word for _, word in held)
    if any(len(word) > 1 and any(c.isalpha() for c in word) for word in words):
        found.append(Phrase(held[0][0], words))
