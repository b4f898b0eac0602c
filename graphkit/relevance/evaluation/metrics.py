"""How good a ranking is, and the links made from it: question by question.

A figure for each question, not one for all: only so can two systems be compared on the same
questions, and an interval be given. Rankings are lists of project keys, best first. Projects
of one grant count as one, on both sides: `grants` maps a project to the key of its joint grant,
and a project that it lacks stands for itself.

`Grades` are `{question: {grant: grade}}`. A project counts as relevant from a grade on that
the caller gives as `threshold`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from graphkit.errors import UsageError
from graphkit.relevance.evaluation.judged import JudgedPair

Grades = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]
Pair = tuple[str, str]
"""A question and a project."""


def collapse(ranking: Iterable[str], grants: Mapping[str, str]) -> list[str]:
    """A ranking in which each joint grant has one place, that of its best-ranked record.

    >>> collapse(["A1", "B", "A2"], {"A1": "A", "A2": "A"})
    ['A', 'B']
    """
    return list(dict.fromkeys(grants.get(project, project) for project in ranking))


def grades_of(pairs: Iterable[JudgedPair], grants: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """The grades of judged pairs; a grant has the best grade that any of its records got.

    >>> pairs = [JudgedPair("1", "A1", 0), JudgedPair("1", "A2", 2)]
    >>> grades_of(pairs, {"A1": "A", "A2": "A"})
    {'1': {'A': 2}}
    """
    grades: dict[str, dict[str, int]] = {}
    for pair in pairs:
        own = grades.setdefault(pair.question, {})
        grant = grants.get(pair.project, pair.project)
        own[grant] = max(pair.grade, own.get(grant, 0))
    return grades


def recall_at(
    ranking: Sequence[str], grades: Mapping[str, int], k: int, threshold: int
) -> float | None:
    """The share of the relevant projects that stand among the first k; None if there are none.

    Grants are to be collapsed already, here and in the next three.

    >>> recall_at(["A", "B", "C"], {"A": 1, "C": 1}, 2, threshold=1)
    0.5
    """
    relevant = {project for project, grade in grades.items() if grade >= threshold}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else None


def precision_at(
    ranking: Sequence[str], grades: Mapping[str, int], k: int, threshold: int
) -> float | None:
    """The share of relevant ones among those of the first k that are judged; None if none is.

    Projects that nobody judged are passed over, neither right nor wrong (Sakai 2007,
    doi:10.1145/1277741.1277756), so this means something only where negatives are judged too.

    >>> precision_at(["A", "x", "B", "C"], {"A": 1, "B": 0, "C": 1}, 3, threshold=1)
    0.5
    """
    judged = [grades[project] >= threshold for project in ranking[:k] if project in grades]
    return sum(judged) / len(judged) if judged else None


def reciprocal_rank(
    ranking: Sequence[str], grades: Mapping[str, int], threshold: int
) -> float | None:
    """One over the rank of the first relevant project; 0 if none is ranked, None if none exists.

    >>> reciprocal_rank(["x", "A"], {"A": 1}, threshold=1)
    0.5
    """
    if all(grade < threshold for grade in grades.values()):
        return None
    for rank, project in enumerate(ranking, start=1):
        if grades.get(project, -1) >= threshold:
            return 1 / rank
    return 0.0


def ndcg_at(
    ranking: Sequence[str], grades: Mapping[str, int], k: int, threshold: int
) -> float | None:
    """Normalised discounted cumulative gain of the first k; None if no project is relevant.

    The gain of a grade j is 2^j - 1, at rank r divided by log2(r + 1) (Burges et al. 2005,
    doi:10.1145/1102351.1102363). A project that nobody judged gains 0, which holds a ranking
    down that finds what the judges did not see. The ideal order is that of all judged ones.

    >>> ndcg_at(["A", "B"], {"A": 1, "B": 3}, 10, threshold=1)  # doctest: +ELLIPSIS
    0.709...
    """
    if all(grade < threshold for grade in grades.values()):
        return None
    ideal = _gain(sorted(grades.values(), reverse=True)[:k])
    # A threshold of 0 calls grade 0 relevant, but it still gains nothing.
    return _gain([grades.get(project, 0) for project in ranking[:k]]) / ideal if ideal else None


def _gain(grades: Iterable[int]) -> float:
    return math.fsum(
        (2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1)
    )


Measure = Callable[[Sequence[str], Mapping[str, int]], float | None]


def measures(
    threshold: int, cut_offs: Sequence[int] = (10, 50, 100), *, negatives: bool = False
) -> dict[str, Measure]:
    """The measures of a ranking by name: recall@k, MRR and nDCG@10.

    With `negatives` also precision@10, and judged@10: the share of the first ten that is
    judged at all, which says how much the precision rests on.

    >>> list(measures(1, (10,)))
    ['recall@10', 'MRR', 'nDCG@10']
    """
    if any(k < 1 for k in cut_offs):
        raise UsageError("a ranking is cut after one place at least", hint="give k ≥ 1")

    def recall(k: int) -> Measure:
        return lambda ranking, grades: recall_at(ranking, grades, k, threshold)

    found = {f"recall@{k}": recall(k) for k in cut_offs}
    found["MRR"] = lambda ranking, grades: reciprocal_rank(ranking, grades, threshold)
    found["nDCG@10"] = lambda ranking, grades: ndcg_at(ranking, grades, 10, threshold)
    if negatives:
        found["precision@10"] = lambda ranking, grades: precision_at(ranking, grades, 10, threshold)
        found["judged@10"] = lambda ranking, grades: (
            sum(project in grades for project in ranking[:10]) / len(ranking[:10])
            if ranking
            else None
        )
    return found


def measure(
    rankings: Rankings, grades: Grades, grants: Mapping[str, str], wanted: Mapping[str, Measure]
) -> dict[str, dict[str, float]]:
    """`{measure: {question: value}}` over the judged questions.

    A question without a ranking is measured as if the ranking were empty: to find nothing is
    a result. A question for which a measure does not exist (no relevant project) is left out.

    >>> found = measure({"1": ["B", "A"]}, {"1": {"A": 1}, "2": {"A": 0}}, {}, measures(1, (1,)))
    >>> found["recall@1"], found["MRR"]
    ({'1': 0.0}, {'1': 0.5})
    """
    values: dict[str, dict[str, float]] = {name: {} for name in wanted}
    for question, own in sorted(grades.items()):
        ranking = collapse(rankings.get(question, ()), grants)
        for name, function in wanted.items():
            value = function(ranking, own)
            if value is not None:
                values[name][question] = value
    return values


class Counts(NamedTuple):
    """What was found and right, found and wrong, right and not found."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where nothing was."""
        found = self.hits + self.wrong
        return self.hits / found if found else None

    @property
    def recall(self) -> float | None:
        """The share of what is right that was found; None where nothing is."""
        right = self.hits + self.missed
        return self.hits / right if right else None

    def plus(self, other: Counts) -> Counts:
        """Both together.

        >>> Counts(1, 2, 0).plus(Counts(1, 0, 2)).recall
        0.5
        """
        return Counts(self.hits + other.hits, self.wrong + other.wrong, self.missed + other.missed)


class LinkCounts(NamedTuple):
    """The links of one question: against the judgements, and how many were made and judged."""

    counts: Counts
    links: int
    judged: int


def link_quality(
    linked: Collection[Pair], grades: Grades, grants: Mapping[str, str], threshold: int
) -> dict[str, LinkCounts]:
    """Links of the judged questions against the judgements; links nobody judged do not count.

    >>> links = [("1", "A"), ("1", "B"), ("1", "x")]
    >>> link_quality(links, {"1": {"A": 1, "B": 0, "C": 1}}, {}, threshold=1)
    {'1': LinkCounts(counts=Counts(hits=1, wrong=1, missed=1), links=3, judged=2)}
    """
    by_question: defaultdict[str, set[str]] = defaultdict(set)
    for question, project in linked:
        by_question[question].add(grants.get(project, project))
    found = {}
    for question, own in sorted(grades.items()):
        links = by_question[question]
        relevant = {project for project, grade in own.items() if grade >= threshold}
        judged = links & own.keys()
        hits = len(judged & relevant)
        counts = Counts(hits, len(judged) - hits, len(relevant - links))
        found[question] = LinkCounts(counts, len(links), len(judged))
    return found
