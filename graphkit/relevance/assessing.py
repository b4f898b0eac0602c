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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import msgspec

from graphkit.model import Assessment, Evidence
from graphkit.relevance.coverage import Found, Wordings
from graphkit.relevance.lexical import terms
from graphkit.relevance.retrieval import Candidate, ProjectIndex
from graphkit.relevance.sentences import Sentence

PASS = 0.6
"""The score below which a pair is not linked."""
DIRECT = 0.9
"""The score from which a project that covers every aspect speaks to the very matter: of such
pairs readers said so four times in five."""


PLACES = 3
"""Decimal places of a score. A fourth would change in most pairs with any project that comes or
goes, since how rare each word is does (decisions/0031), and says nothing of a pair."""


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


class Shown(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A sentence that shows aspects: where it stands, and how well it shows the best of them."""

    field: str
    start: int
    length: int
    score: float
    aspects: tuple[str, ...]


class Telling(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A sentence that may tell why a project was found for a question.

    `stems` counts its words; `shared` are the numbers of the question's words that it holds,
    where the distinct words of the question are counted by the alphabet.
    """

    field: str
    start: int
    length: int
    stems: int
    shared: tuple[int, ...]


class Reading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a project's text says on a question, whatever else there is in the graph."""

    shown: tuple[Shown, ...]
    telling: tuple[Telling, ...]


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


def passes(chance: float) -> bool:
    """Whether a pair of this score is linked."""
    return chance >= PASS


class Assessor:
    """Assesses pairs. `names` gives places their names, for the sentence."""

    def __init__(
        self, wordings: Wordings, index: ProjectIndex, names: Mapping[str, str] | None = None
    ) -> None:
        self._wordings = wordings
        self._index = index
        self._names = names or {}
        self._asked = ""
        self._words: Sequence[float] = ()

    def assess(
        self, asked: Asked, text: Text, candidate: Candidate, reading: Reading | None = None
    ) -> Assessment:
        """The assessment of a pair; its degree is "none" where the pair does not pass.

        `reading` is what `read` said of the same pair, if that is at hand.
        """
        chance = score(candidate)
        if not passes(chance):
            return Assessment(
                question=asked.key,
                project=text.key,
                degree="none",
                origin="computed",
                score=round(chance, PLACES),
                misses=tuple(asked.aspects),
            )
        if reading is None:
            reading = self.read(asked, text)
        told = {key for one in reading.shown for key in one.aspects}
        covers = tuple(key for key in asked.aspects if key in told)
        misses = tuple(key for key in asked.aspects if key not in told)
        places = tuple(sorted(asked.places & text.places))
        return Assessment(
            question=asked.key,
            project=text.key,
            degree=degree(chance, len(covers), len(misses)),
            origin="computed",
            score=round(chance, PLACES),
            covers=covers,
            misses=misses,
            explanation=self._explanation(asked, covers, misses, places),
            evidence=tuple(self._evidence(asked, text, reading)),
            places=places,
        )

    def read(self, asked: Asked, text: Text) -> Reading:
        """What the text says on the question. It depends on the two alone."""
        found = self._wordings.in_text(asked.aspects, asked.text, text.title, text.abstract)
        numbers = {term: number for number, term in enumerate(sorted(set(terms(asked.text))))}
        telling = [
            Telling(
                *_where(one.field, one.sentence, text.field),
                len(one.stems),
                tuple(sorted(map(numbers.__getitem__, shared))),
            )
            for shared, one in found.sharing.items()
        ]
        # A title of signs alone has no sentence.
        telling = telling or [Telling("title", 0, len(text.title), 0, ())]
        # In the question's order: the one in which they were found differs from run to run.
        shown = {key: found.aspects[key] for key in asked.aspects if key in found.aspects}
        return Reading(tuple(_shown(shown, text.field)), tuple(telling))

    def _evidence(self, asked: Asked, text: Text, reading: Reading) -> Iterator[Evidence]:
        """One piece of evidence a sentence: that of the topic first, then by place in the text."""
        topic, value = self._topic(asked.text, reading)
        if all((one.field, one.start) != (topic.field, topic.start) for one in reading.shown):
            yield Evidence(
                field=topic.field, start=topic.start, quote=_quote(text, topic), score=value
            )
        for one in reading.shown:
            yield Evidence(
                field=one.field,
                start=one.start,
                quote=_quote(text, one),
                score=one.score,
                aspects=one.aspects,
            )

    def _topic(self, question: str, reading: Reading) -> tuple[Telling, float]:
        """The sentence that shares most with the question, and how much, from 0 to 1."""
        worth = self._worth(question)
        best, most, of_best = reading.telling[0], -1.0, 0.0
        for one in reading.telling:
            value = sum([worth[number] for number in one.shared], 0.0)
            # Long sentences hold more words without saying more.
            order = value / (1 + one.stems / 60)
            if order > most:
                best, most, of_best = one, order, value
        return best, round(min(of_best, 1.0), PLACES)

    def _worth(self, question: str) -> Sequence[float]:
        """What each word of a question, by the alphabet, is worth: one for all together."""
        if question != self._asked:
            query = self._index.weights.query(question)
            worth = {term: w * self._index.lexical.rarity(term) for term, w in query.items()}
            whole = sum(worth.values()) or 1.0
            self._asked = question
            self._words = [worth[term] / whole for term in sorted(worth)]
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


def _shown(found: Mapping[str, Found], field: str) -> Iterator[Shown]:
    """The sentences that show aspects, by place in the text."""
    aspects: defaultdict[tuple[str, int, int], list[str]] = defaultdict(list)
    scores: dict[tuple[str, int, int], float] = {}
    for key, one in found.items():
        where = _where(one.field, one.sentence, field)
        aspects[where].append(key)
        scores[where] = max(one.score, scores.get(where, 0.0))
    for where in sorted(scores):
        yield Shown(*where, scores[where], tuple(aspects[where]))


def _where(found_in: str, sentence: Sentence, field: str) -> tuple[str, int, int]:
    """Field, start and length of a sentence; `field` names the text beside the title."""
    return "title" if found_in == "title" else field, sentence.start, len(sentence.text)


def _quote(text: Text, one: Shown | Telling) -> str:
    whole = text.title if one.field == "title" else text.abstract or ""
    return whole[one.start : one.start + one.length]


def _listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them.

    >>> _listed(["costs", "risks", "skills"])
    'costs, risks and skills'
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
