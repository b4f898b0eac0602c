"""Which aspects of a question a project's text speaks to, and in which sentence.

A sentence covers an aspect of the shared list if it holds one of its wordings (its name,
another name, or a word that shows it, `skos:hiddenLabel` in ontology/schemes.ttl) and beside
it a word of the question: "costs" alone may be the costs of anything. An aspect that is a
phrase of one question is covered by a sentence that holds most of its words. Words are
compared by their stems, so "evaluating" shows "evaluation". How often this is right was
measured on judged pairs (docs/relevance.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from graphkit.relevance.lexical import stop_stems, terms
from graphkit.relevance.sentences import Sentence, sentences
from graphkit.relevance.stemming import stems
from graphkit.relevance.words import word_list
from graphkit.vocabulary import Concept

NAMED, SHOWN = 1.0, 0.8
"""Scores of a sentence that names an aspect, and of one that shows it in other words."""
MOST = 0.66
"""The share of a phrase's words that a sentence must hold to cover it."""

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a project with its words, worked out once for all questions."""

    field: str
    sentence: Sentence
    stems: Stems
    words: frozenset[str]
    terms: frozenset[str]


@lru_cache(maxsize=20_000)
def told(title: str, abstract: str | None) -> tuple[Told, ...]:
    """The sentences of an abstract, then those of the title."""
    found = []
    for field, text in (("abstract", abstract or ""), ("title", title)):
        for sentence in sentences(text):
            words = tuple(stems(sentence.text))
            distinct = frozenset(words)
            found.append(Told(field, sentence, words, distinct, distinct - stop_stems()))
    return tuple(found)


@dataclass(frozen=True)
class Found:
    """A sentence that shows something. `field` is title or abstract, `score` from 0 to 1."""

    field: str
    sentence: Sentence
    score: float


class Covered(NamedTuple):
    """What a text says on a question.

    `aspects` maps those that it covers to the best sentence. `sharing` holds the words of the
    question that stand in its sentences, in the order of the text: of sentences that hold the
    same words the shortest, and of those that hold none the first.
    """

    aspects: dict[str, Found]
    sharing: dict[frozenset[str], Told]


class Wordings:
    """The wordings of shared aspects.

    >>> from graphkit.ontology import Ontology
    >>> wordings = Wordings(Ontology.load().concepts("aspect"))
    >>> text = "We grow it. Kelp is too expensive. Ships are expensive."
    >>> found = wordings.in_text({"costs": "costs"}, "What does kelp cost?", "On algae", text)
    >>> found.aspects["costs"].sentence.text
    'Kelp is too expensive.'
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._of: dict[str, dict[Stems, float]] = {}
        for concept in concepts:
            table = self._of[concept.key] = {}
            for name in (concept.label, *concept.alternatives):
                table[tuple(stems(name))] = NAMED
            for sign in concept.signs:
                table.setdefault(tuple(stems(sign)), SHOWN)

    def in_text(
        self, aspects: Mapping[str, str], question: str, title: str, abstract: str | None
    ) -> Covered:
        """What a title and an abstract say on a question with these aspects (key → label).

        The best sentence for an aspect has the highest score, then the most words of the
        question; among equals the first of the abstract, for a title names without telling.
        """
        asked = frozenset(terms(question))
        looked_up: defaultdict[str, list[tuple[Stems, str, float]]] = defaultdict(list)
        phrases: list[tuple[str, frozenset[str]]] = []
        own: dict[str, frozenset[str]] = {}
        for key, label in aspects.items():
            wordings = self._of.get(key)
            if wordings is None:
                if content := _content(label):
                    phrases.append((key, content))
                continue
            own[key] = frozenset(one for wording in wordings for one in wording)
            for wording, score in wordings.items():
                if wording:
                    looked_up[wording[0]].append((wording, key, score))
        found: dict[str, Found] = {}
        best: dict[str, tuple[float, int]] = {}
        sharing: dict[frozenset[str], Told] = {}
        for one in told(title, abstract):
            shared = asked & one.terms
            known = sharing.get(shared)
            if known is None or (shared and len(one.stems) < len(known.stems)):
                sharing.pop(shared, None)  # so that the new one stands where it does in the text
                sharing[shared] = one
            if not shared:
                continue
            for key, score in _named(one, looked_up, own, shared):
                order = (score, len(shared))
                if key not in best or order > best[key]:
                    best[key] = order
                    found[key] = Found(one.field, one.sentence, score)
            for key, wanted in phrases:
                score = len(wanted & one.terms) / len(wanted)
                if score >= MOST and (key not in best or (score, len(shared)) > best[key]):
                    best[key] = (score, len(shared))
                    found[key] = Found(one.field, one.sentence, score)
        return Covered(found, sharing)


def _named(
    one: Told,
    looked_up: Mapping[str, Sequence[tuple[Stems, str, float]]],
    own: Mapping[str, Set[str]],
    shared: Set[str],
) -> Iterator[tuple[str, float]]:
    """Shared aspects in a sentence that also holds a word of the question that is not theirs."""
    words = one.stems
    for first in looked_up.keys() & one.words:
        for wording, key, score in looked_up[first]:
            if (len(wording) == 1 or _holds(words, wording)) and shared - own[key]:
                yield key, score


def _holds(words: Stems, wording: Stems) -> bool:
    """Whether words stand in a sentence one right after another."""
    length = len(wording)
    return any(words[at : at + length] == wording for at in range(len(words) - length + 1))


def _content(label: str) -> frozenset[str]:
    """The stems of a phrase's words, but for adjectives that say nothing ("new", "key")."""
    plain = word_list("plain")
    return frozenset(terms(" ".join(w for w in label.split() if w.lower() not in plain)))
