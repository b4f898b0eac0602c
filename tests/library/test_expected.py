"""What the queries say of the graph of roads and rivers, worked out by hand.

Read `roads_and_rivers.py` beside it: each row below can be found there with a pencil.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from roads_and_rivers import LOREM, roads_and_rivers

from graphkit.library import Library


class Expected(NamedTuple):
    """A query with values, the columns looked at, and the rows."""

    query: str
    values: dict[str, str]
    columns: str
    rows: list[tuple[Any, ...]]


EXPECTED = [
    # Joint records P01 and P02 are one grant; P03 and P04 are one that moved from Ham to Camden.
    Expected("places-grants", {}, "name grants pounds grants_about leading_organisations", [
        ("London", 4, 57_345.5, 0, 1),
        ("West Midlands", 3, 400_000.0, 2, 2),
    ]),
    Expected("places-grants", {"place_kind": "country"}, "name grants pounds grants_about", [
        ("England", 6, 457_345.5, 2),
        ("Wales", 1, 5_000.0, 1),
    ]),
    Expected("place-funders", {"place": "West Midlands"}, "name grants pounds", [
        ("Council for Science", 3, 400_000.0),
        ("Bridge Fund", 1, 200_000.0),
    ]),
    Expected("place-years", {"place": "London"}, "year grants pounds", [
        (2017, 1, 30_000.0), (2019, 1, 12_345.5), (2022, 2, 15_000.0),
    ]),
    Expected("place-projects", {"place": "Wales"}, "title match", [
        ("Skills for ferries", ["located"]), ("Water under bridges", ["concerns"]),
    ]),
    Expected("place-organisations", {"place": "London"}, "name grants pounds", [
        ("Camden College", 4, 57_345.5),
    ]),
    Expected("place-located-against-concerned", {},
             "name located concerned both about_run_elsewhere", [
        ("London", 4, 0, 0, 0),
        ("West Midlands", 3, 2, 1, 1),
    ]),
    Expected("projects-about-place-run-elsewhere", {"place": "West Midlands"}, "title", [
        ("Songs of the river",),
    ]),
    Expected("projects-without-place", {"funder": "CA"}, "title lead_organisation", [
        ("The price of stone", "Lone Works"),
    ]),
    Expected("grant-records", {"project": "project/P02"}, "title award counted_amount", [
        ("Roads at full stretch", 100_000.0, 100_000.0),
        ("Roads at full stretch", 50_000.0, 50_000.0),
    ]),
    Expected("grant-records", {"project": "project/P04"}, "reference award counted_amount", [
        ("W/1/1", 80_000.0, 50_000.0), ("W/1/2", 30_000.0, 30_000.0),
    ]),
    # What is said of P02 is said of the grant of P01, too.
    Expected("project-questions", {"project": "project/P01"}, "question degree origin record", [
        ("question/1", "full", "computed", "project/P01"),
        ("question/1", "direct", "computed", "project/P02"),
        ("question/1", "unstated", "published-link", "project/P02"),
        ("question/1", "partial", "published-page", "project/P01"),
        ("question/3", "indirect", "computed", "project/P02"),
        ("question/3", "unstated", "published-link", "project/P01"),
        ("question/6", "partial", "computed", "project/P01"),
    ]),
    # P06 was looked at for question 5 and does not speak to it.
    # Of P01's five pairs only that with question 3 is never stated; the computed degree counts.
    Expected("projects-hub", {"min_questions": "2"},
             "project questions departments links explained", [
        ("project/P01", 3, 3, 5, 0.8), ("project/P06", 3, 2, 3, 1.0),
    ]),
    Expected("projects-across-departments", {"min_departments": "2"},
             "project departments questions", [
        ("project/P01", 3, 3), ("project/P06", 2, 3),
    ]),
    Expected("funder-departments", {"funder": "CS"}, "name grants questions pounds", [
        ("Ministry of Rivers", 3, 2, 430_000.0),
        ("Ministry of Roads", 3, 2, 350_000.0),
        ("Ministry of Roads and Rivers", 1, 1, 100_000.0),
    ]),
    Expected("projects-of-degree", {"degree": "direct"}, "title question covers", [
        ("Roads at full stretch", "question/1", []),
        ("Roads of tomorrow", "question/1", ["capacity"]),
        ("Safe crossings", "question/2", ["safety"]),
        ("The price of stone", "question/5", ["cost"]),
        ("The price of stone", "question/5", ["cost"]),
    ]),
    Expected("question-projects", {"question": "1"}, "project degree origin covers misses", [
        ("project/P01", "full", "computed", ["capacity", "cost"], []),
        ("project/P01", "partial", "published-page", ["capacity"], ["cost"]),
        ("project/P02", "direct", "computed", [], []),
        ("project/P02", "unstated", "published-link", [], []),
        ("project/page-1-3", "direct", "published-page", ["capacity"], []),
    ]),
    Expected("question-sharing-projects", {"question": "1"}, "question grants", [
        ("question/3", 1), ("question/6", 1),
    ]),
    Expected("organisations-bridging-departments", {"min_departments": "3"},
             "name departments questions grants", [
        ("University of Ham", 3, 3, 2),
    ]),
    Expected("aspects-together", {"min_questions": "1"}, "first_name second_name questions", [
        ("capacity", "cost", 2), ("capacity", "safety", 1), ("cost", "safety", 1),
        ("safety", "skills", 1),
    ]),
    Expected("place-aspects", {"place": "London"}, "name grants questions", [("capacity", 1, 1)]),
    Expected("place-departments", {"place": "London"}, "name grants questions", [
        ("Ministry of Rivers", 1, 1),
    ]),
    Expected("projects-for-questions-in-place", {"place": "London"}, "title questions", [
        ("Birdsong", 1), ("Water under bridges", 1),
    ]),
    Expected("projects-addressing-aspect", {"aspect": "skills"}, "title degree department", [
        ("Skills for ferries", "partial", ["Ministry of Rivers"]),
    ]),
    # Question 8 names Birmingham, too, and is no project.
    Expected("place-projects", {"place": "Birmingham"}, "title match", [
        ("Roads at full stretch", ["located"]), ("Songs of the river", ["concerns"]),
        ("Water under bridges", ["located"]),
    ]),
    Expected("projects-about-place-run-elsewhere", {"place": "Birmingham"}, "title", [
        ("Songs of the river",),
    ]),
    Expected("question-facts", {"question": "8"}, "fact value", [
        ("wording", "Do Birmingham's birds like bridges?"), ("aspect", "safety"),
        ("grants listed, published", "0"), ("grants listed, computed", "1"),
        ("similar questions", "1"), ("place named", "Birmingham"),
    ]),
    # Of what was computed: nobody can say whether P02 agrees, as its published degree is unstated.
    Expected("links-agreement", {},
             "question project published_degree computed_degree agrees published_rank "
             "computed_rank", [
        ("question/1", "project/P01", "partial", "full", False, 1, 1),
        ("question/1", "project/P02", "unstated", "direct", None, 2, 2),
        ("question/5", "project/P08", "direct", "direct", True, 1, 1),
    ]),
    Expected("links-agreement", {"degree": "direct"}, "project", [("project/P08",)]),
    Expected("links-agreement", {"department": "roads"}, "project published_origin", [
        ("project/P01", "published-page"), ("project/P02", "published-link"),
    ]),
    # P02 is not new to question 3: P01, of the same grant, is published for it.
    Expected("links-only-computed", {"department": "rivers"},
             "question project degree rank score explanation", [
        ("question/4", "project/P06", "partial", 1, 0.5,
         "No mention of skills was found in the text held."),
    ]),
    Expected("links-only-computed", {"department": "transport"}, "question project covers", [
        ("question/6", "project/P01", ["capacity"]),
    ]),
    Expected("links-only-computed", {"department": "rivers", "question": "3"}, "project", []),
    # Asked for by P02, found in the text of P01.
    Expected("link-evidence", {"question": "1", "project": "project/P02"},
             "project quoted_from position quote aspects score", [
        ("project/P01", "abstract", 0, LOREM, ["capacity", "cost"], 0.5),
        ("project/P01", "title", 0, "Roads at full stretch", ["capacity"], 0.7),
    ]),
    Expected("link-evidence", {"question": "1", "project": "project/P06"}, "quote", []),
    Expected("link-evidence", {"question": "4"}, "project degree aspects", [
        ("project/P06", "partial", []),
    ]),
    # P06 was computed for questions 4 and 5, and does not speak to the second.
    Expected("projects-generic", {"min_questions": "1"}, "project linked_questions listed", [
        ("project/P01", 2, 2), ("project/P02", 2, 1), ("project/P06", 1, 2),
        ("project/P08", 1, 1), ("project/P10", 1, 0),
    ]),
    Expected("computations-overview", {}, "method model ended assessments similarities", [
        ("meaning and words", "a-model", "2026-07-01T10:00", 8, 4),
    ]),
    Expected("question-similar", {"question": "4"}, "question origin score duplicate reason", [
        ("question/3", "computed", 0.6, False, "both have the topic water"),
        ("question/3", "published-page", None, False, None),
    ]),
    Expected("questions-near-duplicates", {}, "question other_question score duplicate reason", [
        ("question/1", "question/6", 0.99, True, "worded alike"),
    ]),
    Expected("similar-across-departments", {}, "question other score duplicate reason", [
        ("question/1", "question/3", 0.81, False, "both ask about capacity and cost"),
        ("question/1", "question/6", 0.99, True, "worded alike"),
    ]),
    # A pair is one link, and explained or stated if either word on it is.
    Expected("links-unexplained", {}, "question unexplained links", [
        ("question/3", 2, 5), ("question/1", 1, 3), ("question/6", 1, 1), ("question/8", 1, 1),
    ]),
    Expected("links-unstated", {"min_unstated": "1"}, "question unstated links", [
        ("question/3", 1, 5),
    ]),
    Expected("links-unstated", {"min_unstated": "1", "origin": "published-link"},
             "question unstated links", [
        ("question/1", 1, 1), ("question/3", 1, 1),
    ]),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(roads_and_rivers().snapshot(tmp_path_factory.mktemp("expected")))


@pytest.mark.parametrize("engine", ["sparql", "cypher"])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: f"{one.query} {one.values}")
def test_the_answer_is_what_a_person_finds(
    library: Library, expected: Expected, engine: str
) -> None:
    rows = library.run(expected.query, engine=engine, **expected.values).dicts()
    found = [
        tuple(short(library, row[column]) for column in expected.columns.split()) for row in rows
    ]
    assert found == expected.rows


def short(library: Library, value: Any) -> Any:
    """An address as tables show it."""
    return value.removeprefix(f"{library.base}id/") if isinstance(value, str) else value


def test_at_least_twenty_queries_were_worked_out_by_hand() -> None:
    assert len({one.query for one in EXPECTED}) >= 20
