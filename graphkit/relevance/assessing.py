"""From a project that was found for a question to a statement of how far it speaks to it.

The score is the share of pairs like this one that readers found to be about the question's
topic (a logistic regression on judged pairs, docs/relevance.md). A pair below `PASS` is not
linked.
What is said of aspects rests on sentences of the project's own text, quoted word for word;
an aspect without one is missing from the text held, which is no proof that the project
leaves it out. Nothing is ever said of anybody's expertise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

from graphkit.model import Assessment, Evidence
from graphkit.relevance.coverage import Found, Wordings, told
from graphkit.relevance.retrieval import Candidate, ProjectIndex
from graphkit.relevance.sentences import Sentence

PASS = 0.6
"""The score below which a pair is not linked."""
DIRECT = 0.9
"""The score from which a project that covers every aspect speaks to the very matter: of such
pairs readers said so four times in five."""


@dataclass(frozen=True)
class Weights:
    """Of the logistic regression: the constant, and those of a cosine and a share."""

    constant: float
    dense: float
    lexical: float


# Fitted by scripts/bench/tune_relevance on the tuning half of the judged pairs.
WITH_MODEL = Weights(constant=-5.67, dense=10.20, lexical=1.78)
WORDS_ALONE = Weights(constant=-0.37, dense=0.0, lexical=1.12)


@dataclass(frozen=True)
class Text:
    """What a pair is judged by. `field` names the text in `abstract`."""

    key: str
    title: str
    abstract: str | None
    field: str = "abstract"
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """A question: its aspects as key and label, the keys of places that it names."""

    key: str
    text: str
    aspects: Mapping[str, str]
    places: frozenset[str] = frozenset()


def score(candidate: Candidate) -> float:
    """How likely a reader is to find the project about the question's topic, from 0 to 1.

    >>> score(Candidate(project=0, rank=1, order=0.8, dense=0.6, lexical=0.8))
    0.8...
    """
    weights = WORDS_ALONE if candidate.dense is None else WITH_MODEL
    logit = (
        weights.constant
        + weights.dense * (candidate.dense or 0.0)
        + weights.lexical * candidate.lexical
    )
    return 1 / (1 + exp(-logit))


class Assessor:
    """Assesses pairs. `names` gives places their names, for the sentence."""

    def __init__(
        self, wordings: Wordings, index: ProjectIndex, names: Mapping[str, str] | None = None
    ) -> None:
        self._wordings = wordings
        self._index = index
        self._names = names or {}
        self._asked = ""
        self._words: Mapping[str, float] = {}

    def assess(self, asked: Asked, text: Text, candidate: Candidate) -> Assessment:
        """The assessment of a pair; its degree is "none" where the pair does not pass."""
        chance = score(candidate)
        if chance < PASS:
            return Assessment(
                question=asked.key,
                project=text.key,
                degree="none",
                origin="computed",
                score=chance,
                misses=tuple(asked.aspects),
            )
        found = self._wordings.in_text(asked.aspects, asked.text, text.title, text.abstract)
        covers = tuple(key for key in asked.aspects if key in found)
        misses = tuple(key for key in asked.aspects if key not in found)
        topic = self._topic(asked, text)
        places = tuple(sorted(asked.places & text.places))
        return Assessment(
            question=asked.key,
            project=text.key,
            degree=degree(chance, len(covers), len(misses)),
            origin="computed",
            score=chance,
            covers=covers,
            misses=misses,
            explanation=self._explanation(asked, covers, misses, places),
            evidence=tuple(_evidence(found, topic, text.field)),
            places=places,
        )

    def _topic(self, asked: Asked, text: Text) -> Found:
        """The sentence that shares most with the question."""
        worth = self._worth(asked.text)
        best: tuple[float, Found] | None = None
        for one in told(text.title, text.abstract):
            value = sum(worth[term] for term in sorted(worth.keys() & one.terms))
            # Long sentences hold more words without saying more.
            order = value / (1 + len(one.stems) / 60)
            if best is None or order > best[0]:
                field = one.field if one.field == "title" else text.field
                best = (order, Found(field, one.sentence, min(value, 1.0)))
        if best is None:  # a title of signs alone
            return Found("title", Sentence(0, text.title), 0.0)
        return best[1]

    def _worth(self, question: str) -> Mapping[str, float]:
        """What each word of a question is worth in a sentence: one for all together."""
        if question != self._asked:
            query = self._index.weights.query(question)
            worth = {term: w * self._index.lexical.rarity(term) for term, w in query.items()}
            whole = sum(worth.values()) or 1.0
            self._asked = question
            self._words = {term: value / whole for term, value in worth.items()}
        return self._words

    def _explanation(
        self,
        asked: Asked,
        covers: tuple[str, ...],
        misses: tuple[str, ...],
        places: tuple[str, ...],
    ) -> str:
        parts = []
        if covers:
            parts.append(f"The text held mentions {_listed(asked.aspects[key] for key in covers)}")
        else:
            parts.append("The text held is near the question's topic")
        if misses:
            parts.append(
                f"no mention of {_listed(asked.aspects[key] for key in misses)} was found in it"
            )
        if places:
            names = _listed(self._names.get(key, key) for key in places)
            parts.append(f"the project is led in, or concerns, {names}, which the question names")
        return f"{'; '.join(parts)}."


def degree(chance: float, covered: int, missed: int) -> str:
    """The degree of a pair that passes, from its score and how many aspects are covered."""
    if not covered:
        return "indirect"
    return "direct" if chance >= DIRECT and not missed else "partial"


def _evidence(found: Mapping[str, Found], topic: Found, field: str) -> Iterable[Evidence]:
    """One piece of evidence a sentence: that of the topic first, then by place in the text."""
    aspects: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    sentence_of: dict[tuple[str, int], Found] = {}
    for key, one in found.items():
        where = ("title" if one.field == "title" else field, one.sentence.start)
        aspects[where].append(key)
        if where not in sentence_of or one.score > sentence_of[where].score:
            sentence_of[where] = one
    shown = (topic.field, topic.sentence.start)
    if shown not in sentence_of:
        yield Evidence(
            field=topic.field,
            start=topic.sentence.start,
            quote=topic.sentence.text,
            score=topic.score,
        )
    for where in sorted(sentence_of):
        one = sentence_of[where]
        yield Evidence(
            field=where[0],
            start=one.sentence.start,
            quote=one.sentence.text,
            score=one.score,
            aspects=tuple(aspects[where]),
        )


def _listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them.

    >>> _listed(["costs", "risks", "skills"])
    'costs, risks and skills'
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
