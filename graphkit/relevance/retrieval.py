"""Finding the projects that may speak to a question: meaning and words together.

The dense side compares the question with every passage of a project and keeps the best, so
that a long abstract counts by what it says and not by what it says first. The lexical side
is BM25 over title, abstract and topics, with words that many questions use counting less
("impact", "government"). How the two are weighed was found on judged pairs (docs/relevance.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from graphkit.relevance.lexical import LexicalIndex, idf, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

CANDIDATES = 100
"""Grants that are kept for a question."""
LEXICAL_WEIGHT = 0.25
"""What the best lexical match of a question adds to the cosine of the dense side."""
_TILE = 32
"""Questions that are compared with all passages at a time: bounds memory."""
_SPARE = 3
"""Candidates looked at for each that is kept, as joint grants take one place together."""


@dataclass(frozen=True)
class Candidate:
    """A project found for a question. `project` is its number in the index, `rank` from 1.

    `dense` is a cosine (None without a model), `lexical` the share of the best lexical match,
    `matched` the share of the question's words, by weight, that the project's text holds.
    """

    project: int
    rank: int
    order: float
    dense: float | None
    lexical: float
    matched: float


@dataclass(frozen=True)
class TermWeights:
    """How much each word of a question counts, by how many questions use it."""

    counts: Mapping[str, int]
    questions: int

    @classmethod
    def of(cls, questions: Sequence[str]) -> TermWeights:
        """From the texts of all questions."""
        counts: Counter[str] = Counter()
        for question in questions:
            counts.update(set(terms(question)))
        return cls(dict(sorted(counts.items())), len(questions))

    def query(self, question: str) -> dict[str, float]:
        """The words of a question with their weights, from 0 to 1.4 (said twice or more).

        >>> TermWeights.of(["impact of kelp", "impact of wind"]).query("kelp impact")
        {'kelp': 0.73..., 'impact': 0.36...}
        """
        whole = log(1 + self.questions) or 1.0
        return {
            term: log(1 + self.questions / (1 + self.counts.get(term, 0)))
            / whole
            * min(times, 2) ** 0.5
            for term, times in Counter(terms(question)).items()
        }


@dataclass(frozen=True)
class ProjectIndex:
    """Everything that is needed to find projects.

    `passages` holds the vectors of the passages of all projects one after another, shape
    (passages, width), or is None without a model; those of project number n begin at
    `starts[n]`. `grants` gives each project the number of its grant.
    """

    keys: Sequence[str]
    grants: NDArray[np.int32]
    lexical: LexicalIndex
    weights: TermWeights
    starts: NDArray[np.int64]
    passages: NDArray[np.float16] | None = None

    def candidates(
        self,
        questions: Sequence[str],
        vectors: Floats | None,
        *,
        keep: int = CANDIDATES,
        lexical_weight: float = LEXICAL_WEIGHT,
    ) -> Iterator[list[Candidate]]:
        """The best projects of each question, one of each grant, best first.

        `vectors` are those of the questions, shape (questions, width), of length one; without
        them, or without passages, words alone decide.
        """
        import numpy as np

        passages = None
        if vectors is not None and self.passages is not None:
            passages = self.passages.astype(np.float32)
        for start in range(0, len(questions), _TILE):
            tile = questions[start : start + _TILE]
            dense: Floats | None = None
            if vectors is not None and passages is not None:
                cosines = vectors[start : start + _TILE] @ passages.T
                dense = np.maximum.reduceat(cosines, self.starts, axis=1)
            for row, question in enumerate(tile):
                yield self._ranked(
                    question, None if dense is None else dense[row], keep, lexical_weight
                )

    def _ranked(
        self, question: str, dense: Floats | None, keep: int, lexical_weight: float
    ) -> list[Candidate]:
        import numpy as np

        query = self.weights.query(question)
        words = self.lexical.scores(query)
        best = float(words.max(initial=0.0))
        share = words / best if best > 0 else words
        order = share if dense is None else dense + lexical_weight * share
        if dense is None and best <= 0:
            return []
        wanted = min(keep * _SPARE, len(order))
        top = np.argpartition(-order, wanted - 1)[:wanted] if wanted else np.arange(0)
        top = top[np.lexsort((top, -order[top]))]
        chosen: list[int] = []
        seen: set[int] = set()
        for number in map(int, top):
            grant = int(self.grants[number])
            if grant in seen or (dense is None and share[number] <= 0):
                continue
            seen.add(grant)
            chosen.append(number)
            if len(chosen) == keep:
                break
        matched = self._matched(query, np.array(chosen, np.int32))
        return [
            Candidate(
                project=number,
                rank=rank,
                order=float(order[number]),
                dense=None if dense is None else float(dense[number]),
                lexical=float(share[number]),
                matched=float(matched[rank - 1]),
            )
            for rank, number in enumerate(chosen, 1)
        ]

    def _matched(self, query: Mapping[str, float], projects: NDArray[np.int32]) -> Floats:
        """The share of a question's words that each project's text holds, by their weight."""
        import numpy as np

        held = np.zeros(len(projects), np.float32)
        total = 0.0
        for term, weight in query.items():
            documents = self.lexical.holders(term)
            weight *= idf(len(documents), self.lexical.size)
            total += weight
            if len(documents):
                places = np.minimum(np.searchsorted(documents, projects), len(documents) - 1)
                held += weight * (documents[places] == projects)
        return held / total if total else held
