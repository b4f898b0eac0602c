"""Pages of places, departments, funders and organisations, the matrix and the network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import quote

import pytest
from server.pages.conftest import Get
from small_graph import SmallGraph

from graphkit.vocabulary import DEFAULT_BASE

PagesOf = Callable[[SmallGraph], Get]
HOSTILE = '"><script>alert(1)</script>\u202e</title> & <b>'


@pytest.fixture
def graph() -> SmallGraph:
    """A joint grant led in the West Midlands, another one in London, two questions."""
    graph = SmallGraph()
    graph.place("E12000005", "West Midlands", "region")
    graph.place("E12000007", "London", "region")
    graph.department("roads", "Ministry of Roads", "MoR")
    graph.funder("esrc", "Economic and Social Research Council", "ESRC")
    graph.organisation("warwick", "University of Warwick", located=("E12000005",))
    graph.organisation("ucl", "University College London", located=("E12000007",))
    graph.aspect("wear", "wear")
    graph.aspect("cost", "cost")
    graph.question("1", "How do roads wear?", by="roads", aspects=("wear", "cost"))
    graph.question("2", "What do roads cost?", by="roads", aspects=("cost",))
    graph.project(
        "A", "Wear of surfaces", funders=("esrc",), lead=("warwick",), amount=1000.0,
        start=date(2018, 1, 1),
    )  # fmt: skip
    graph.project(
        "B", "Wear of surfaces, part two", funders=("esrc",), lead=("warwick",), amount=500.0,
        start=date(2018, 1, 1), joint_with="A",
    )  # fmt: skip
    graph.project(
        "C", "Prices", funders=("esrc",), lead=("ucl",), amount=10.0, start=date(2020, 1, 1)
    )
    graph.assessment("1", "A", "partial", covers=("wear",))
    return graph


def test_a_joint_grant_counts_once_with_the_money_of_both_records(
    graph: SmallGraph, pages_of: PagesOf
) -> None:
    page = pages_of(graph)("/id/place/E12000005")
    figures = page.main.one("ul", of="figures").text
    assert "1 grants run from here" in figures or "1 grant run from here" in figures
    assert "£1,500" in figures


def test_an_aspect_that_no_grant_covers_is_open(graph: SmallGraph, pages_of: PagesOf) -> None:
    page = pages_of(graph)("/id/department/roads")
    opened = page.main.one("section", **{"aria-labelledby": "open"})
    assert [row.one("th").text for row in opened.one("tbody").all("tr")] == ["cost"]
    assert "no proof of a gap" in opened.text


def test_questions_of_a_department_are_filtered_by_state(
    graph: SmallGraph, pages_of: PagesOf
) -> None:
    get = pages_of(graph)
    assert len(get("/id/department/roads").main.one("ol", of="hits").all("a")) == 2
    assert get("/id/department/roads?state=archived").main.one("ol", of="hits").all("a") == []
    get("/id/department/roads?state=sleeping", 400)
    get("/id/department/roads?questions=7", 404)


def test_the_matrix_links_each_number_to_its_list(graph: SmallGraph, pages_of: PagesOf) -> None:
    get = pages_of(graph)
    table = get("/matrix").main.one("table", of="heat")
    row = table.one("tbody").one("tr")
    link = row.all("td")[
        [th.text for th in table.one("thead").all("th")].index("West Midlands") - 1
    ]
    assert link.one("a").text == "1"
    assert "projects-addressing-aspect" in link.one("a")["href"]
    assert get("/matrix?origin=computed").main.all("table", of="heat") == []
    get("/matrix?degree=very", 400)
    get("/matrix?department=nobody", 400)


def test_the_map_says_in_words_what_it_shows(graph: SmallGraph, pages_of: PagesOf) -> None:
    figure = pages_of(graph)("/id/funder/esrc").main.one("figure", of="region-map")
    rows = {row.one("th").text: row.one("td").text for row in figure.one("tbody").all("tr")}
    assert len(rows) == 12
    assert (rows["West Midlands"], rows["London"], rows["Scotland"]) == ("1", "1", "0")
    tiles = {tile.one("title").inside[0] for tile in figure.all("g")}
    assert "West Midlands: 1 grant" in tiles


def test_a_network_says_why_each_tie_is_there(graph: SmallGraph, pages_of: PagesOf) -> None:
    page = pages_of(graph)("/network?focus=question:1")
    rows = [row.text for row in page.main.one("table").one("tbody").all("tr")]
    assert any("Wear of surfaces" in r and "Partial" in r and "covers wear" in r for r in rows)
    assert any("asked by" in r and "Ministry of Roads" in r for r in rows)
    edges = page.main.one("svg", id="network").all("g", of="edge")
    assert len(edges) == len(rows)
    assert {edge["data-degree"] for edge in edges} == {"", "partial"}


def test_a_network_of_a_large_thing_says_what_is_left_out(
    graph: SmallGraph, pages_of: PagesOf
) -> None:
    for number in range(60):
        graph.project(f"P{number}", f"Project {number}", lead=("ucl",))
        graph.assessment("2", f"P{number}", "indirect")
    page = pages_of(graph)("/network?focus=question:2&hops=2")
    assert len(page.main.one("svg", id="network").all("a")) <= 70
    assert "32 of 60 projects" in page.main.text


def test_names_of_the_hostile_stay_text(pages_of: PagesOf) -> None:
    graph = SmallGraph()
    graph.place("E12000005", HOSTILE, "region")
    graph.department("d", HOSTILE)
    graph.funder("f", HOSTILE)
    graph.organisation("o", HOSTILE, located=("E12000005",))
    graph.aspect("a", HOSTILE)
    graph.question("1", HOSTILE, by="d", aspects=("a",))
    graph.project("P", HOSTILE, funders=("f",), lead=("o",))
    graph.assessment("1", "P", "full", covers=("a",))
    get = pages_of(graph)
    for path in (
        *("/id/place/E12000005", "/id/department/d", "/id/funder/f", "/id/organisation/o"),
        *("/places", "/departments", "/funders", "/organisations", "/matrix", "/network"),
        *("/network?focus=question:1&hops=2", "/network?focus=organisation/o&hops=2"),
        f"/organisations?name={quote(HOSTILE)}",
        f"/editor?query={quote(HOSTILE)}",
    ):
        page = get(path)
        assert page.faults == [], path
        assert page.main.all("script") == [], path
        assert page.main.all("b") == [], path


@pytest.mark.parametrize(
    "path",
    [
        "/organisations?page=0",
        "/organisations?page=%00",
        "/places?kind=galaxy",
        "/network?focus=nothing+of+this+name",
        "/network?focus=%00",
        "/network?focus=question:1&hops=9",
        "/editor?name=no-such-query",
        "/matrix?page=x&page=1",
    ],
)
def test_what_is_wrong_in_an_address_is_told(
    graph: SmallGraph, pages_of: PagesOf, path: str
) -> None:
    assert pages_of(graph)(path, 400).main.text


def test_long_values_are_refused_or_cut(graph: SmallGraph, pages_of: PagesOf) -> None:
    get = pages_of(graph)
    get(f"/network?focus={'x' * 100_000}", 414)
    get(f"/organisations?name={'x' * 100_000}")
    get(f"/editor?query={'x' * 300_000}", 413)


def test_all_addresses_of_things_name_their_own_page(graph: SmallGraph, pages_of: PagesOf) -> None:
    get = pages_of(graph)
    for key in ("place/E12000005", "department/roads", "funder/esrc", "organisation/warwick"):
        head = get(f"/id/{key}").root.one("head")
        assert head.one("link", rel="canonical")["href"] == f"{DEFAULT_BASE}id/{key}"
