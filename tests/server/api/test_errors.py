"""A request that gets no answer is told what is wrong and what would work."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.library import Library, QueryFolder
from graphkit.search import FACETS
from graphkit.server.site.api.parameters import OWN

QUERIES = QueryFolder().all()
NAMES = [query.name for query in QUERIES]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ASPECT = "/api/queries/aspect-departments"


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_no_parameter_of_a_query_is_called_as_one_of_the_apis_own(query) -> None:
    assert not set(query.header.parameters) & {*OWN, "q", "page"}


def test_no_query_is_called_as_a_format(api: FlaskClient) -> None:
    assert not any("." in name for name in NAMES)


@pytest.mark.parametrize(
    "query",
    [q for q in QUERIES if any(p.required for p in q.header.parameters.values())],
    ids=lambda query: query.name,
)
def test_a_query_without_what_it_needs_tells_an_address_that_works(api, query) -> None:
    answer = api.get(f"/api/queries/{query.name}")

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert query.header.parameters[problem["parameter"]].required
    assert api.get(problem["example"]).status_code == 200


def test_a_misspelt_name_gets_suggestions_and_an_address_that_keeps_the_rest(
    api: FlaskClient,
) -> None:
    problem = api.get(f"{ASPECT}?aspect=capacty&origin=computed").json

    assert (problem["status"], problem["parameter"]) == (400, "aspect")
    assert problem["suggestions"][0] == "capacity"
    assert "origin=computed" in problem["example"]
    assert api.get(problem["example"]).status_code == 200


def test_a_code_that_is_none_gets_all_codes(api: FlaskClient) -> None:
    problem = api.get(f"{ASPECT}?aspect=capacity&origin=rumour").json

    assert problem["parameter"] == "origin"
    assert "computed" in problem["suggestions"]


def test_two_values_that_are_wrong_still_get_an_address_that_works(api: FlaskClient) -> None:
    problem = api.get(f"{ASPECT}?aspect=capacty&origin=rumour").json

    assert api.get(problem["example"]).status_code == 200


def test_a_query_that_is_none_gets_the_nearest(api: FlaskClient) -> None:
    answer = api.get("/api/queries/aspects-department")

    assert answer.status_code == 404
    assert "aspect-departments" in answer.json["suggestions"]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        (f"{ASPECT}?aspekt=capacity", "aspekt"),
        (f"{ASPECT}?aspect=capacity&aspect=skills", "aspect"),
        (f"{ASPECT}?aspect=capacity&aspect=capacity", "aspect"),
        (f"{ASPECT}?aspect=capacity&limit=ten", "limit"),
        (f"{ASPECT}?aspect=capacity&limit=-1", "limit"),
        (f"{ASPECT}?aspect=capacity&limit=1e3", "limit"),
        (f"{ASPECT}?aspect=capacity&limit=%D9%A3", "limit"),
        (f"{ASPECT}?aspect=capacity&offset=99999999999", "offset"),
        (f"{ASPECT}.csv?aspect=capacity&format=csv", "format"),
        (f"{ASPECT}?aspect={'x' * 5000}", "aspect"),
        (f"{ASPECT}?aspect=%00", "aspect"),
        (f"{ASPECT}?aspect=%FF%FE", "aspect"),
        ("/api/queries?tag=nothing", "tag"),
        ("/api/queries?page=2", "page"),
        ("/api/search?colour=red", "colour"),
        ("/api/search?sort=best", "sort"),
        ("/api/search?page=0", "page"),
        ("/api/search?size=5000", "size"),
        ("/api/search?q=a&q=b", "q"),
        ("/api/search?department=nobody-at-all", "department"),
        ("/api/ask", "q"),
    ],
)
def test_the_parameter_at_fault_is_named(api: FlaskClient, address: str, parameter: str) -> None:
    answer = api.get(address)

    assert answer.status_code == 400, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["parameter"] == parameter
    assert len(answer.data) < 2_000


def test_a_format_that_rows_do_not_have_is_refused_with_those_they_have(
    api: FlaskClient,
) -> None:
    by_suffix = api.get(f"{ASPECT}.graphml?aspect=capacity")
    by_header = api.get(f"{ASPECT}?aspect=capacity", headers={"Accept": "image/png"})
    by_name = api.get(f"{ASPECT}?aspect=capacity&format=excel")

    assert (by_suffix.status_code, by_header.status_code) == (406, 406)
    assert "text/csv" in by_header.json["available"]
    assert by_name.status_code == 400


def test_nothing_is_taken_but_get(api: FlaskClient) -> None:
    answer = api.post(f"{ASPECT}?aspect=capacity")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_reader_gets_the_form_with_what_is_wrong(api: FlaskClient) -> None:
    missing = api.get(ASPECT, headers=BROWSER)
    wrong = api.get(f"{ASPECT}?aspect=<script>alert(1)</script>", headers=BROWSER)

    assert missing.status_code == wrong.status_code == 400
    assert 'name="aspect"' in missing.text
    assert "<script>alert" not in wrong.text
    assert "&lt;script&gt;alert(1)" in wrong.text


_TEXT = st.text(max_size=40) | st.sampled_from(
    [
        "<script>",
        "\"'`",
        "\u202eabc",
        "\x00",
        "../../etc/passwd",
        "}",
        "?_x",
        "a\nb",
        "1e999",
        "NaN",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    query=st.sampled_from(QUERIES),
    values=st.data(),
    own=st.dictionaries(st.sampled_from(OWN), _TEXT, max_size=1),
    browser=st.booleans(),
)
def test_no_value_makes_the_server_fail(api: FlaskClient, query, values, own, browser) -> None:
    names = sorted(query.header.parameters)
    drawn = {name: values.draw(_TEXT) for name in names}
    before = json.dumps(drawn)

    answer = api.get(
        f"/api/queries/{query.name}",
        query_string={**drawn, **own},
        headers=BROWSER if browser else {},
    )

    assert answer.status_code in (200, 400, 406), (before, answer.text)
    if answer.status_code != 200 and not browser:
        assert answer.json["detail"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from(["ask", "search"]),
    text=_TEXT,
    facet=st.dictionaries(st.sampled_from(sorted(FACETS)), _TEXT, max_size=1),
)
def test_no_sentence_and_no_search_makes_the_server_fail(api, path, text, facet) -> None:
    answer = api.get(f"/api/{path}", query_string={"q": text, **facet})

    assert answer.status_code in (200, 400, 422), answer.text


@settings(max_examples=60, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_no_path_makes_the_server_fail(api: FlaskClient, name: str) -> None:
    from urllib.parse import quote

    answer = api.get(f"/api/queries/{quote(name, safe='')}")

    assert answer.status_code in (308, 400, 404), answer.text


def test_headers_are_read_once(library: Library, app, monkeypatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a header is read again")

    monkeypatch.setattr("graphkit.library.files.header_of", never)

    assert app.test_client().get(f"{ASPECT}?aspect=capacity").status_code == 200
    assert app.test_client().get("/api/queries").status_code == 200
