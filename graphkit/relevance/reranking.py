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
        share = self.index.shares(question)
        known = self.before.numbers[nearest.projects]
        stays = known >= 0
        projects = np.concatenate([known[stays], self.new])
        dense = np.concatenate([nearest.dense[stays], of_new])
        order = dense + LEXICAL_WEIGHT * share[projects]
        least = nearest.least
        if least > float("-inf"):
            least += LEXICAL_WEIGHT * self._most_gained(question, share) + _ROUNDING
        above = np.flatnonzero(order > least)
        best = above[np.lexsort((projects[above], -order[above]))]
        wanted = min(self.keep * JOINT, len(share))
        if len(best) > wanted:
            best = best[:wanted]
            least = float(order[best[-1]])
        found = self.index.one_of_each_grant(projects[best])[: self.keep]
        if len(found) < self.keep and least > float("-inf"):
            return None
        places = np.zeros(len(share), np.int64)
        places[projects] = np.arange(len(projects))
        rows = places[found]
        return Ranking(
            found,
            order[rows],
            dense[rows],
            share[found],
            Nearest(projects[best].astype(np.int32), dense[best], least),
        )

    def _most_gained(self, question: str, share: Floats) -> float:
        """How much more of the best lexical score a project has than before, at the most."""
        import numpy as np

        was = self.before.index.shares(question)
        stays = self.before.numbers >= 0
        gained = share[self.before.numbers[stays]] - was[stays]
        return max(float(np.max(gained, initial=0.0)), 0.0)
