"""Questions that resemble each other, and what they have in common.

Only the questions themselves are compared: their backgrounds are shared by whole documents
and would make all questions of one document alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from graphkit.model import Similarity
from graphkit.relevance.lexical import terms
from graphkit.relevance.retrieval import TermWeights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DUPLICATE = 0.98
"""The cosine from which two questions are one question, published twice."""
SIMILAR = 0.55
"""The cosine from which two questions are similar (with words alone: `SIMILAR_WORDS`)."""
SIMILAR_WORDS = 0.3
ACROSS, WITHIN = 8, 4
"""Similar questions that are kept for each, of other bodies and of its own."""
_WORDS_TOLD = 4
_TILE = 512


@dataclass(frozen=True)
class Compared:
    """A question as it is compared. `projects` are the projects it is linked to."""

    key: str
    text: str
    body: str | None
    archived: bool
    aspects: Mapping[str, str]
    topics: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()


def word_vectors(texts: Sequence[str], weights: TermWeights) -> Floats:
    """Vectors of questions by their words alone: shape (texts, words that two or more use)."""
    import numpy as np

    known = [term for term, count in weights.counts.items() if count > 1]
    numbers = {term: number for number, term in enumerate(known)}
    vectors = np.zeros((len(texts), max(len(known), 1)), np.float32)
    for row, text in enumerate(texts):
        for term, weight in weights.query(text).items():
            if term in numbers:
                vectors[row, numbers[term]] = weight
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def similar_questions(
    questions: Sequence[Compared],
    vectors: Floats,
    weights: TermWeights,
    *,
    least: float = SIMILAR,
) -> Iterator[Similarity]:
    """All pairs that resemble each other, each once, in the order of `questions`.

    A pair is kept if either question has it among its nearest: the nearest of other bodies
    first, fewer of its own. Where a body is not known it counts as another's. All duplicates
    are kept. The score is the cosine.
    """
    import numpy as np

    kept: dict[tuple[int, int], float] = {}
    for start in range(0, len(questions), _TILE):
        cosines = vectors[start : start + _TILE] @ vectors.T
        for row, line in enumerate(cosines):
            number = start + row
            line[number] = -1
            near = np.flatnonzero(line >= least)
            near = near[np.lexsort((near, -line[near]))]
            left = {True: ACROSS, False: WITHIN}
            for other in map(int, near):
                cosine = float(line[other])
                body = questions[number].body
                across = body is None or questions[other].body != body
                if cosine < DUPLICATE:
                    if not left[across]:
                        continue
                    left[across] -= 1
                pair = (min(number, other), max(number, other))
                kept[pair] = max(cosine, kept.get(pair, 0.0))
    words = _SharedWords(weights)
    for (one, other), cosine in sorted(kept.items()):
        yield _similarity(questions[one], questions[other], cosine, words)


def _similarity(one: Compared, other: Compared, cosine: float, words: _SharedWords) -> Similarity:
    aspects = tuple(key for key in one.aspects if key in other.aspects)
    return Similarity(
        question=one.key,
        other=other.key,
        score=min(max(cosine, 0.0), 1.0),
        reason=_reason(one, other, aspects, cosine, words),
        aspects=aspects,
        duplicate=cosine >= DUPLICATE,
    )


def _reason(
    one: Compared, other: Compared, aspects: Sequence[str], cosine: float, words: _SharedWords
) -> str:
    parts = []
    if cosine >= DUPLICATE:
        parts.append("worded almost alike")
    if aspects:
        parts.append(f"both ask about {', '.join(one.aspects[key] for key in aspects)}")
    if topics := sorted(one.topics & other.topics):
        parts.append(f"shared topics: {', '.join(topics[:_WORDS_TOLD])}")
    if projects := len(one.projects & other.projects):
        parts.append(f"{projects} project{'s' * (projects > 1)} in common")
    if cosine < DUPLICATE and (shared := words.of(one.text, other.text)):
        parts.append(f"shared words: {', '.join(shared)}")
    if not parts:
        parts.append("close in meaning, without a word in common")
    archived = [question.key for question in (one, other) if question.archived]
    if archived:
        parts.append(f"archived: {' and '.join(archived)}")
    return "; ".join(parts)


class _SharedWords:
    """The words that two questions share. Each question is read once."""

    def __init__(self, weights: TermWeights) -> None:
        self._query = cache(weights.query)
        self._written = cache(_as_written)

    def of(self, one: str, other: str) -> list[str]:
        """The words as the first writes them, the rarest first."""
        query, written = self._query(one), self._written(one)
        shared = [term for term in self._query(other) if term in query and term in written]
        shared.sort(key=lambda term: (-query[term], term))
        return list(dict.fromkeys(written[term] for term in shared))[:_WORDS_TOLD]


def _as_written(text: str) -> dict[str, str]:
    """Stem → the word as it stands in a text; not single letters and bare numbers."""
    found: dict[str, str] = {}
    for word in text.split():
        word = word.strip(".,;:?!()\"'“”‘’")
        for term in terms(word):
            if len(term) > 1 and not term.isdigit():
                found.setdefault(term, word if word[1:] != word[1:].lower() else word.lower())
    return found
