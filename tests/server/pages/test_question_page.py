"""The page of a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from conftest import Graph
from html_pages import Element, Page
from server.pages.conftest import Get
from small_graph import SmallGraph

from graphkit.library import Library
from graphkit.model import Evidence
from graphkit.vocabulary import DEFAULT_BASE

QUESTION = f"{DEFAULT_BASE}id/question/16604"
PagesOf = Callable[[SmallGraph], Get]


@pytest.fixture(scope="module")
def page(get: Get) -> Page:
    """The page of the headline question."""
    return get("/id/question/16604")


@pytest.fixture(scope="module")
def library(linked: Graph) -> Library:
    """The library on the same snapshot."""
    return Library.open(linked.folder)


def things(element: Element, kind: str) -> set[str]:
    """IRIs of things of a kind that an element links to."""
    return {
        f"{DEFAULT_BASE}{link['href'].lstrip('/')}"
        for link in element.all("a")
        if link["href"].startswith(f"/id/{kind}/")
    }


def section(page: Page, name: str) -> Element:
    """A part of the page."""
    return page.root.one("section", **{"aria-labelledby": name})


def entry(page: Page, title: str) -> Element:
    """The entry of a project."""
    found = [
        one
        for entries in page.root.all("ol", of="entries")
        for one in entries.all("li")
        if one.all("h3") and title in one.all("h3")[0].text
    ]
    assert len(found) == 1, [one.all("h3")[0].text for one in found]
    return found[0]


def test_it_shows_all_that_the_published_page_shows(page: Page) -> None:
    said = page.main.text
    assert "What are the spatial drivers and distribution of R&D activity?" in said
    assert "Department for Levelling Up, Housing and Communities" in said
    assert "Part of a set of questions about what helps places to grow" in said
    assert "psChiefScientificAdviser@levellingup.gov.uk" in said
    assert "DLUHC Areas of research interest GOVUK" in said
    assert "Regional Technology Foresight" in said
    assert "https://ari.org.uk/aris/16604" in page.links


def test_no_person_is_named(page: Page) -> None:
    assert "Lesley" not in page.main.text
    assert "Hughes" not in page.main.text


def test_it_has_the_projects_of_the_named_query(page: Page, library: Library) -> None:
    rows = library.run("question-projects", question="16604").dicts()
    assert things(section(page, "projects"), "project") == {row["project"] for row in rows}
    explanations = {row["explanation"] for row in rows if row["explanation"]}
    assert len(explanations) > 5
    for words in explanations:
        assert " ".join(words.split()) in page.main.text


def test_it_has_the_evidence_of_the_named_query(page: Page, library: Library) -> None:
    rows = library.run("link-evidence", question="16604").dicts()
    assert rows
    folded = [one.text for one in page.root.all("details") if one.all("blockquote")]
    for row in rows:
        assert any(" ".join(row["quote"].split()) in one for one in folded)


def test_it_counts_aspects_as_the_named_query_does(page: Page, library: Library) -> None:
    counted = {}
    for row in section(page, "aspects").all("table", of="stacks")[0].all("tr")[1:]:
        cells = [int(cell.text) for cell in row.all("td")]
        counted[things(row, "aspect").pop()] = cells[:2]
    for origin, place in (("computed", 1), ("published-page", 0)):
        rows = library.run("question-aspects", question="16604", origin=origin).dicts()
        assert {iri: cells[place] for iri, cells in counted.items()} == {
            row["aspect"]: row["covered_by"] for row in rows
        }


def test_the_map_has_the_regions_of_the_named_query(page: Page, library: Library) -> None:
    shown = {}
    for table in section(page, "regions").all("figure")[0].all("table"):
        for row in table.one("tbody").all("tr"):
            shown[things(row, "place").pop()] = int(row.one("td").text)
    assert len(shown) == 12
    rows = library.run("question-places", question="16604").dicts()
    rows += library.run("question-places", question="16604", place_kind="country").dicts()
    counted = {row["place"]: row["located"] for row in rows}
    assert any(shown.values())
    assert shown == {place: counted.get(place, 0) for place in shown}


def test_it_has_the_similar_questions_of_the_named_query(get: Get, library: Library) -> None:
    compared = 0
    for row in library.run("departments-overview").dicts()[:3]:
        for one in library.run("department-questions", department=row["department"]).dicts()[:5]:
            shown = get(f"/id/question/{one['question'].rpartition('/')[2]}")
            rows = library.run("question-similar", question=one["question"]).dicts()
            assert things(section(shown, "similar"), "question") == {r["question"] for r in rows}
            compared += len(rows)
    assert compared


def test_a_full_published_list_is_ten_or_more(page: Page) -> None:
    assert "10 or more" in page.main.text
    assert "10 grants" not in page.main.text.replace("or more grants", "")


def test_an_aspect_is_never_called_not_covered(page: Page) -> None:
    assert "not mentioned" in page.main.text
    assert "not covered" not in page.main.text.lower()


def test_published_and_computed_bear_their_names(page: Page) -> None:
    shown = entry(page, "West Midlands Innovation Programme phase 2")
    assert "Partial" in shown.text
    assert "Published on the page" in shown.text
    assert "capacity (covered)" in [one.text for one in shown.all("a", of="aspect-covered")]
    missed = [one.text for one in shown.all("a", of="aspect-missed")]
    assert "excellence (not mentioned)" in missed


def test_every_part_shows_the_query_behind_it(page: Page) -> None:
    behind = page.root.all("div", of="behind")
    assert len(behind) == 8
    for one in behind:
        assert "SELECT" in one.one("pre").text
        assert any(".csv" in link["href"] for link in one.all("a"))


def test_it_tells_search_engines_what_it_is(page: Page) -> None:
    script = page.root.one("script", type="application/ld+json")
    said = json.loads("".join(str(one) for one in script.inside))
    assert (said["@type"], said["@id"]) == ("Question", QUESTION)


def test_projects_can_be_chosen_by_degree_and_origin_without_scripts(get: Get) -> None:
    everything = get("/id/question/16604")
    partial = get("/id/question/16604?degree=partial&origin=published-page")
    chosen = things(section(partial, "projects").one("ol", of="entries"), "project")
    assert chosen
    assert chosen < things(section(everything, "projects").one("ol", of="entries"), "project")
    for one in section(partial, "projects").one("ol", of="entries").all("li"):
        if one.all("h3"):
            assert "Partial" in one.text


def test_an_unknown_degree_is_refused_with_the_known_ones(get: Get) -> None:
    refused = get("/id/question/16604?degree=great", status=400)
    assert "full, direct, partial, indirect, unstated, none" in refused.main.text


@pytest.fixture
def graph() -> SmallGraph:
    """A question on which published and computed statements differ."""
    graph = SmallGraph()
    graph.place("E12000005", "West Midlands", "region")
    graph.place("E08000026", "Coventry", "local-authority", within=("E12000005",))
    graph.department("roads", "Ministry of Roads")
    graph.department("rails", "Ministry of Rails")
    graph.organisation("warwick", "University of Warwick", located=("E08000026",))
    graph.aspect("paving", "paving")
    graph.aspect("tolls", "tolls")
    graph.question(
        "1", "Why do roads wear?", by="roads", aspects=("paving", "tolls"), issued=date(2021, 3, 9)
    )
    graph.question("2", "Why do rails wear?", by="rails", archived=True)
    graph.question("3", "Why do the roads wear?", by="roads")
    graph.project("A", "Wear of surfaces", lead=("warwick",), reference="RD/1", amount=1000.0)
    graph.project("A2", "Wear of surfaces", joint_with="A", reference="RD/2", amount=500.0)
    graph.project("B", "Bridges")
    graph.assessment(
        "1", "A", "partial", explanation="It looks at paving.", covers=("paving",), rank=1
    )
    graph.assessment(
        "1",
        "A",
        "indirect",
        origin="computed",
        misses=("paving", "tolls"),
        score=0.5,
        rank=1,
        evidence=(
            Evidence(
                quote="Surfaces wear.",
                field="abstract",
                start=0,
                score=0.7,
            ),
        ),
    )
    graph.assessment("1", "A2", "indirect", origin="computed", score=0.4, rank=2)
    graph.assessment("1", "B", "none", origin="computed", explanation="Of bridges only.")
    graph.similar("1", "2", 0.7, reason="both ask about wear")
    graph.similar("1", "3", 0.99, reason="the same words", duplicate=True)
    return graph


def test_where_published_and_computed_differ_both_stand(
    graph: SmallGraph, pages_of: PagesOf
) -> None:
    shown = entry(pages_of(graph)("/id/question/1"), "Wear of surfaces")
    assert "Published and computed differ" in shown.text
    said = shown.all("div", of="said")
    assert [("computed" in one["class"]) for one in said] == [False, True, True]
    assert "Partial" in said[0].text
    assert "Indirect" in said[1].text
    assert "Surfaces wear." in said[1].one("details").text


def test_records_of_a_joint_grant_are_one_entry(graph: SmallGraph, pages_of: PagesOf) -> None:
    page = pages_of(graph)("/id/question/1")
    shown = entry(page, "Wear of surfaces")
    assert "RD/2" in shown.text
    assert "£1,500" in shown.text
    assert "1 grant:" in section(page, "projects").text


def test_an_aspect_on_which_the_two_differ_shows_both(graph: SmallGraph, pages_of: PagesOf) -> None:
    matrix = section(pages_of(graph)("/id/question/1"), "aspects").one("table", of="matrix")
    assert [head.text for head in matrix.one("thead").all("th")] == ["Project", "paving", "tolls"]
    paving, tolls = matrix.one("tbody").all("td")
    assert "✓ published" in paving.text
    assert "computed: not mentioned" in paving.text
    assert tolls.text == "not mentioned"


def test_open_aspects_are_no_gap(graph: SmallGraph, pages_of: PagesOf) -> None:
    note = section(pages_of(graph)("/id/question/1"), "aspects").one("div", of="note")
    assert "Open aspects: tolls." in note.text
    assert "does not prove a gap" in note.text


def test_what_does_not_speak_to_it_stands_apart(graph: SmallGraph, pages_of: PagesOf) -> None:
    projects = section(pages_of(graph)("/id/question/1"), "projects")
    assert "Bridges" not in projects.one("ol", of="entries").text
    folded = [one.text for one in projects.all("details") if "judged not to speak" in one.text]
    assert len(folded) == 1
    assert "Bridges" in folded[0]


def test_duplicates_come_first_and_archived_questions_say_so(
    graph: SmallGraph, pages_of: PagesOf
) -> None:
    page = pages_of(graph)("/id/question/1")
    same, other = section(page, "similar").one("ul", of="hits").all("li")
    assert "Why do the roads wear?" in same.text
    assert "Duplicate" in same.text
    assert "Archived" in other.text
    assert "both ask about wear" in other.text
    assert "Ministry of Rails" in other.text


def test_those_to_ask_are_organisations(graph: SmallGraph, pages_of: PagesOf) -> None:
    aside = pages_of(graph)("/id/question/1").root.one("aside")
    assert "University of Warwick 1 grant, at best partial" in aside.text


def test_a_question_without_anything_says_so(pages_of: PagesOf) -> None:
    graph = SmallGraph()
    graph.question("1", "Why?")
    said = pages_of(graph)("/id/question/1").main.text
    assert "No project is listed" in said
    assert "does not mean that there is no research" in said
    assert "No source says which body asks it" in said


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> ‮RTL‬ {{ 7*7 }} **bold**"


def test_hostile_texts_are_shown_as_they_are(pages_of: PagesOf) -> None:
    graph = SmallGraph()
    graph.department("d", HOSTILE)
    graph.organisation("o", HOSTILE)
    graph.aspect("a", HOSTILE)
    graph.question("1", HOSTILE, by="d", aspects=("a",), background=HOSTILE)
    graph.question("2", HOSTILE)
    graph.project("A", HOSTILE, lead=("o",), abstract=HOSTILE, reference=HOSTILE)
    graph.assessment("1", "A", explanation=HOSTILE, covers=("a",), rank=1)
    graph.similar("1", "2", 0.9, reason=HOSTILE)
    graph.say("question", "1", "gk:contact", HOSTILE)
    graph.say("project", "A", "schema:sameAs", HOSTILE)
    get = pages_of(graph)
    for path in ("/id/question/1", "/id/project/A", "/", "/search?q=script", "/id/question/2"):
        page = get(path)
        assert page.faults == []
        assert page.root.all("img") == []
        assert all(one["src"] or one["type"] for one in page.root.all("script"))
        assert not any("onerror" in one.attributes for one in page.root.all())
    assert " ".join(HOSTILE.split()) in get("/id/question/1").root.one("h1").text
