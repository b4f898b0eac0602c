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
from functools import lru_cache
from itertools import repeat
from math import log
from typing import TYPE_CHECKING, Any

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
JOINT = 2
"""Projects looked at for each grant, as the records of a joint grant take one place."""
_SAMPLED = 100
_STEPS_OF_QUESTIONS, _STEPS_OF_PASSAGES = 1 << 11, 1 << 12
"""Steps from 0 to 1 of the numbers in vectors. Products of two have 23 binary digits behind the
point, and a sum of them stays below 2 for vectors of length one: 24 digits in all, as many as
the 32 bits have room for."""


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
class Nearest:
    """All projects that were looked at for a question, best first, and their cosines.

    No other project is ranked by more than `least`. `words` is the best lexical score of all.
    """

    projects: NDArray[np.int32]
    dense: Floats | None
    least: float
    words: float


@dataclass(frozen=True)
class Ranking:
    """The best grants of a question, best first, not yet damped: numbers of projects, and for
    each what it is ranked by, its cosine (None without a model) and its lexical share."""

    projects: NDArray[np.int64]
    order: Floats
    dense: Floats | None
    lexical: Floats
    nearest: Nearest


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


@lru_cache(maxsize=1 << 13)
def _counted(question: str) -> Counter[str]:
    """How often each word stands in a question: asked for in each step of its way."""
    return Counter(terms(question))


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
            counts.update(_counted(question).keys())
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
            for term, times in _counted(question).items()
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
        dense: Iterable[Floats | None] = repeat(None, len(questions))
        if vectors is not None and self.passages is not None:
            dense = self.cosines(vectors)
        for question, row in zip(questions, dense, strict=True):
            yield self._ranked(question, row, keep, lexical_weight)

    def cosines(self, vectors: Floats) -> Iterator[Floats]:
        """The best cosine of a question with the passages of each project, question by question."""
        assert self.passages is not None
        for row in best_cosines(vectors, self.passages, self.starts):
            yield self.scale.moved(row) if self.scale else row

    def shares(self, question: str) -> tuple[Floats, float]:
        """The lexical score of each project, as a share of the best, and the best."""
        words = self.lexical.scores(self.weights.query(question))
        best = float(words.max(initial=0.0))
        return words / best if best > 0 else words, best

    def _ranked(
        self, question: str, dense: Floats | None, keep: int, lexical_weight: float
    ) -> Ranking:
        import numpy as np

        share, best = self.shares(question)
        order = share if dense is None else dense + lexical_weight * share
        wanted = min(keep * JOINT, len(order))
        top = np.argpartition(-order, wanted - 1)[:wanted] if wanted else np.arange(0)
        if dense is None:
            top = top[share[top] > 0]
        top = top[np.lexsort((top, -order[top]))]
        found = self.one_of_each_grant(top)[:keep]
        return Ranking(
            found,
            order[found],
            None if dense is None else dense[found],
            share[found],
            Nearest(
                top.astype(np.int32),
                None if dense is None else dense[top],
                float(order[top[-1]]) if wanted < len(order) and len(top) else float("-inf"),
                best,
            ),
        )

    def one_of_each_grant(self, projects: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of some projects, by their numbers, of whose grant none stands before them."""
        import numpy as np

        _, first = np.unique(self.grants[projects], return_index=True)
        return projects[np.sort(first)]

    def scale_of(self, vectors: Floats) -> Scale:
        """How the cosines of these questions with all projects lie."""
        import numpy as np

        assert self.passages is not None
        best = np.stack(list(best_cosines(vectors[:_SAMPLED], self.passages, self.starts)))
        return Scale(float(best.mean()), float(best.std()) or 1.0)


def best_cosines(
    vectors: Floats, passages: NDArray[np.float16], starts: NDArray[np.int64]
) -> Iterator[Floats]:
    """For each of some vectors, the best cosine with the passages of each project.

    The passages of project number n begin at `starts[n]`; each has one or more. The numbers are
    put on a grid so coarse that products and sums of them are exact in 32 bits. So a cosine is
    the same on any machine, however its library adds up, and whatever else is compared.
    """
    import numpy as np

    # The first passages of all projects one after another, then the second ones, and so on;
    # projects of many passages first, so that each row of these is the beginning of the last.
    counts = np.diff(starts, append=len(passages))
    projects = np.argsort(-counts, kind="stable")
    rows = [
        starts[projects[: int((counts > number).sum())]] + number
        for number in range(int(counts.max(initial=0)))
    ]
    ordered = _on_grid(passages[np.concatenate(rows)] if rows else passages, _STEPS_OF_PASSAGES)
    asked = _on_grid(vectors, _STEPS_OF_QUESTIONS)
    places = np.argsort(projects)
    for start in range(0, len(asked), _TILE):
        cosines = asked[start : start + _TILE] @ ordered.T
        best, end = cosines[:, : len(starts)], len(starts)
        for row in rows[1:]:
            beside = best[:, : len(row)]
            np.maximum(beside, cosines[:, end : end + len(row)], out=beside)
            end += len(row)
        yield from best[:, places]


def _on_grid(vectors: NDArray[Any], steps: int) -> Floats:
    import numpy as np

    grid: Floats = vectors.astype(np.float32)
    grid *= steps
    np.rint(grid, out=grid)
    grid /= steps
    return grid


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
