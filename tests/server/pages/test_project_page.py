"""The page of a project."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from conftest import Graph
from html_pages import Page
from server.pages.conftest import Get
from small_graph import SmallGraph

from graphkit.library import Library
from graphkit.vocabulary import DEFAULT_BASE

PagesOf = Callable[[SmallGraph], Get]


@pytest.fixture
def graph() -> SmallGraph:
    """A joint grant in two parts that speaks to many questions."""
    graph = SmallGraph()
    graph.place("E12000005", "West Midlands", "region")
    graph.department("roads", "Ministry of Roads")
    graph.funder("esrc", "Economic and Social Research Council", "ESRC")
    graph.organisation("warwick", "University of Warwick", located=("E12000005",))
    graph.organisation("leeds", "University of Leeds")
    graph.organisation("city", "City Council")
    graph.topic("wear", "Wear")
    graph.project(
        "A",
        "Wear of surfaces",
        funders=("esrc",),
        lead=("warwick",),
        partner=("city",),
        reference="RD/1",
        amount=1000.0,
        start=date(2018, 1, 1),
        end=date(2019, 12, 31),
        status="Closed",
        abstract="Surfaces wear.\n\nWe ask why.",
        topics=("wear",),
        concerns=("E12000005",),
    )
    graph.say("project", "A", "schema:sameAs", "https://gtr.ukri.org/projects?ref=RD%2F1")
    graph.project("A2", "Wear of surfaces", lead=("leeds",), joint_with="A", reference="RD/2")
    for key in range(1, 26):
        graph.question(str(key), f"Why does road {key} wear?", by="roads")
        graph.assessment(str(key), "A", "partial", origin="computed", score=key / 100)
    graph.question("90", "Why do bridges wear?", by="roads")
    graph.assessment("90", "A2", "full", explanation="It answers it.", rank=1)
    graph.question("91", "Why do boats wear?", by="roads")
    graph.assessment("91", "A", "none", origin="computed")
    return graph


@pytest.fixture
def page(graph: SmallGraph, pages_of: PagesOf) -> Page:
    """The page of the first part."""
    return pages_of(graph)("/id/project/A")


def test_it_tells_what_is_known(page: Page) -> None:
    said = page.main.text
    for words in (
        "Funded by Economic and Social Research Council , led by University of Warwick .",
        "£1,000",
        "1 January 2018",
        "31 December 2019",
        "Closed",
        "Surfaces wear. We ask why.",
        "Partner City Council",
        "Topics Wear",
        "About West Midlands",
        "Run from West Midlands",
    ):
        assert words in said, words


def test_it_links_to_its_page_in_the_register(page: Page) -> None:
    link = page.main.one("a", href="https://gtr.ukri.org/projects?ref=RD%2F1")
    assert (link.text, link["rel"]) == ("Gateway to Research", "noopener noreferrer")


def test_its_questions_are_those_of_all_records_published_first(page: Page) -> None:
    questions = page.root.one("section", **{"aria-labelledby": "questions"})
    titles = [one.text for one in questions.all("h3")]
    assert titles[0] == "Why do bridges wear?"
    assert titles[1] == "Why does road 25 wear?"
    assert len(titles) == 26
    assert "Why do boats wear?" not in titles


def test_a_broad_project_says_so(page: Page) -> None:
    assert "Computation links this project to 25 questions" in page.main.text


def test_other_records_of_the_grant_are_listed(page: Page) -> None:
    records = page.root.one("section", **{"aria-labelledby": "records"})
    assert "RD/2" in records.text
    assert "University of Leeds" in records.text
    assert "transferred" not in records.one("table").text


def test_the_page_of_a_question_links_here(graph: SmallGraph, pages_of: PagesOf) -> None:
    assert "/id/project/A" in pages_of(graph)("/id/question/1").links


def test_a_project_of_which_little_is_known_says_so(pages_of: PagesOf) -> None:
    graph = SmallGraph()
    graph.project("A", "Wear")
    said = pages_of(graph)("/id/project/A").main.text
    assert "No source says who funds it" in said
    assert "No source gives an abstract" in said
    assert "That does not mean that it speaks to none" in said


def test_it_has_the_questions_of_the_named_query(get: Get, linked: Graph) -> None:
    library = Library.open(linked.folder)
    projects = {
        row["project"] for row in library.run("question-projects", question="16604").dicts()
    }
    for iri in sorted(projects):
        shown = get(f"/{iri.removeprefix(DEFAULT_BASE)}")
        questions = shown.root.one("section", **{"aria-labelledby": "questions"})
        linked_to = {
            f"{DEFAULT_BASE}{one['href'].lstrip('/')}"
            for heading in questions.all("h3")
            for one in heading.all("a")
        }
        rows = library.run("project-questions", project=iri).dicts()
        assert linked_to == {row["question"] for row in rows}


def test_it_tells_search_engines_what_it_is(page: Page) -> None:
    script = page.root.one("script", type="application/ld+json")
    said = json.loads("".join(str(one) for one in script.inside))
    assert (said["@type"], said["name"]) == ("ResearchProject", "Wear of surfaces")
