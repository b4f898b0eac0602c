"""Which aspects of a question a project's text speaks to, and in which sentence.

An aspect is covered by a sentence that holds one of its wordings: its name, another name, or
a word that shows it (`skos:hiddenLabel` in ontology/schemes.ttl). Words are compared by their
stems, so "evaluating" shows "evaluation".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphkit.relevance.sentences import Sentence, sentences
from graphkit.relevance.stemming import stem
from graphkit.vocabulary import Concept

_WORD = re.compile(r"r&d|[^\W_]+", re.IGNORECASE)
NAMED, SHOWN = 1.0, 0.8
"""Scores of a sentence that names an aspect, and of one that shows it in other words."""


@lru_cache(maxsize=1 << 16)
def stems(text: str) -> tuple[str, ...]:
    """The stems of all words of a text, in order."""
    return tuple(stem(word.lower()) for word in _WORD.findall(text))


@dataclass(frozen=True)
class Found:
    """A sentence that shows an aspect. `field` is title or abstract."""

    field: str
    sentence: Sentence
    score: float


class Wordings:
    """The wordings of aspects, ready to be looked up by their first stem.

    >>> from graphkit.ontology import Ontology
    >>> wordings = Wordings(Ontology.load().concepts("aspect"))
    >>> found = wordings.in_text({"costs": "costs"}, "Kelp", "We grow it. It is too expensive.")
    >>> found["costs"].sentence.text
    'It is too expensive.'
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._of: dict[str, dict[tuple[str, ...], float]] = {}
        for concept in concepts:
            table = self._of[concept.key] = {}
            for name in (concept.label, *concept.alternatives):
                table[stems(name)] = NAMED
            for sign in concept.signs:
                table.setdefault(stems(sign), SHOWN)

    def of(self, key: str, label: str) -> Mapping[tuple[str, ...], float]:
        """Wordings of an aspect as stems; its label alone for one that no list holds."""
        return self._of.get(key) or {stems(label): NAMED}

    def in_text(
        self, aspects: Mapping[str, str], title: str, abstract: str | None
    ) -> dict[str, Found]:
        """The best sentence for each aspect (key → label) that the text covers.

        The best has the highest score; among equals the first in the abstract, for a title
        names without telling.
        """
        lookup: defaultdict[str, list[tuple[tuple[str, ...], str, float]]] = defaultdict(list)
        for key, label in aspects.items():
            for wording, score in self.of(key, label).items():
                if wording:
                    lookup[wording[0]].append((wording, key, score))
        found: dict[str, Found] = {}
        for field, sentence in _texts(title, abstract):
            for key, score in _matches(stems(sentence.text), lookup):
                if key not in found or score > found[key].score:
                    found[key] = Found(field, sentence, score)
        return found


def _texts(title: str, abstract: str | None) -> Iterable[tuple[str, Sentence]]:
    for sentence in sentences(abstract or ""):
        yield "abstract", sentence
    for sentence in sentences(title):
        yield "title", sentence


def _matches(
    words: Sequence[str], lookup: Mapping[str, list[tuple[tuple[str, ...], str, float]]]
) -> Iterable[tuple[str, float]]:
    for number, word in enumerate(words):
        for wording, key, score in lookup.get(word, ()):
            if tuple(words[number : number + len(wording)]) == wording:
                yield key, score
