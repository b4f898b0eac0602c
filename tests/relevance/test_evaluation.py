"""Measuring relevance: every figure worked out by hand, and what must hold for any ranking."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graphkit.errors import UsageError
from graphkit.model import Assessment
from graphkit.relevance.evaluation.agreement import (
    Said,
    aspects_agreement,
    degree_confusion,
    judgements,
    linked_as,
)
from graphkit.relevance.evaluation.bootstrap import (
    difference_interval,
    mean_interval,
    ratio_interval,
)
from graphkit.relevance.evaluation.calibration import calibration, quantile_edges, wilson
from graphkit.relevance.evaluation.judged import Judged, JudgedPair
from graphkit.relevance.evaluation.metrics import (
    Counts,
    collapse,
    grades_of,
    link_quality,
    measure,
    measures,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)
from graphkit.relevance.evaluation.report import Evaluation, evaluate
from graphkit.relevance.evaluation.work import Settings
from graphkit.tabular import to_text

GRADES = {"A": 3, "B": 0, "C": 2, "D": 1}
RANKING = ["x", "C", "B", "A"]


def assessment(
    question: str,
    project: str,
    degree: str = "direct",
    covers: tuple[str, ...] = (),
    misses: tuple[str, ...] = (),
    score: float | None = None,
) -> Assessment:
    return Assessment(
        question=question,
        project=project,
        degree=degree,
        origin="computed",
        covers=covers,
        misses=misses,
        score=score,
    )


def by_pair(*assessments: Assessment) -> dict[tuple[str, str], Assessment]:
    return {(one.question, one.project): one for one in assessments}


# ---- One question, by hand ----


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 0.5), (3, 0.5), (4, 1.0), (100, 1.0)])
def test_recall_is_the_share_of_relevant_projects_among_the_first_k(
    k: int, expected: float
) -> None:
    assert recall_at(RANKING, GRADES, k, threshold=2) == expected


@pytest.mark.parametrize(("k", "expected"), [(1, None), (2, 1.0), (3, 1 / 2), (4, 2 / 3)])
def test_precision_passes_over_what_nobody_judged(k: int, expected: float | None) -> None:
    assert precision_at(RANKING, GRADES, k, threshold=2) == expected


@pytest.mark.parametrize(("threshold", "expected"), [(1, 1 / 2), (2, 1 / 2), (3, 1 / 4)])
def test_reciprocal_rank_is_that_of_the_first_relevant_project(
    threshold: int, expected: float
) -> None:
    assert reciprocal_rank(RANKING, GRADES, threshold) == expected


def test_reciprocal_rank_is_0_where_no_relevant_project_is_ranked() -> None:
    assert reciprocal_rank(["x", "B"], GRADES, threshold=1) == 0


def test_ndcg_weighs_grades_and_places() -> None:
    # Gains 0, 3, 0, 7 at ranks 1 to 4; at best 7, 3, 1.
    gained = 3 / math.log2(3) + 7 / math.log2(5)
    best = 7 + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(RANKING, GRADES, 10, threshold=2) == pytest.approx(gained / best)
    assert ndcg_at(RANKING, GRADES, 2, threshold=2) == pytest.approx(
        3 / math.log2(3) / (7 + 3 / math.log2(3))
    )


def test_without_a_relevant_project_there_is_nothing_to_recall() -> None:
    grades = {"A": 1, "B": 0}
    assert recall_at(["A"], grades, 10, threshold=2) is None
    assert reciprocal_rank(["A"], grades, threshold=2) is None
    assert ndcg_at(["A"], grades, 10, threshold=2) is None


# ---- Several questions, joint grants ----


def test_questions_without_a_relevant_project_are_left_out_and_those_without_ranking_are_not() -> (
    None
):
    grades = {"1": {"A": 1}, "2": {"A": 0}, "3": {"A": 1}}
    found = measure({"1": ["A"], "2": ["A"]}, grades, {}, measures(1))
    assert found["recall@10"] == {"1": 1.0, "3": 0.0}
    assert found["MRR"] == {"1": 1.0, "3": 0.0}


def test_any_record_of_a_joint_grant_is_a_hit_and_counts_once() -> None:
    grants = {"A1": "A", "A2": "A"}
    grades = grades_of([JudgedPair("1", "A1", 1), JudgedPair("1", "A2", 1)], grants)
    found = measure({"1": ["A2", "A1", "B"]}, grades, grants, measures(1, (1,), negatives=True))
    assert found["recall@1"] == {"1": 1.0}
    assert found["judged@10"] == {"1": 0.5}


@pytest.mark.parametrize("grades", [(0, 2), (2, 0)])
def test_a_joint_grant_has_the_best_grade_of_its_records(grades: tuple[int, int]) -> None:
    pairs = [JudgedPair("1", f"A{n}", grade) for n, grade in enumerate(grades)]
    assert grades_of(pairs, {"A0": "A", "A1": "A"}) == {"1": {"A": 2}}


def test_a_cut_off_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="one place at least"):
        measures(1, (10, 0))


def test_links_are_measured_on_judged_pairs_of_judged_questions() -> None:
    grades = {"1": {"A": 3, "B": 0, "C": 2}, "2": {"A": 2}}
    linked = [("1", "A"), ("1", "A2"), ("1", "B"), ("1", "x"), ("9", "A")]
    found = link_quality(linked, grades, {"A2": "A"}, threshold=2)
    assert found["1"] == (Counts(hits=1, wrong=1, missed=1), 3, 2)
    assert found["2"] == (Counts(hits=0, wrong=0, missed=1), 0, 0)


KEYS = st.sampled_from("ABCDEFGH")
GRADED = st.dictionaries(KEYS, st.integers(0, 3), min_size=1)
RANKED = st.lists(KEYS, unique=True)


@given(ranking=RANKED, grades=GRADED, threshold=st.integers(1, 3))
def test_recall_never_falls_with_k(
    ranking: list[str], grades: dict[str, int], threshold: int
) -> None:
    values = [recall_at(ranking, grades, k, threshold) for k in range(1, 10)]
    if None not in values:
        assert values == sorted(value for value in values if value is not None)


@given(ranking=RANKED, grades=GRADED, k=st.integers(1, 10))
def test_ndcg_is_at_most_1_and_1_for_the_ideal_order(
    ranking: list[str], grades: dict[str, int], k: int
) -> None:
    value = ndcg_at(ranking, grades, k, threshold=1)
    ideal = ndcg_at(sorted(grades, key=lambda key: -grades[key]), grades, k, threshold=1)
    if value is None:
        assert max(grades.values()) == 0
    else:
        assert 0 <= value <= 1 + 1e-12
        assert ideal == 1


@given(ranking=st.lists(KEYS), grants=st.dictionaries(KEYS, st.sampled_from("UVW")))
def test_a_collapsed_ranking_names_each_grant_once_in_the_order_of_its_best_record(
    ranking: list[str], grants: dict[str, str]
) -> None:
    short = collapse(ranking, grants)
    assert len(set(short)) == len(short)
    assert set(short) == {grants.get(key, key) for key in ranking}
    firsts = [[grants.get(key, key) for key in ranking].index(key) for key in short]
    assert firsts == sorted(firsts)
    assert collapse(short, grants) == short


@hypothesis_settings(max_examples=30)
@given(
    questions=st.lists(st.tuples(RANKED, GRADED), min_size=1, max_size=6),
    names=st.permutations(range(6)),
)
def test_names_of_questions_change_no_figure(
    questions: list[tuple[list[str], dict[str, int]]], names: list[int]
) -> None:
    def ranked(order: list[int]) -> list[tuple[object, ...]]:
        pairs = [
            JudgedPair(str(name), project, grade)
            for name, (_, grades) in zip(order, questions, strict=False)
            for project, grade in grades.items()
        ]
        rankings = {
            str(name): ranking for name, (ranking, _) in zip(order, questions, strict=False)
        }
        found = evaluate(Judged(tuple(pairs)), rankings, settings=Settings(draws=50))
        return found.section("Ranking").rows

    assert ranked(list(range(6))) == ranked(names)


# ---- Intervals ----


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few = mean_interval({str(n): n % 2 for n in range(10)})
    many = mean_interval({str(n): n % 2 for n in range(1000)})
    for found in (few, many):
        assert found.low is not None
        assert found.high is not None
        assert found.mean == 0.5
        assert found.low < 0.5 < found.high
    # The standard error of the mean of 1,000 fair coins is .0158.
    assert many.low == pytest.approx(0.5 - 1.96 * 0.0158, abs=0.004)
    assert many.high == pytest.approx(0.5 + 1.96 * 0.0158, abs=0.004)


def test_an_interval_is_the_same_in_any_order_of_the_questions_and_any_run() -> None:
    values = {str(n): n / 7 for n in range(20)}
    again = dict(reversed(values.items()))
    assert mean_interval(values) == mean_interval(again)
    assert mean_interval(values, seed=1) != mean_interval(values, seed=2)


def test_a_paired_difference_is_surer_than_the_means() -> None:
    one = {str(n): n / 20 + 0.1 for n in range(20)}
    other = {str(n): n / 20 for n in range(20)}
    found = difference_interval(one, {**other, "not in the first": 1.0})
    assert found.n == 20
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (None, None, None, 0, "no question")),
        ({"1": 0.25}, (0.25, None, None, 1, "one question only")),
    ],
)
def test_no_interval_from_one_question_or_none(
    values: Mapping[str, float], expected: tuple[object, ...]
) -> None:
    assert mean_interval(values) == expected


def test_a_ratio_is_of_sums_and_questions_that_say_nothing_do_not_count() -> None:
    found = ratio_interval([(1, 1), (1, 9), (0, 0)])
    assert found.mean == 0.2
    assert (found.low, found.high, found.n) == (pytest.approx(1 / 9), 1.0, 2)


# ---- Degrees and aspects ----


def test_a_judged_degree_meets_a_given_one_or_no_link() -> None:
    judged = {
        ("1", "A"): Said("full"),
        ("1", "B"): Said("none"),
        ("1", "C"): Said("partial"),
        ("1", "D"): Said(None),
    }
    linked = linked_as(by_pair(assessment("1", "A"), assessment("1", "C", "none")), {})
    assert degree_confusion(judged, linked) == {
        ("full", "direct"): 1,
        ("none", "not linked"): 1,
        ("partial", "not linked"): 1,
    }


def test_of_the_records_of_a_grant_the_strongest_assessment_counts() -> None:
    grants = {"A1": "A", "A2": "A", "A3": "A"}
    linked = linked_as(
        by_pair(
            assessment("1", "A1", "partial", ("cost",), score=0.9),
            assessment("1", "A2", "direct", ("risk",), score=0.5),
            assessment("1", "A3", "direct", ("time",), score=0.6),
        ),
        grants,
    )
    assert linked == {("1", "A"): Said("direct", frozenset({"time"}))}
    judged = judgements(
        [
            JudgedPair("1", "A1", 2, "partial", ("cost",), ("risk",)),
            JudgedPair("1", "A2", 3, "full", ("risk",), ("time",)),
        ],
        grants,
    )
    assert judged == {("1", "A"): Said("full", frozenset({"cost", "risk"}), frozenset({"time"}))}


def test_aspects_of_questions_agree_key_by_key() -> None:
    gold = {"1": {"cost", "risk"}, "2": {"time"}}
    found = aspects_agreement(gold, {"1": ["cost", "time", "time"], "9": ["cost"]})
    assert found == {"1": Counts(1, 1, 1), "2": Counts(0, 0, 1)}


# ---- Calibration ----


def test_scores_are_binned_with_the_share_of_relevant_ones() -> None:
    judged = [(-1.0, False), (0.2, False), (0.5, True), (0.7, False), (0.9, True), (7.0, True)]
    low, high = calibration(judged, (0.0, 0.5, 1.0))
    assert (low.judged, low.share, low.mean_score) == (2, 0.0, pytest.approx(-0.4))
    assert (high.judged, high.share) == (4, 0.75)
    assert (low.low_share, low.high_share) == pytest.approx((0.0, 0.6576), abs=1e-4)


def test_deciles_are_fewer_where_scores_repeat() -> None:
    assert [one.judged for one in calibration([(n / 100, True) for n in range(100)])] == [10] * 10
    assert quantile_edges([0.5] * 9 + [1.0]) == pytest.approx((0.5, 0.55, 1.0))
    [only] = calibration([(0.5, True), (0.5, False)])
    assert (only.low, only.high, only.judged, only.share) == (0.5, 0.5, 2, 0.5)
    assert calibration([]) == []


@pytest.mark.parametrize("edges", [(), (0.5,), (0.0, 0.0), (1.0, 0.0)])
def test_edges_that_do_not_rise_are_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="must rise"):
        calibration([(0.5, True)], edges)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match="no number"):
        calibration([(math.nan, True)])


@given(n=st.integers(1, 10_000), share=st.floats(0, 1))
def test_the_interval_of_a_share_holds_it_and_stays_between_0_and_1(n: int, share: float) -> None:
    hits = round(n * share)
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


# ---- The whole ----


def judged_example() -> Judged:
    return Judged(
        (
            JudgedPair("1", "A", 3, "full", ("cost", "risk")),
            JudgedPair("1", "B", 0, "none"),
            JudgedPair("1", "C", 2, "partial", ("cost",), ("risk", "time")),
            JudgedPair("2", "A", 2, None, ("risk",), ()),
            JudgedPair("2", "D", 1),
            JudgedPair("3", "B", 0, "none"),
        ),
        graded=True,
    )


def example() -> Evaluation:
    """Two questions with relevant projects, one without; a baseline that ranks worse."""
    return evaluate(
        judged_example(),
        {"1": ["A", "B", "C"], "2": ["x", "A"]},
        scores={("1", "A"): 0.9, ("1", "B"): 0.6, ("2", "A"): 0.7, ("2", "x"): 0.8},
        assessments=by_pair(
            assessment("1", "A", "direct", ("cost", "other"), ("risk",)),
            assessment("1", "B", "partial"),
            assessment("1", "C", "partial", ("time",), ("risk",)),
            assessment("2", "x", "partial"),
        ),
        baselines={"title only": {"1": ["B", "A"], "2": ["x", "y", "z", "A"]}},
        aspects={"1": ("cost", "place")},
        gold_aspects={"1": {"cost", "risk"}},
        settings=Settings(cut_offs=(1, 10), draws=200),
    )


def values(found: Evaluation, title: str) -> dict[object, tuple[object, ...]]:
    return {row[0]: tuple(row[1:]) for row in found.section(title).rows}


def test_the_whole_evaluation_of_a_tiny_example() -> None:
    found = example()
    assert found.threshold == 2
    assert not found.only_positives

    overview = values(found, "Judged pairs")
    assert overview["questions"] == (3,)
    assert overview["questions without a relevant project"] == (1,)
    assert overview["questions without a ranking"] == (1,)
    assert overview["pairs that are relevant"] == (3,)
    assert overview["pairs of grade 0"] == (2,)

    ranking = {row[:2]: row[2] for row in found.section("Ranking").rows}
    assert ranking["graphkit", "recall@1"] == 0.25  # (1/2 + 0) / 2
    assert ranking["graphkit", "recall@10"] == 1.0
    assert ranking["graphkit", "MRR"] == 0.75
    assert ranking["graphkit", "precision@10"] == pytest.approx((2 / 3 + 1) / 2)
    assert ranking["graphkit", "judged@10"] == 0.75
    assert ranking["title only", "MRR"] == 0.375

    differences = {row[1]: row[2:] for row in found.section("Differences").rows}
    assert differences["MRR"] == (0.375, 0.25, 0.5, 2, "better")
    assert differences["recall@10"][0] == 0.25
    assert differences["recall@10"][-1] == "unsure"
    assert "judged@10" not in differences

    links = values(found, "Links")
    assert links["precision"][0] == pytest.approx(2 / 3)
    assert links["recall"][0] == pytest.approx(2 / 3)
    assert (links["judged among linked"][0], links["judged among linked"][3]) == (0.75, 4)

    degrees = found.section("Degrees")
    assert degrees.columns == (
        *("judged", "full", "direct", "partial", "indirect", "unstated", "not linked"),
    )
    assert degrees.rows == [
        ("full", 0, 1, 0, 0, 0, 0),
        ("partial", 0, 0, 1, 0, 0, 0),
        ("none", 0, 0, 1, 0, 0, 1),
    ]


def test_aspects_are_measured_over_what_was_judged_with_and_without_pairs_not_linked() -> None:
    found = example()
    aspects = values(found, "Aspects of pairs")
    # Judged covered: 1A cost, risk; 1C cost; 2A risk, which is not linked. Missed: 1C risk, time.
    assert aspects["covered: precision"][0] == 0.5  # cost of A, not time of C; "other" unjudged
    assert aspects["covered: recall, linked pairs"][0] == pytest.approx(1 / 3)
    assert aspects["covered: recall, all judged pairs"][0] == 0.25
    assert aspects["missed: precision"][0] == 0.5  # risk of C, not risk of A
    assert aspects["missed: recall, linked pairs"][0] == 0.5
    assert found.section("Aspects one by one").rows == [
        ("cost", 2, 0, 1, 0, 1, 1.0, 0.5),
        ("risk", 1, 1, 0, 0, 1, None, 0.0),
        ("time", 0, 1, 0, 1, 0, 0.0, None),
    ]
    questions = values(found, "Aspects of questions")
    assert questions["precision"] == (0.5, None, None, 2, "one question only")
    assert questions["recall"] == (0.5, None, None, 2, "one question only")


def test_calibration_tells_how_many_judged_pairs_have_no_score() -> None:
    calibrated = example().section("Calibration")
    assert sum(row[2] for row in calibrated.rows) == 3
    assert "3 judged pairs have no score" in calibrated.note


def test_scores_of_a_joint_grant_are_that_of_its_best_record() -> None:
    judged = Judged((JudgedPair("1", "A1", 1), JudgedPair("1", "B", 0)))
    scores = {("1", "A1"): 0.2, ("1", "A2"): 0.8, ("1", "A3"): 0.3, ("1", "B"): 0.1}
    found = evaluate(
        judged,
        {},
        dict.fromkeys(("A1", "A2", "A3"), "A"),
        scores,
        settings=Settings(edges=(0, 0.5, 1)),
    )
    assert [row[2:4] for row in found.section("Calibration").rows] == [(1, 0.0), (1, 1.0)]


def test_each_question_has_its_own_figures() -> None:
    table = example().by_question
    assert table.columns[:4] == ("system", "question", "recall@1", "recall@10")
    rows = {row[:2]: row[2:] for row in table.rows}
    assert rows["graphkit", "1"][:3] == (0.5, 1.0, 1.0)
    assert rows["graphkit", "2"][:3] == (0.0, 1.0, 0.5)
    assert ("graphkit", "3") not in rows


def test_where_only_positives_are_known_precision_and_calibration_are_not_told() -> None:
    judged = Judged((JudgedPair("1", "A", 1), JudgedPair("2", "A", 1)))
    found = evaluate(
        judged,
        {"1": ["A"]},
        scores={("1", "A"): 0.9},
        assessments=by_pair(assessment("1", "A"), assessment("1", "B")),
    )
    assert found.only_positives
    assert any("unjudged projects may be relevant" in note for note in found.notes)
    assert {row[1] for row in found.section("Ranking").rows} == {
        *("recall@10", "recall@50", "recall@100", "MRR", "nDCG@10"),
    }
    assert list(values(found, "Links")) == ["recall", "judged among linked"]
    assert found.section("Calibration").rows == []


def test_a_section_without_figures_says_why() -> None:
    found = evaluate(Judged((JudgedPair("1", "A", 1),)), {"1": ["A"]})
    empty = [one for one in found.sections if not one.rows]
    assert {one.title for one in empty} >= {"Links", "Degrees", "Aspects of pairs", "Differences"}
    assert all(one.note for one in empty)


def test_what_weakens_the_figures_is_noted() -> None:
    judged = Judged((JudgedPair("1", "A", 1),), graded=True, in_several_splits=("1",))
    notes = " ".join(evaluate(judged, {}).notes)
    assert "no judged project is relevant" in notes
    assert "another split has too: 1" in notes


def test_the_threshold_can_be_set() -> None:
    found = evaluate(judged_example(), {"3": ["B"]}, settings=Settings(threshold=1))
    assert values(found, "Judged pairs")["pairs that are relevant"] == (4,)


@pytest.mark.parametrize(
    ("judged", "settings", "baselines", "message"),
    [
        (Judged(()), Settings(), {}, "no judged pair"),
        (judged_example(), Settings(threshold=0), {}, "every project is relevant"),
        (judged_example(), Settings(draws=0), {}, "needs draws"),
        (judged_example(), Settings(), {"graphkit": {}}, "cannot be named graphkit"),
    ],
)
def test_what_cannot_be_evaluated_is_told(
    judged: Judged, settings: Settings, baselines: dict[str, dict[str, list[str]]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        evaluate(judged, {}, baselines=baselines, settings=settings)


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_every_section_can_be_written(form: str) -> None:
    found = example()
    for section in (*found.sections, found.by_question):
        assert all(len(row) == len(section.columns) for row in section.rows)
        assert to_text(section.columns, section.rounded(), form)
    links = found.section("Links")
    assert "0.667" in to_text(links.columns, links.rounded(), form)


def test_two_evaluations_of_the_same_are_the_same() -> None:
    assert example() == example()
