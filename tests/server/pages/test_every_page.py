"""What holds for every page of the explorer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from conftest import Graph
from flask.testing import FlaskClient
from html_pages import Page
from server.pages.conftest import BROWSER

from graphkit.store import GraphStore
from graphkit.vocabulary import DEFAULT_BASE, NAMESPACE, RDF_TYPE

STARTS = (
    "/",
    "/search",
    "/search?q=regional+growth",
    "/search?q=zzzz",
    "/search?kind=question&kind=project&year=2010-2020&sort=newest",
    "/ask",
    "/ask?q=projects+partially+addressing+capacity+in+the+West+Midlands",
    "/ask?q=no+such+sentence+at+all",
    "/departments",
    "/funders",
    "/places",
    "/organisations",
    "/matrix",
    "/network",
    "/editor",
    "/api/docs",
    "/api/queries/question-projects?question=16604",
    "/dumps",
    "/ontology",
    "/no-such-page",
    "/id/question/no-such-question",
    "/search?page=none",
)
CLASSES = ("ResearchQuestion", "Project", "Department", "Funder", "Programme")


@pytest.fixture(scope="module")
def pages(linked: Graph, explorer: FlaskClient) -> dict[str, Page]:
    """All pages of one kind each, and those of all questions, projects, departments, funders."""
    store = GraphStore(linked.snapshot.store)
    things = [
        f"/{iri.removeprefix(DEFAULT_BASE)}"
        for name in CLASSES
        for iri in sorted(store.subjects(RDF_TYPE, f"{NAMESPACE}{name}"))
    ]
    more = (
        "/id/place/E12000005",
        "/id/aspect/capacity",
        "/degree/partial",
        "/id/place/E92000001",
        "/id/question/16604?why=",
        "/id/place/E92000001?why=^gk:within",
        "/rule/derived/within",
    )
    answers = {path: explorer.get(path, headers=BROWSER) for path in (*STARTS, *things, *more)}
    assert [path for path, answer in answers.items() if answer.status_code >= 500] == []
    return {path: Page(answer.text) for path, answer in answers.items()}


def test_every_page_has_what_a_reader_needs_to_find_the_way(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        html = page.root.one("html")
        assert html["lang"] == "en", path
        assert page.root.one("head").one("title").text.endswith("· graphkit"), path
        assert len(page.root.one("head").one("title").text) > len("· graphkit"), path
        assert page.root.one("h1").text, path
        assert page.main["id"] == "main", path
        first = page.root.all("a")[0]
        assert first["href"] == "#main", path
        assert any(one["name"] == "viewport" for one in page.root.all("meta")), path


def test_every_page_is_well_formed_and_uses_no_id_twice(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        assert page.faults == [], path
        twice = {one for one in page.identifiers if page.identifiers.count(one) > 1}
        assert twice == set(), path


def test_no_page_loads_anything_from_elsewhere(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        assert page.loaded, path
        for address in page.loaded:
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc) == ("", ""), (path, address)
        for form in page.root.all("form"):
            assert urlsplit(form["action"]).netloc == "", path


def test_no_page_holds_a_script_or_style_of_its_own(pages: dict[str, Page]) -> None:
    data = ("application/json", "application/ld+json")
    for path, page in pages.items():
        assert page.root.all("style") == [], path
        for script in page.root.all("script"):
            assert script["src"] or script["type"] in data, path
        for element in page.root.all():
            acting = [name for name in element.attributes if name.startswith("on")]
            assert acting == [], path
            assert "style" not in element.attributes, (path, element.name)


def test_links_to_other_hosts_give_nothing_away(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        for link in page.root.all("a"):
            parts = urlsplit(link["href"])
            if parts.netloc:
                assert parts.scheme in ("http", "https"), (path, link["href"])
            else:
                assert parts.scheme in ("", "mailto"), (path, link["href"])
            if parts.netloc and path.startswith(("/id/question", "/id/project", "/search")):
                assert "noopener" in link["rel"], (path, link["href"])


def test_fields_have_labels_and_tables_have_captions(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        labelled = {one["for"] for one in page.root.all("label")}
        inside = {id(field) for label in page.root.all("label") for field in label.all()}
        for name in ("input", "select", "textarea"):
            for field in page.root.all(name):
                if field["type"] != "hidden":
                    named = field["id"] in labelled or field["aria-label"] or id(field) in inside
                    assert named, (path, field)
        for table in page.root.all("table"):
            assert table.all("caption"), path


def test_every_link_of_every_page_leads_somewhere(
    pages: dict[str, Page], explorer: FlaskClient
) -> None:
    broken = []
    for link, seen_on in sorted(_local_links(pages)):
        answer = explorer.get(link, headers=BROWSER)
        if answer.status_code >= 400:
            broken.append((answer.status_code, link, seen_on))
        answer.close()
    assert broken == []


def _local_links(pages: dict[str, Page]) -> Iterator[tuple[str, str]]:
    """Links of the site with a page that has them, each once.

    Of the forms of a thing (`.ttl` and so on) those of one thing stand for all, and links that
    add one filter after the other, without an end, for themselves.
    """
    seen: set[str] = set()
    for path, page in pages.items():
        many = path.startswith("/id/") and path != "/id/question/16604"
        for element in page.root.all("a"):
            link = urldefrag(element["href"]).url
            if not link.startswith("/") or link in seen or (many and element["type"]):
                continue
            if many and (link.startswith("/api/") or "view=data" in link or "/editor" in link):
                continue
            seen.add(link)
            yield link, path


def test_every_anchor_is_there(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        for link in page.links:
            start, anchor = urldefrag(link)
            if anchor and start in ("", path):
                assert anchor in page.identifiers, (path, link)
