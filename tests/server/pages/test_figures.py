"""Figures on pages are those that the named queries give, and the queries the pages show."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Graph
from flask.testing import FlaskClient
from server.pages.conftest import Get

from graphkit.binding import bind
from graphkit.figures import FIGURES, Columns, Portfolio, Tally, opened, read
from graphkit.library import Library
from graphkit.server.site.pages import own_queries
from graphkit.store import GraphStore

PLACES = ("E12000005", "E92000001", "S92000003")
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def library(linked: Graph) -> Library:
    return Library(linked.snapshot)


@pytest.fixture(scope="module")
def columns(linked: Graph) -> Columns:
    return read(GraphStore(linked.snapshot.store))


def rows_of(library: Library, name: str, *keys: str, **values: Any) -> Rows:
    found = library.run(name, **values).dicts()
    return sorted(tuple(row[key] for key in keys) for row in found)


def test_a_snapshot_holds_its_columns_in_a_file(linked: Graph, columns: Columns) -> None:
    kept = opened(linked.snapshot.search / FIGURES)
    assert kept is not None
    assert {name: one.tolist() for name, one in kept.numbers.items() if name != "pounds"} == {
        name: one.tolist() for name, one in columns.numbers.items() if name != "pounds"
    }
    assert kept.things["project"] == columns.things["project"]


def test_a_damaged_file_of_columns_is_not_used(linked: Graph, tmp_path: Any) -> None:
    whole = (linked.snapshot.search / FIGURES).read_bytes()
    for cut in (0, 10, len(whole) // 2):
        path = tmp_path / f"{cut}.npz"
        path.write_bytes(whole[:cut])
        assert opened(path) is None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("origin", ["", "computed"])
def test_places_count_as_the_library_does(
    library: Library, columns: Columns, place: str, origin: str
) -> None:
    iri = f"{library.base}id/place/{place}"
    led = Portfolio.by(columns, "located", "place", iri, origin=origin)
    given = {"place": place, **({"origin": origin} if origin else {})}
    departments = rows_of(
        library, "place-departments", "department", "grants", "questions", **given
    )
    assert sorted((r.iri, r.grants, r.questions) for r in led.per_department()) == departments
    aspects = rows_of(library, "place-aspects", "aspect", "grants", "questions", **given)
    assert sorted((r.iri, r.grants, r.questions) for r in led.per_aspect()) == aspects
    if not origin:
        funders = rows_of(library, "place-funders", "funder", "grants", "pounds", place=place)
        found = sorted((r.iri, r.grants, r.pounds) for r in led.per("funded", "funder"))
        assert found == [(iri, n, pytest.approx(money)) for iri, n, money in funders]
        leads = rows_of(library, "place-organisations", "organisation", "grants", place=place)
        assert sorted((r.iri, r.grants) for r in led.per_lead()) == leads
        years = rows_of(library, "place-years", "year", "grants", place=place)
        assert [(year, grants) for year, grants, _ in led.years()] == years


def test_funders_count_as_the_library_does(library: Library, columns: Columns) -> None:
    totals = rows_of(library, "funders-totals", "funder", "grants")
    assert totals
    assert sorted((r.iri, r.grants) for r in Portfolio(columns).per("funded", "funder")) == totals
    for funder, _ in totals:
        funded = Portfolio.by(columns, "funded", "funder", funder)
        expected = rows_of(
            library, "funder-departments", "department", "grants", "questions", funder=funder
        )
        found = sorted((r.iri, r.grants, r.questions) for r in funded.per_department())
        assert found == expected


def test_departments_count_as_the_library_does(library: Library, columns: Columns) -> None:
    asked = 0
    for department in columns.things["department"]:
        spoken = Portfolio(columns, department=department)
        grants = spoken.per_question()
        expected = rows_of(
            library, "department-questions", "question", "grants", department=department
        )
        asked += len(expected)
        for question, number in expected:
            assert grants[columns.number("question", question)] == number
    assert asked


def test_the_matrix_counts_as_the_library_does(library: Library, columns: Columns) -> None:
    expected = [
        row for row in rows_of(library, "places-aspects", "place", "aspect", "grants") if row[2]
    ]
    places = sorted({row[0] for row in expected})
    grid = Portfolio(columns).crossed([columns.number("place", iri) for iri in places])
    found = [
        (place, columns.things["aspect"][aspect], int(grid[aspect, at]))
        for at, place in enumerate(places)
        for aspect in grid[:, at].nonzero()[0]
    ]
    assert sorted(found) == expected
    assert expected


@pytest.mark.parametrize(
    ("query", "kind", "counted"),
    [
        ("PLACES_OF_FUNDER", "place", lambda whole: whole.per("located", "place")),
        ("LEADS_OF_FUNDER", "organisation", Portfolio.per_lead),
        ("ASPECTS_OF_FUNDER", "aspect", Portfolio.per_aspect),
        ("PLACES_OF_DEPARTMENT", "place", lambda whole: whole.per("located", "place")),
        ("FUNDERS_OF_DEPARTMENT", "funder", lambda whole: whole.per("funded", "funder")),
        ("LEADS_OF_DEPARTMENT", "organisation", Portfolio.per_lead),
        ("LEADS", "organisation", Portfolio.per_lead),
    ],
)
def test_queries_that_pages_write_themselves_give_what_they_show(
    library: Library,
    columns: Columns,
    query: str,
    kind: str,
    counted: Callable[[Portfolio], Sequence[Tally]],
) -> None:
    whole = Portfolio(columns)
    given = {}
    if query.endswith("FUNDER"):
        given["_funder"] = whole.per("funded", "funder")[0].iri
        whole = Portfolio.by(columns, "funded", "funder", given["_funder"])
    elif query.endswith("DEPARTMENT"):
        given["_department"] = whole.per_department()[0].iri
        whole = Portfolio(columns, department=given["_department"]).linked()
    terms = {name: ox.NamedNode(iri) for name, iri in given.items()}
    text = own_queries.PREFIXES + bind(getattr(own_queries, query), terms)
    rows = library.store.select(text)
    expected = sorted((row[kind].value, int(row["grants"].value)) for row in rows)
    assert sorted((one.iri, one.grants) for one in counted(whole)) == expected
    assert expected


def test_the_query_behind_the_matrix_gives_its_numbers(explorer: FlaskClient, get: Get) -> None:
    for filters in ("", "?origin=computed&by=concerns", "?degree=partial"):
        page = get(f"/matrix{filters}")
        behind = next(link for link in page.links if link.startswith("/sparql?"))
        rows = list(csv.DictReader(io.StringIO(explorer.get(behind).text)))
        expected = sorted((row["aspect_name"], row["name"], row["grants"]) for row in rows)
        assert expected
        found = []
        number = 1
        while True:
            page = get(f"/matrix?{filters[1:]}&page={number}")
            table = page.main.one("table", of="heat")
            places = [one.text for one in table.one("thead").all("th")][1:-2]
            for row in table.one("tbody").all("tr"):
                cells = row.all("td")[: len(places)]
                found += [
                    (row.one("th").text, place, cell.text.replace(",", ""))
                    for place, cell in zip(places, cells, strict=True)
                    if cell.text != "·"
                ]
            if not page.root.all("a", rel="next"):
                break
            number += 1
        assert sorted(found) == expected
