"""Ranking again after some projects changed, without comparing all of them again.

Cosines of what did not change stay the same; how rare each word is changes a little with any
project. So what was looked at for a question is looked at again with what is new, and of all
other projects it is known how much they can have gained at the most: the words alone tell. Where
one of them could stand among those that are kept, the question is ranked in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.relevance.retrieval import (
    CANDIDATES,
    JOINT,
    LEXICAL_WEIGHT,
    SPARE,
    Nearest,
    ProjectIndex,
    Ranking,
    best_cosines,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_ROUNDING = 1e-5
"""More than what is lost when a number of 32 bits is rounded a few times."""


@dataclass(frozen=True)
class Before:
    """What was ranked before, with an earlier index.

    `numbers` has the new number of each of its projects, -1 for one that is gone or changed;
    `nearest` what was looked at for a question, by the question's new number.
    """

    index: ProjectIndex
    numbers: NDArray[np.int64]
    nearest: Mapping[int, Nearest]


def rank_again(
    index: ProjectIndex,
    questions: Sequence[str],
    vectors: Floats | None,
    before: Before,
    keep: int = CANDIDATES * SPARE,
) -> list[Ranking]:
    """What `index.candidates` gives for all questions."""
    import numpy as np

    if vectors is None or index.passages is None or index.scale is not None:
        return list(index.candidates(questions, vectors, keep=keep))
    new = np.setdiff1d(np.arange(len(index.keys)), before.numbers)
    again = _Again(index, before, new, keep)
    of_new = _cosines_of(index, vectors, new)
    found: dict[int, Ranking] = {}
    for number, question in enumerate(questions):
        if (nearest := before.nearest.get(number)) is not None:
            ranking = again.ranked(question, nearest, of_new[number])
            if ranking is not None:
                found[number] = ranking
    left = [number for number in range(len(questions)) if number not in found]
    if left:
        texts = [questions[number] for number in left]
        found.update(zip(left, index.candidates(texts, vectors[left], keep=keep), strict=True))
    return [found[number] for number in range(len(questions))]


def _cosines_of(index: ProjectIndex, vectors: Floats, projects: NDArray[np.int64]) -> Floats:
    """The best cosines of all questions with some projects: shape (questions, projects)."""
    import numpy as np

    assert index.passages is not None
    if not len(projects):
        return np.zeros((len(vectors), 0), np.float32)
    counts = np.diff(index.starts, append=len(index.passages))[projects]
    starts = np.cumsum([0, *counts])[:-1].astype(np.int64)
    rows = np.repeat(index.starts[projects] - starts, counts) + np.arange(int(counts.sum()))
    return np.stack(list(best_cosines(vectors, index.passages[rows], starts)))


@dataclass(frozen=True)
class _Again:
    """`new` are the numbers of projects that the earlier index does not hold as they are."""

    index: ProjectIndex
    before: Before
    new: NDArray[np.int64]
    keep: int

    def ranked(self, question: str, nearest: Nearest, of_new: Floats) -> Ranking | None:
        """The ranking of a question; None where it cannot be told from what is known."""
        import numpy as np

        assert nearest.dense is not None
        share, words = self.index.shares(question)
        known = self.before.numbers[nearest.projects]
        stays = known >= 0
        projects = np.concatenate([known[stays], self.new])
        dense = np.concatenate([nearest.dense[stays], of_new])
        near = _Near(projects, dense, dense + LEXICAL_WEIGHT * share[projects], share, words)
        if nearest.least == float("-inf"):
            return self._above(near, nearest.least)
        # What a project can have gained is told at once roughly, and exactly with more work.
        for gained in (self._may_have_gained, self._most_gained):
            least = nearest.least + LEXICAL_WEIGHT * gained(question, nearest, near) + _ROUNDING
            if (ranking := self._above(near, least)) is not None:
                return ranking
        return None

    def _above(self, near: _Near, least: float) -> Ranking | None:
        """The ranking, if no other project is ranked by more than this; None if others count."""
        import numpy as np

        above = np.flatnonzero(near.order > least)
        best = above[np.lexsort((near.projects[above], -near.order[above]))]
        wanted = min(self.keep * JOINT, len(near.share))
        if len(best) > wanted:
            best = best[:wanted]
            least = float(near.order[best[-1]])
        found = self.index.one_of_each_grant(near.projects[best])[: self.keep]
        if len(found) < self.keep and least > float("-inf"):
            return None
        places = np.zeros(len(near.share), np.int64)
        places[near.projects] = np.arange(len(near.projects))
        rows = places[found]
        return Ranking(
            found,
            near.order[rows],
            near.dense[rows],
            near.share[found],
            Nearest(near.projects[best].astype(np.int32), near.dense[best], least, near.words),
        )

    def _may_have_gained(self, question: str, nearest: Nearest, near: _Near) -> float:
        """A number that `_most_gained` does not exceed, without a look at all projects.

        The score of a project that did not change grows by no more than the weight of one of
        its words; longer texts on average let words of all count more.
        """
        if not near.words:
            return 0.0
        old, new = self.before.index, self.index
        weights = old.weights.query(question)
        most = max(
            (
                weight * new.lexical.rarity(term) / (weights[term] * old.lexical.rarity(term))
                for term, weight in new.weights.query(question).items()
                if term in old.lexical.vocabulary
            ),
            default=0.0,
        )
        longer = max(new.lexical.mean_length / old.lexical.mean_length, 1.0)
        return max(most * longer * nearest.words / near.words - 1, 0.0)

    def _most_gained(self, question: str, nearest: Nearest, near: _Near) -> float:
        """How much more of the best lexical score a project has than before, at the most."""
        import numpy as np

        was, _ = self.before.index.shares(question)
        stays = self.before.numbers >= 0
        gained = near.share[self.before.numbers[stays]] - was[stays]
        return max(float(np.max(gained, initial=0.0)), 0.0)


@dataclass(frozen=True)
class _Near:
    """Projects that are looked at for a question: numbers, cosines, and what they are ranked by;
    the lexical share of all projects, and the best score."""

    projects: NDArray[np.int64]
    dense: Floats
    order: Floats
    share: Floats
    words: float
