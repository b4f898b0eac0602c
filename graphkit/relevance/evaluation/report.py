"""The whole evaluation as tables, each with the note that says what its figures are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from graphkit.errors import UsageError
from graphkit.model import Assessment
from graphkit.relevance.evaluation.agreement import judgements, linked_as
from graphkit.relevance.evaluation.bootstrap import LEVEL
from graphkit.relevance.evaluation.judged import Judged, holds_negatives
from graphkit.relevance.evaluation.metrics import Pair, Rankings, grades_of, measure, measures
from graphkit.relevance.evaluation.pair_tables import (
    calibration_table,
    degrees_table,
    each_aspect_table,
    links_table,
    pair_aspects_table,
    question_aspects_table,
)
from graphkit.relevance.evaluation.work import Given, Section, Settings, Work

OWN = "graphkit"
"""The name of the system under evaluation; a baseline cannot bear it."""
ONLY_POSITIVES = (
    "only positives are known: recall, MRR and nDCG, but no precision and no calibration; "
    "unjudged projects may be relevant"
)
_NOTHING: Mapping[Any, Any] = MappingProxyType({})
_AS_SET = Settings()

Systems = Mapping[str, Mapping[str, Mapping[str, float]]]
"""`{system: {measure: {question: value}}}`."""


@dataclass(frozen=True)
class Evaluation:
    """The tables, the same figures question by question, and what holds for all of them."""

    sections: tuple[Section, ...]
    by_question: Section
    notes: tuple[str, ...]
    threshold: int
    only_positives: bool

    def section(self, title: str) -> Section:
        """The table of that title; raises KeyError."""
        return {one.title: one for one in self.sections}[title]


def evaluate(
    judged: Judged,
    rankings: Rankings,
    grants: Mapping[str, str] = _NOTHING,
    scores: Mapping[Pair, float] = _NOTHING,
    assessments: Mapping[Pair, Assessment] = _NOTHING,
    baselines: Mapping[str, Rankings] = _NOTHING,
    *,
    aspects: Mapping[str, Sequence[str]] = _NOTHING,
    gold_aspects: Mapping[str, Set[str]] = _NOTHING,
    settings: Settings = _AS_SET,
) -> Evaluation:
    """Measure what a system gave against judged pairs, beside baselines on the same questions.

    `rankings` are by question, best first; `grants` maps a project to the key of its joint
    grant; `scores` and `assessments` are by question and project, and an assessment is a link
    unless its degree is "none". `aspects` are the keys read from each question, `gold_aspects`
    those that a person read.

    Deterministic: the same input gives the same figures, intervals too. Raises UsageError
    where there is no judged pair, or a setting cannot be.

    >>> from graphkit.relevance.evaluation.judged import JudgedPair
    >>> judged = Judged((JudgedPair("1", "A", 1), JudgedPair("2", "B", 1)))
    >>> found = evaluate(judged, {"1": ["A"], "2": ["x", "B"]})
    >>> found.only_positives, found.section("Ranking").rounded()[3][:3]
    (True, ('graphkit', 'MRR', 0.75))
    """
    if not judged.pairs:
        raise UsageError("no judged pair to evaluate with", hint="give a file that holds some")
    if OWN in baselines:
        raise UsageError(f"a baseline cannot be named {OWN}", hint="name it otherwise")
    if settings.draws < 1:
        raise UsageError("an interval needs draws", hint="give 1 or more, as 2000")
    threshold = judged.threshold if settings.threshold is None else settings.threshold
    if threshold < 1:
        raise UsageError(
            f"with a threshold of {threshold} every project is relevant", hint="give 1, 2 or 3"
        )
    work = Work(
        Given(rankings, grants, scores, assessments, aspects),
        settings,
        grades_of(judged.pairs, grants),
        threshold,
        holds_negatives(judged.pairs, threshold),
    )
    systems = _measured(work, baselines)
    said = judgements(judged.pairs, grants)
    linked = linked_as(assessments, grants)
    sections = (
        _overview(judged, work),
        _ranking(work, systems),
        _differences(work, systems),
        links_table(work, linked),
        degrees_table(said, linked),
        pair_aspects_table(work, said, linked),
        each_aspect_table(said, linked),
        question_aspects_table(work, gold_aspects),
        calibration_table(work),
    )
    notes = _notes(judged, work)
    return Evaluation(sections, _by_question(systems), notes, threshold, not work.negatives)


def _measured(work: Work, baselines: Mapping[str, Rankings]) -> Systems:
    wanted = measures(work.threshold, work.settings.cut_offs, negatives=work.negatives)
    systems = {OWN: work.given.rankings, **dict(sorted(baselines.items()))}
    return {
        name: measure(rankings, work.grades, work.given.grants, wanted)
        for name, rankings in systems.items()
    }


def _notes(judged: Judged, work: Work) -> tuple[str, ...]:
    settings = work.settings
    notes = [f"relevant is a judgement of {work.threshold} or more"]
    notes.append(
        f"intervals hold {LEVEL:.0%}: percentile bootstrap over questions, {settings.draws} draws, "
        f"seed {settings.seed}"
    )
    if not work.negatives:
        notes.append(ONLY_POSITIVES)
    if all(grade < work.threshold for own in work.grades.values() for grade in own.values()):
        notes.append("no judged project is relevant, so recall, MRR and nDCG do not exist")
    if refused := len(judged.refused):
        notes.append(f"judged rows that could not be used: {refused}")
    if shared := len(judged.in_several_splits):
        notes.append(
            f"questions that another split has too: {shared}; what was tuned on it looks better "
            "here than it is"
        )
    return tuple(notes)


def _overview(judged: Judged, work: Work) -> Section:
    grades = Counter(grade for own in work.grades.values() for grade in own.values())
    relevant = sum(number for grade, number in grades.items() if grade >= work.threshold)
    without_relevant = sum(max(own.values()) < work.threshold for own in work.grades.values())
    without_ranking = sum(not work.given.rankings.get(question) for question in work.grades)
    rows: list[tuple[Any, ...]] = [
        ("questions", len(work.grades)),
        ("questions without a relevant project", without_relevant),
        ("questions without a ranking", without_ranking),
        ("pairs", len(judged.pairs)),
        ("pairs, a joint grant as one", sum(grades.values())),
        ("pairs that are relevant", relevant),
        *((f"pairs of grade {grade}", number) for grade, number in sorted(grades.items())),
        ("rows that say the same again", judged.repeated),
        ("rows refused", len(judged.refused)),
        ("rows of other splits", judged.other_splits),
    ]
    note = (
        "questions without a relevant project are left out of recall, MRR and nDCG; those "
        "without a ranking count as finding nothing"
    )
    return Section("Judged pairs", ("what", "number"), rows, note)


def _ranking(work: Work, systems: Systems) -> Section:
    rows: list[tuple[Any, ...]] = []
    for system, values in systems.items():
        for name, by_question in values.items():
            found = work.mean(by_question)
            rows.append((system, name, found.mean, found.low, found.high, found.n, found.reason))
    note = "means over questions; a project that nobody judged gains nothing in nDCG; "
    if work.negatives:
        note += "precision@10 is of the judged among the first ten, judged@10 is their share"
    else:
        note += ONLY_POSITIVES
    columns = ("system", "measure", "mean", "low", "high", "questions", "remark")
    return Section("Ranking", columns, rows, note)


def _differences(work: Work, systems: Systems) -> Section:
    rows: list[tuple[Any, ...]] = []
    own = systems[OWN]
    for system, values in systems.items():
        for name, by_question in values.items():
            # How much of a ranking is judged says nothing of how good it is.
            if system == OWN or name.startswith("judged@"):
                continue
            found = work.difference(own[name], by_question)
            verdict = found.reason
            if found.low is not None and found.high is not None:
                verdict = "better" if found.low > 0 else "worse" if found.high < 0 else "unsure"
            rows.append((system, name, found.mean, found.low, found.high, found.n, verdict))
    columns = ("baseline", "measure", "difference", "low", "high", "questions", "verdict")
    note = f"{OWN} less the baseline, question by question; unsure where the interval holds 0"
    return Section("Differences", columns, rows, note if rows else "no baseline was given")


def _by_question(systems: Systems) -> Section:
    names = tuple(systems[OWN])
    rows: list[tuple[Any, ...]] = []
    for system, values in systems.items():
        questions = sorted({question for one in values.values() for question in one})
        rows += [
            (system, question, *(values[name].get(question) for name in names))
            for question in questions
        ]
    note = "empty where the question has no relevant project, or no judged one among the first ten"
    return Section("Question by question", ("system", "question", *names), rows, note)
