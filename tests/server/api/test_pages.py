"""What a reader with a browser gets from the API's addresses."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from graphkit.library import Library, QueryFolder
from graphkit.server.site.api.queries import links

QUERIES = QueryFolder().all()
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ASPECT = "/api/queries/aspect-departments"


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_has_a_page_with_its_rows_and_downloads(api: FlaskClient, query) -> None:
    values = query.header.examples()

    answer = api.get(f"/api/queries/{query.name}", query_string=values, headers=BROWSER)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert escape(query.header.summary, quote=False) in answer.text.replace("&#39;", "'")
    assert "SELECT" in answer.text
    for name in query.header.parameters:
        assert f'name="{name}"' in answer.text
    for form in ("csv", "json"):
        assert f"format={form}" in answer.text or f".{form}" in answer.text


def test_things_in_a_table_link_to_their_pages_here(api: FlaskClient) -> None:
    page = api.get(f"{ASPECT}?aspect=capacity", headers=BROWSER).text

    assert 'href="/id/department/' in page


def test_a_long_table_is_shown_in_parts(api: FlaskClient) -> None:
    page = api.get("/api/queries/departments-overview?limit=2&offset=2", headers=BROWSER).text

    assert 'rel="next" href="/api/queries/departments-overview?limit=2&amp;offset=4"' in page
    assert 'rel="prev"' in page


def test_the_form_keeps_what_was_given(api: FlaskClient) -> None:
    page = api.get(f"{ASPECT}?aspect=Capacity&origin=computed", headers=BROWSER).text

    assert 'value="Capacity"' in page
    assert '<option value="computed" selected>' in page


def test_the_documentation_has_a_form_for_every_query_that_needs_no_script(
    api: FlaskClient,
) -> None:
    page = api.get("/api/docs").text

    for query in QUERIES:
        assert f'action="/api/queries/{query.name}" method="get"' in page
    assert "<script>" not in page


def test_an_empty_form_asks_for_what_is_missing(api: FlaskClient) -> None:
    answer = api.get(f"{ASPECT}?aspect=&origin=", headers=BROWSER)

    assert answer.status_code == 400
    assert "needs aspect" in answer.text


def test_a_suggestion_is_a_link_to_the_answer(api: FlaskClient) -> None:
    page = api.get(f"{ASPECT}?aspect=capacty", headers=BROWSER).text

    assert f'href="{ASPECT}?{urlencode({"aspect": "capacity"})}"' in page


def test_links_of_a_query_lead_to_its_answers(api, app, library: Library) -> None:
    bound = library.bind("organisation-collaborators", {"organisation": EXAMPLE})
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/graph"}):
        found = links(bound)

    for address in (found.page, found.csv, found.json, found.graphml, found.sparql):
        assert address.startswith("/graph/api/queries/organisation-collaborators")
        assert api.get(address.removeprefix("/graph")).status_code == 200


EXAMPLE = QueryFolder().get("organisation-collaborators").header.examples()["organisation"]
