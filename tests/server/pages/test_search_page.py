"""Searching, asking in sentences, the first page, files of the pages."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from html_pages import Page
from server.pages.conftest import BROWSER, Get

from graphkit.server.site import Dataset, create_app
from graphkit.store import build_store


def hits(page: Page) -> list[str]:
    """Addresses of what was found."""
    return [one.all("a")[0]["href"] for one in page.root.one("ol", of="hits").all("h3")]


def test_what_was_found_is_marked(get: Get) -> None:
    page = get("/search?q=spatial+drivers")
    assert hits(page)[0] == "/id/question/16604"
    assert {one.text.lower() for one in page.root.all("mark")} >= {"spatial", "drivers"}


def test_a_facet_narrows_and_can_be_taken_away_again(get: Get) -> None:
    page = get("/search?q=regional")
    facet = next(one for one in page.root.all("details") if one.one("summary").text == "Kind")
    link = next(one for one in facet.all("a") if one.text == "Question")
    narrowed = get(link["href"])
    assert hits(narrowed)
    assert all(one.startswith("/id/question/") for one in hits(narrowed))
    remove = next(one for one in narrowed.root.all("a", of="chip") if "Kind" in one.text)
    assert parse_qs(urlsplit(remove["href"]).query) == {"q": ["regional"]}
    chosen = narrowed.root.one("aside").all("a", **{"aria-current": "true"})
    assert ["Question" in one.text for one in chosen] == [True]


def test_the_form_keeps_the_filters_that_are_set(get: Get) -> None:
    page = get("/search?q=a&kind=question&from=2010&sort=newest")
    form = page.root.one("form", id="search-form")
    kept = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    assert kept == {"kind": "question", "from": "2010", "sort": "newest"}


def test_pages_follow_each_other_and_hold_everything_once(get: Get) -> None:
    found: list[str] = []
    page = get("/search")
    while True:
        found += hits(page)
        following = page.root.all("a", rel="next")
        if not following:
            break
        page = get(following[0]["href"])
    assert len(found) == len(set(found))
    total = get("/search").root.one("p", role="status").text
    assert total.startswith(f"{len(found)} results")


def test_a_page_after_the_last_says_so(get: Get) -> None:
    assert "There are no results on this page" in get("/search?page=9999").main.text


def test_nothing_found_gives_advice(get: Get) -> None:
    page = get("/search?q=zzzz&kind=question")
    assert "That does not mean that there is no research" in page.main.text
    assert "/search?q=zzzz" in page.links


def test_downloads_have_the_same_filters(get: Get, explorer: FlaskClient) -> None:
    page = get("/search?q=regional&kind=question")
    link = next(one for one in page.links if "format=csv" in one)
    answer = explorer.get(link)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/csv")
    assert len(answer.text.splitlines()) - 1 == int(
        page.root.one("p", role="status").text.split()[0]
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("page=none", "this is no page"),
        ("page=0", "counted from 1"),
        ("page=99999999999999", "this is no page"),
        ("sort=random", "no such order: random"),
        ("kind=planet", "kind"),
        ("from=20101", "years have four digits"),
        ("department=%00", "department"),
    ],
)
def test_what_cannot_be_searched_by_is_refused(get: Get, query: str, words: str) -> None:
    assert words in get(f"/search?q=a&{query}", status=400).main.text


@pytest.mark.parametrize("path", ["/search?q=", "/ask?q="])
@pytest.mark.parametrize(
    "text",
    [
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%00",
        "%22",
        "%22%22%22",
        "..%2F..%2Fetc",
        "AND+OR+NOT+(",
        "%E2%80%AE%D7%90",
        "%FF%FE",
        "*",
        "a:b",
        "%F0%9F%98%80",
        "'" * 50,
    ],
)
def test_any_text_is_answered(explorer: FlaskClient, path: str, text: str) -> None:
    answer = explorer.get(f"{path}{text}", headers=BROWSER)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.faults == []
    assert all(one["src"] for one in page.root.all("script"))


@pytest.mark.parametrize("path", ["/search", "/ask"])
def test_a_text_that_is_too_long_is_refused(explorer: FlaskClient, path: str) -> None:
    answer = explorer.get(path, query_string={"q": "a" * 100_000}, headers=BROWSER)
    assert answer.status_code == 414


def test_a_sentence_says_how_it_was_understood(get: Get) -> None:
    page = get("/ask?q=projects+partially+addressing+capacity+in+the+West+Midlands")
    assert "Projects that cover an aspect of a question, by degree and place" in page.main.text
    assert {"/id/aspect/capacity", "/degree/partial", "/id/place/E12000005"} <= set(page.links)
    assert "West Midlands: the region E12000005 is meant" in page.main.text
    assert "West Midlands Innovation Programme phase 2" in page.root.one("table").text
    assert any(
        link.startswith("/api/queries/projects-addressing-aspect.csv") for link in page.links
    )


def test_what_is_not_understood_is_answered_with_what_is(get: Get) -> None:
    page = get("/ask?q=projects+about+the+moon+by+cheese")
    assert "Not understood" in page.main.text
    near = [link for link in page.links if link.startswith("/ask?q=")]
    assert near
    for link in near:
        assert "Understood as" in get(link).main.text or "Not understood" in get(link).main.text


def test_the_first_page_leads_to_the_headline_question(get: Get) -> None:
    page = get("/")
    assert "/ask?q=projects+partially+addressing+capacity+in+the+West+Midlands" in page.links
    assert "research questions" in page.root.one("ul", of="figures").text
    assert any("nationalarchives" in link for link in page.links)


def test_files_of_pages_are_kept_for_a_year_and_change_their_address(
    get: Get, explorer: FlaskClient
) -> None:
    for address in get("/").loaded:
        answer = explorer.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
        assert answer.content_type.split(";")[0] == kind[address.rpartition(".")[2]]
    old = explorer.get("/static/0123456789ab/style.css")
    assert "immutable" not in old.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["none.css", "..%2Fapp.py", "../app.py", "%00", "style.css/", "/etc/passwd"]
)
def test_no_other_file_is_given_away(explorer: FlaskClient, name: str) -> None:
    assert explorer.get(f"/static/x/{name}").status_code in (308, 404)


def test_pages_stand_under_the_path_of_a_proxy(explorer: FlaskClient) -> None:
    answer = explorer.get(
        "/id/question/16604", headers=BROWSER, environ_overrides={"SCRIPT_NAME": "/under"}
    )
    page = Page(answer.text)
    outside = [
        one
        for one in (*page.links, *page.loaded, *(f["action"] for f in page.root.all("form")))
        if one.startswith("/") and not one.startswith("/under/")
    ]
    assert outside == []


def test_other_data_has_a_first_page_and_nothing_that_needs_a_snapshot(tmp_path: Path) -> None:
    build_store(io.BytesIO(b"<http://a/b> <http://a/c> <http://a/d> .\n"), tmp_path / "store")
    dataset = Dataset.of_store("mine.nq", tmp_path / "store")
    client = create_app(dataset, tmp_path).test_client()
    page = Page(client.get("/", headers=BROWSER).text)
    assert "mine.nq" in page.root.one("h1").text
    for link in page.links:
        if link.startswith("/"):
            assert client.get(link, headers=BROWSER).status_code == 200, link
    for path in ("/search?q=a", "/ask?q=a"):
        assert client.get(path, headers=BROWSER).status_code == 404
