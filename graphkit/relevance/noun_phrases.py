"""Noun phrases of a question, found by the words that cannot be part of one.

A published question is built of few kinds of words: those that join (prepositions,
pronouns, question words), verbs, adverbs, and the nouns and adjectives that say what it
is about. The first three are closed or nearly so: `words/verbs.txt` lists the verb forms
that 3,050 published questions use. What stands between them is a noun phrase.
"""

from __future__ import annotations

import re
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
    start = 0
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if _ends_phrase(word):
            _close(found, start, words)
            words = []
            continue
        if not words:
            start = match.start()
        words.append(word)
    _close(found, start, words)
    return found


def _ends_phrase(word: str) -> bool:
    if not word[0].isalnum():
        return True
    low = word.lower().replace("’", "'")
    if low in word_list(_JOINING) or low in word_list(_VERBS):
        return True
    if low.endswith("ly") and len(low) > 4 and low not in ("supply", "family", "assembly", "early"):
        return True
    return low.isdigit()


def _close(found: list[Phrase], start: int, words: list[str]) -> None:
    """Add a phrase, without plain adjectives before it and without what cannot end it."""
    while words and words[0].lower() in word_list(_PLAIN):
        start += len(words[0]) + 1
        words = words[1:]
    while words and words[-1].lower() in word_list(_PLAIN):
        words = words[:-1]
    if words and any(any(c.isalpha() for c in word) and len(word) > 1 for word in words):
        found.append(Phrase(start, tuple(words[-MAX_WORDS:])))
