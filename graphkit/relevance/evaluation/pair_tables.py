"""The tables of links, degrees, aspects and scores: what was said of each judged pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

from graphkit.relevance.evaluation.agreement import (
    NOT_LINKED,
    AspectVerdict,
    Said,
    aspect_verdicts,
    aspects_agreement,
    covered,
    degree_confusion,
    missing,
)
from graphkit.relevance.evaluation.calibration import calibration
from graphkit.relevance.evaluation.judged import DEGREES
from graphkit.relevance.evaluation.metrics import Counts, Pair, link_quality
from graphkit.relevance.evaluation.work import Section, Work

AllSaid = Mapping[Pair, Said]
Parts = list[tuple[float, float]]
"""Numerator and denominator of a ratio, one pair for each question."""
_RATIO = ("measure", "value", "low", "high", "of", "remark")


def links_table(work: Work, linked: AllSaid) -> Section:
    """Precision and recall of the links of judged questions, and how many of them are judged."""
    if not linked:
        return Section("Links", _RATIO, [], "no pair is linked")
    found = link_quality(linked.keys(), work.grades, {}, work.threshold).values()
    counts = [one.counts for one in found]
    parts: dict[str, Parts] = {"precision": _precisions(counts)} if work.negatives else {}
    parts["recall"] = _recalls(counts)
    parts["judged among linked"] = [(one.judged, one.links) for one in found]
    note = "links of judged questions; a link that nobody judged counts in the last row alone"
    if not work.negatives:
        note += "; only positives are known, so the precision is not"
    return Section("Links", _RATIO, _ratios(work, parts), note)


def _precisions(counts: Iterable[Counts]) -> Parts:
    return [(one.hits, one.hits + one.wrong) for one in counts]


def _recalls(counts: Iterable[Counts]) -> Parts:
    return [(one.hits, one.hits + one.missed) for one in counts]


def _ratios(work: Work, parts: Mapping[str, Sequence[tuple[float, float]]]) -> list[Any]:
    """A row for each ratio, with its denominator."""
    rows = []
    for name, values in parts.items():
        found = work.ratio(values)
        whole = int(sum(below for _, below in values))
        rows.append((name, found.mean, found.low, found.high, whole, found.reason))
    return rows


def degrees_table(judged: AllSaid, linked: AllSaid) -> Section:
    """How often each judged degree was given which degree."""
    given = (*DEGREES[:-1], NOT_LINKED)  # an assessment of degree none is no link
    confusion = degree_confusion(judged, linked)
    rows = [
        (degree, *(confusion.get((degree, one), 0) for one in given))
        for degree in DEGREES
        if any(own == degree for own, _ in confusion)
    ]
    note = "rows: as judged; columns: as given" if rows else "no pair has a judged degree"
    return Section("Degrees", ("judged", *given), rows, note)


def pair_aspects_table(work: Work, judged: AllSaid, linked: AllSaid) -> Section:
    """Precision and recall of the aspects given as covered, and of those given as missed."""
    every = aspect_verdicts(judged, linked, unlinked=True)
    if not every:
        return Section("Aspects of pairs", _RATIO, [], "no pair has judged aspects")
    of_linked = aspect_verdicts(judged, linked)
    parts = {
        "covered: precision": _precisions(_by_question(of_linked, covered)),
        "covered: recall, linked pairs": _recalls(_by_question(of_linked, covered)),
        "covered: recall, all judged pairs": _recalls(_by_question(every, covered)),
        "missed: precision": _precisions(_by_question(of_linked, missing)),
        "missed: recall, linked pairs": _recalls(_by_question(of_linked, missing)),
    }
    note = (
        "over the aspects judged, all pairs together; an aspect that was given but not judged "
        "counts neither way"
    )
    return Section("Aspects of pairs", _RATIO, _ratios(work, parts), note)


def _by_question(
    verdicts: Iterable[AspectVerdict], count: Callable[[Iterable[AspectVerdict]], Counts]
) -> list[Counts]:
    groups: defaultdict[str, list[AspectVerdict]] = defaultdict(list)
    for one in verdicts:
        groups[one.question].append(one)
    return [count(group) for group in groups.values()]


def each_aspect_table(judged: AllSaid, linked: AllSaid) -> Section:
    """The aspects given as covered, aspect by aspect."""
    by_aspect: defaultdict[str, list[AspectVerdict]] = defaultdict(list)
    for one in aspect_verdicts(judged, linked):
        by_aspect[one.aspect].append(one)
    rows: list[tuple[Any, ...]] = []
    for aspect, verdicts in sorted(by_aspect.items()):
        counts = covered(verdicts)
        right = counts.hits + counts.missed
        shares = counts.precision, counts.recall
        rows.append((aspect, right, len(verdicts) - right, *counts, *shares))
    columns = ("aspect", "judged covered", "judged missed", "hits", "wrong", "not found")
    note = "aspects given as covered, of linked pairs whose aspects were judged"
    return Section(
        "Aspects one by one",
        (*columns, "precision", "recall"),
        rows,
        note if rows else "no linked pair has judged aspects",
    )


def question_aspects_table(work: Work, gold: Mapping[str, Set[str]]) -> Section:
    """The aspects read from the questions against those that a person read."""
    title = "Aspects of questions"
    if not gold:
        return Section(title, _RATIO, [], "no question has judged aspects")
    counts = aspects_agreement(gold, work.given.aspects).values()
    parts = {"precision": _precisions(counts), "recall": _recalls(counts)}
    note = f"{len(gold)} questions; only the same key counts, a near synonym is wrong"
    return Section(title, _RATIO, _ratios(work, parts), note)


def calibration_table(work: Work) -> Section:
    """What a score is worth: the share of relevant pairs, bin by bin."""
    columns = ("from", "to", "judged", "share relevant", "low", "high", "mean score")
    if not work.negatives:
        note = "only positives are known, so the share of relevant ones is not"
        return Section("Calibration", columns, [], note)
    best: dict[Pair, float] = {}
    for (question, project), score in work.given.scores.items():
        key = question, work.given.grants.get(project, project)
        best[key] = max(score, best.get(key, score))
    scored = [
        (best[question, project], grade >= work.threshold)
        for question, own in work.grades.items()
        for project, grade in own.items()
        if (question, project) in best
    ]
    rows: list[tuple[Any, ...]] = [
        (one.low, one.high, one.judged, one.share, one.low_share, one.high_share, one.mean_score)
        for one in calibration(scored, work.settings.edges)
    ]
    bins = "bins of about as many pairs" if work.settings.edges is None else "fixed bins"
    unscored = sum(map(len, work.grades.values())) - len(scored)
    note = (
        f"{bins}, intervals by Wilson; {unscored} judged pairs have no score; it holds for pairs "
        "chosen as the judged ones were"
    )
    return Section("Calibration", columns, rows, note)
