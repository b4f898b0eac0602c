"""What the queries say of the graph of roads and rivers, worked out by hand.

Read `roads_and_rivers.py` beside it: each row below can be found there with a pencil.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from roads_and_rivers import roads_and_rivers

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
        ("question/1", "unstated", "published-link", "project/P02"),
        ("question/1", "partial", "published-page", "project/P01"),
        ("question/3", "unstated", "published-link", "project/P01"),
        ("question/6", "partial", "computed", "project/P01"),
    ]),
    # P06 was looked at for question 5 and does not speak to it.
    Expected("projects-hub", {"min_questions": "2"}, "project questions departments", [
        ("project/P01", 3, 3), ("project/P06", 2, 2),
    ]),
    Expected("projects-across-departments", {"min_departments": "2"},
             "project departments questions", [
        ("project/P01", 3, 3), ("project/P06", 2, 2),
    ]),
    Expected("funder-departments", {"funder": "CS"}, "name grants questions pounds", [
        ("Ministry of Rivers", 3, 1, 380_000.0),
        ("Ministry of Roads", 3, 2, 350_000.0),
        ("Ministry of Roads and Rivers", 1, 1, 100_000.0),
    ]),
    Expected("projects-of-degree", {"degree": "direct"}, "title question covers", [
        ("Roads of tomorrow", "question/1", ["capacity"]),
        ("Safe crossings", "question/2", ["safety"]),
        ("The price of stone", "question/5", ["cost"]),
    ]),
    Expected("question-projects", {"question": "1"}, "project degree origin covers misses", [
        ("project/P01", "full", "computed", ["capacity", "cost"], []),
        ("project/P01", "partial", "published-page", ["capacity"], ["cost"]),
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
