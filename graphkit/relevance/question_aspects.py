"""What an answer to a question has to cover: its aspects, as concepts that questions share.

Three readings, the surest first: lists that a question spells out ("the roles of X, Y and
Z"); names of shared aspects that stand where a noun stands; and, where these give less than
two, the noun phrases themselves. So a question of any wording has aspects, and "obstacles"
in one question is "barriers" in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from graphkit.relevance.aspects import aspect_key, listed_aspects
from graphkit.relevance.noun_phrases import noun_phrases
from graphkit.relevance.words import word_list
from graphkit.text import clean_line
from graphkit.vocabulary import Concept

MAX_ASPECTS = 8
ENOUGH = 3
"""With so many aspects of the shared list, noun phrases are not needed."""
FALLBACK = 3
"""How many noun phrases stand in at the most."""
MAX_LABEL = 60
"""Characters in the label of an aspect that is a noun phrase."""
_READ = 1_500
"""Characters of a question that are read; longer ones go on with background."""
_WORD = re.compile(r"[^\W_](?:[\w&'’-]*[^\W_])?|[^\s\w]")
_LABEL = re.compile(
    r"(?:area of research interest|research objective|ari)\s*\d*(?:\.\d+)*\s*[:–-]\s*",
    re.IGNORECASE,
)


class AspectReader:
    """Reads questions with a list of shared aspects (`Ontology.concepts("aspect")`).

    >>> from graphkit.ontology import Ontology
    >>> reader = AspectReader(Ontology.load().concepts("aspect"))
    >>> reader.read("What obstacles to uptake do SMEs meet?")
    (('barriers', 'barriers'), ('adoption', 'adoption'), ('smes', 'SMEs'))
    >>> reader.read("Kelp?")
    (('kelp', 'kelp'),)
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._labels: dict[str, str] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self.synonyms: dict[str, str] = {}
        """Folded names of shared aspects, for `aspects.aspect_key`."""
        for concept in concepts:
            self._labels[concept.key] = concept.label
            for name in (concept.label, *concept.alternatives):
                self._names.setdefault(tuple(map(singular, _words(name))), concept.key)
                self.synonyms.setdefault(" ".join(_words(name)), concept.key)
        self._longest = max(map(len, self._names), default=0)

    def read(self, question: str) -> tuple[tuple[str, str], ...]:
        """Key and label of each aspect, one to eight, in the order of the question.

        Only a text without one letter or digit has none.
        """
        text = _LABEL.sub("", clean_line(question)[:_READ])
        found: dict[str, str] = {}
        for key, label in self._surest(text):
            found.setdefault(key, label)
        if len(found) < ENOUGH:
            for key, label in self._phrases(text):
                if len(found) >= FALLBACK:
                    break
                found.setdefault(key, label)
        if not found:
            key, label = aspect_key(text[:80], self.synonyms)
            if key:
                found[key] = label
        return tuple(found.items())[:MAX_ASPECTS]

    def label(self, key: str) -> str | None:
        """The label of a shared aspect."""
        return self._labels.get(key)

    def _named(self, key: str, label: str) -> tuple[str, str]:
        return key, self._labels.get(key, label)

    def _surest(self, text: str) -> Iterator[tuple[str, str]]:
        listed = [(start, *aspect_key(word, self.synonyms)) for start, word in listed_aspects(text)]
        shared = [(start, key, self._labels[key]) for start, key in self._shared(text)]
        for _, key, label in sorted(listed + shared):
            yield self._named(key, label)

    def _shared(self, text: str) -> Iterator[tuple[int, str]]:
        """Where shared aspects are named: the longest names first, and only as nouns."""
        tokens = [(match.start(), match[0].lower()) for match in _WORD.finditer(text)]
        words = [singular(word) for _, word in tokens]
        number = 0
        while number < len(tokens):
            for length in range(min(self._longest, len(tokens) - number), 0, -1):
                key = self._names.get(tuple(words[number : number + length]))
                if key and (length > 1 or self._is_noun(tokens, number)):
                    yield from self._shared_adjectives(tokens, words, number, length)
                    yield tokens[number][0], key
                    number += length - 1
                    break
            number += 1

    def _shared_adjectives(
        self, tokens: list[tuple[int, str]], words: list[str], number: int, length: int
    ) -> Iterator[tuple[int, str]]:
        """Aspects of adjectives that share the noun of a name: "economic" in "economic and
        social impacts"."""
        noun = words[number + length - 1]
        at = number - 1
        while at > 0 and words[at] in (",", "and", "or"):
            while at > 0 and words[at] in (",", "and", "or"):
                at -= 1
            if key := self._names.get((words[at], noun)):
                yield tokens[at][0], key
            at -= 1

    def _is_noun(self, tokens: list[tuple[int, str]], number: int) -> bool:
        """Whether a word that may also be a verb stands as a noun here."""
        word = tokens[number][1]
        if word in word_list("verbs"):
            return False
        before = tokens[number - 1][1] if number else ""
        return word not in _OFTEN_VERBS or before not in _BEFORE_VERBS

    def _phrases(self, text: str) -> Iterator[tuple[str, str]]:
        for phrase in noun_phrases(text):
            words = [singular(word) for word in _words(phrase.text)]
            if any((word,) in self._names for word in words):
                continue  # read as a shared aspect already
            key, label = aspect_key(phrase.text, self.synonyms)
            if key and len(label) <= MAX_LABEL:
                yield self._named(key, label)


# Nouns that are verbs as often, and what stands before them then ("how barriers impact …").
_OFTEN_VERBS = word_list("nouns_and_verbs")
_BEFORE_VERBS = word_list("before_verbs")


def _words(name: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(name)]


@lru_cache(maxsize=1 << 16)
def singular(word: str) -> str:
    """A noun without the ending of its plural; other words may lose a letter, always the same.

    >>> [singular(word) for word in ("policies", "barriers", "losses", "access", "analysis")]
    ['policy', 'barrier', 'loss', 'access', 'analysis']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def wordings(concepts: Iterable[Concept]) -> Mapping[str, tuple[str, ...]]:
    """Aspect → the words that name it or show it in a text."""
    return {
        concept.key: (concept.label, *concept.alternatives, *concept.signs) for concept in concepts
    }
