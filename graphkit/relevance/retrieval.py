"""Finding the projects that may speak to a question: meaning and words together.

The dense side compares the question with every passage of a project and keeps the best, so
that a long abstract counts by what it says and not by what it says first. The lexical side
is BM25 over title, abstract and topics, with words that many questions use counting less
("impact", "government"). How the two are weighed was found on judged pairs (docs/relevance.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from graphkit.relevance.lexical import LexicalIndex, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

CANDIDATES = 100
"""Grants that are kept for a question."""
LEXICAL_WEIGHT = 0.25
"""What the best lexical match of a question adds to the cosine of the dense side."""
_TILE = 64
"""Questions that are compared with all passages at a time: bounds memory."""
SPARE = 2
"""Grants that are ranked for each that is kept, before generic ones are damped."""
DAMPING = 0.002
"""What a project loses for standing high everywhere: this times ln(1 + how often)."""
_FIRST = 10
_JOINT = 2
"""Projects looked at for each grant, as the records of a joint grant take one place."""
_SAMPLED = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project found for a question. `project` is its number in the index, `rank` from 1.

    `order` is what it is ranked by, `dense` a cosine (None without a model), `lexical` its
    lexical score as a share of the best one of the question.
    """

    project: int
    rank: int
    order: float
    dense: float | None
    lexical: float


@dataclass(frozen=True)
class Ranking:
    """The best grants of a question, best first, not yet damped: numbers of projects, and for
    each what it is ranked by, its cosine (None without a model) and its lexical share."""

    projects: NDArray[np.int64]
    order: Floats
    dense: Floats | None
    lexical: Floats


@dataclass(frozen=True)
class Scale:
    """How the cosines of a model lie: mean and standard deviation over pairs of any kind.

    Weights and thresholds were found with one model. The cosines of another are moved onto
    the scale of that one, as far as two numbers can do it.
    """

    mean: float
    deviation: float

    def moved(self, cosines: Floats) -> Floats:
        """Cosines on the scale of the model that everything was measured with."""
        import numpy as np

        moved = (cosines - self.mean) / self.deviation * USUAL.deviation + USUAL.mean
        within: Floats = np.clip(moved, -1, 1).astype(np.float32)
        return within


USUAL = Scale(0.0901, 0.0950)
"""Of all-MiniLM-L6-v2 over 90 questions and 43,739 projects, the best passage of each."""


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
        {'kelp': 0.63..., 'impact': 0.46...}
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
    `starts[n]`. `grants` gives each project the number of its grant, `scale` tells how the
    cosines of another model than the usual one lie.
    """

    keys: Sequence[str]
    grants: NDArray[np.int32]
    lexical: LexicalIndex
    weights: TermWeights
    starts: NDArray[np.int64]
    passages: NDArray[np.float16] | None = None
    scale: Scale | None = None

    def candidates(
        self,
        questions: Sequence[str],
        vectors: Floats | None,
        *,
        keep: int = CANDIDATES * SPARE,
        lexical_weight: float = LEXICAL_WEIGHT,
    ) -> Iterator[Ranking]:
        """The best projects of each question, one of each grant.

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
                dense = self.scale.moved(dense) if self.scale else dense
            for row, question in enumerate(tile):
                yield self._ranked(
                    question, None if dense is None else dense[row], keep, lexical_weight
                )

    def _ranked(
        self, question: str, dense: Floats | None, keep: int, lexical_weight: float
    ) -> Ranking:
        import numpy as np

        query = self.weights.query(question)
        words = self.lexical.scores(query)
        best = float(words.max(initial=0.0))
        share = words / best if best > 0 else words
        order = share if dense is None else dense + lexical_weight * share
        wanted = min(keep * _JOINT, len(order))
        top = np.argpartition(-order, wanted - 1)[:wanted] if wanted else np.arange(0)
        if dense is None:
            top = top[share[top] > 0]
        top = top[np.lexsort((top, -order[top]))]
        _, first = np.unique(self.grants[top], return_index=True)
        top = top[np.sort(first)[:keep]]
        return Ranking(top, order[top], None if dense is None else dense[top], share[top])

    def scale_of(self, vectors: Floats) -> Scale:
        """How the cosines of these questions with all projects lie."""
        import numpy as np

        assert self.passages is not None
        cosines = vectors[:_SAMPLED] @ self.passages.astype(np.float32).T
        best = np.maximum.reduceat(cosines, self.starts, axis=1)
        return Scale(float(best.mean()), float(best.std()) or 1.0)


def placements(rankings: Iterable[Ranking]) -> Counter[int]:
    """How often each project stands among the first ten of a question: high for generic ones."""
    return Counter(one for ranking in rankings for one in ranking.projects[:_FIRST].tolist())


def damped(ranking: Ranking, placed: Mapping[int, int], keep: int = CANDIDATES) -> list[Candidate]:
    """The best candidates, with projects that stand high everywhere a little lower."""
    import numpy as np

    often = [placed.get(one, 0) for one in ranking.projects.tolist()]
    order = ranking.order - DAMPING * np.log1p(np.array(often, np.float32))
    chosen = np.argsort(-order, kind="stable")[:keep]
    dense = [None] * len(chosen) if ranking.dense is None else ranking.dense[chosen].tolist()
    rows = zip(
        ranking.projects[chosen].tolist(),
        order[chosen].tolist(),
        dense,
        ranking.lexical[chosen].tolist(),
        strict=True,
    )
    return [Candidate(project, rank, *row) for rank, (project, *row) in enumerate(rows, 1)]
