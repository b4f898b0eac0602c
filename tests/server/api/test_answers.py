"""What the API answers is what the library answers, in every format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import networkx
import pytest
from flask.testing import FlaskClient

from graphkit.library import Library, QueryFolder
from graphkit.tabular import to_text

QUERIES = QueryFolder().all()
NAMES = [query.name for query in QUERIES]
EXAMPLES = {query.name: query.header.examples() for query in QUERIES}
NETWORKS = [query.name for query in QUERIES if query.header.network]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ASPECT = "/api/queries/aspect-departments"


@pytest.mark.parametrize("name", NAMES)
def test_every_query_answers_as_the_library_does(
    api: FlaskClient, library: Library, name: str
) -> None:
    expected = library.run(name, **EXAMPLES[name])

    answer = api.get(f"/api/queries/{name}", query_string=EXAMPLES[name])

    assert answer.status_code == 200, answer.text
    found = answer.json
    assert found["rows"] == json.loads(json.dumps(expected.dicts()))
    assert found["remarks"] == list(expected.remarks)
    assert [column["name"] for column in found["columns"]] == list(expected.columns)
    assert {c["name"]: c["unit"] for c in found["columns"] if c["unit"]} == dict(expected.units)
    assert found["parameters"].keys() == library.queries.get(name).header.parameters.keys()
    assert found["snapshot"] == library.snapshot.manifest.id
    assert found["licences"]
    assert not found["more"]


@pytest.mark.parametrize("name", NAMES)
def test_every_query_gives_the_same_rows_as_text(
    api: FlaskClient, library: Library, name: str
) -> None:
    expected = library.run(name, **EXAMPLES[name])

    table = api.get(f"/api/queries/{name}.csv", query_string=EXAMPLES[name])
    tabs = api.get(f"/api/queries/{name}.tsv", query_string=EXAMPLES[name])
    lines = api.get(
        f"/api/queries/{name}",
        query_string=EXAMPLES[name],
        headers={"Accept": "application/x-ndjson"},
    )

    assert table.content_type == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(table.text, newline=""))
    assert head == list(expected.columns)
    assert rows == [[_cell(value) for value in row] for row in expected.rows]
    assert tabs.text == to_text(expected.columns, expected.rows, "tsv")
    assert [json.loads(line) for line in lines.text.splitlines()] == expected.dicts()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_cell(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_comes_as_graphml_with_the_same_edges(
    api: FlaskClient, library: Library, name: str
) -> None:
    expected = library.run(name, **EXAMPLES[name]).to_networkx()

    answer = api.get(f"/api/queries/{name}.graphml", query_string=EXAMPLES[name])
    again = api.get(f"/api/queries/{name}.graphml", query_string=EXAMPLES[name])

    assert answer.content_type == "application/graphml+xml"
    assert answer.data == again.data
    found = networkx.read_graphml(io.BytesIO(answer.data), force_multigraph=True)
    assert found.is_directed()
    assert sorted(found.nodes) == sorted(map(str, expected.nodes))
    assert sorted(map(_edge, found.edges(data=True))) == sorted(map(_edge, _plain(expected)))


def _plain(network: Any) -> list[tuple[Any, Any, dict[str, Any]]]:
    return [
        (
            start,
            end,
            {
                key: _cell(value) if isinstance(value, list) else value
                for key, value in values.items()
                if value is not None
            },
        )
        for start, end, values in network.edges(data=True)
    ]


def _edge(edge: tuple[Any, Any, dict[str, Any]]) -> str:
    start, end, values = edge
    return json.dumps([start, end, sorted((k, v) for k, v in values.items() if k != "id")])


def test_a_value_comes_back_as_it_was_given_and_as_it_was_understood(api: FlaskClient) -> None:
    found = api.get(f"{ASPECT}?aspect=Capacity&origin=computed").json["parameters"]

    assert found["aspect"]["given"] == "Capacity"
    assert found["aspect"]["value"].endswith("/id/aspect/capacity")
    assert found["aspect"]["label"] == "capacity"
    assert found["origin"] == {"given": "computed", "value": "computed", "label": None}


def test_what_is_left_out_or_empty_has_no_value(api: FlaskClient) -> None:
    without = api.get(f"{ASPECT}?aspect=capacity").json
    empty = api.get(f"{ASPECT}?aspect=capacity&origin=").json

    assert without["parameters"]["origin"] == {"given": None, "value": None, "label": None}
    assert empty["rows"] == without["rows"]


def test_the_query_in_sparql_gives_the_same_rows(api: FlaskClient, library: Library) -> None:
    text = api.get(f"{ASPECT}.rq?aspect=capacity")

    assert text.content_type == "application/sparql-query; charset=utf-8"
    assert len(list(library.store.run(text.text))) == len(
        api.get(f"{ASPECT}?aspect=capacity").json["rows"]
    )


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.2, application/json;q=0.9", "application/json"),
        ("text/csv;q=0.9, application/json;q=0.2", "text/csv"),
        ("text/html", "text/html"),
        (BROWSER, "text/html"),
        ("application/x-ndjson", "application/x-ndjson"),
    ],
)
def test_the_format_is_the_one_that_the_client_likes_best(
    api: FlaskClient, accept: str, kind: str
) -> None:
    answer = api.get(f"{ASPECT}?aspect=capacity", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.mimetype == kind
    assert "Accept" in answer.vary


def test_pages_of_rows_put_together_are_all_rows(api: FlaskClient) -> None:
    whole = api.get("/api/queries/departments-overview").json["rows"]
    assert len(whole) > 4

    rows, address = [], "/api/queries/departments-overview?limit=2"
    while address:
        answer = api.get(address)
        rows += answer.json["rows"]
        address = answer.json["next"]
        assert (f'<{address}>; rel="next"' == answer.headers.get("Link")) == bool(address)

    assert rows == whole


def test_rows_after_the_last_are_none(api: FlaskClient) -> None:
    answer = api.get("/api/queries/departments-overview?limit=5&offset=100000")

    assert answer.json["rows"] == []
    assert not answer.json["more"]
    assert "Link" not in answer.headers


def test_no_rows_asked_for_are_no_rows(api: FlaskClient) -> None:
    answer = api.get("/api/queries/departments-overview?limit=0")

    assert (answer.json["rows"], answer.json["more"], answer.json["next"]) == ([], True, None)


def test_more_rows_than_are_sent_at_once_are_refused_and_never_cut(
    small_answers: FlaskClient,
) -> None:
    refused = small_answers.get("/api/queries/departments-overview")
    part = small_answers.get("/api/queries/departments-overview?limit=3")
    greedy = small_answers.get("/api/queries/departments-overview?limit=4")

    assert (refused.status_code, greedy.status_code) == (413, 413)
    assert refused.json["limit"] == 3
    assert (part.status_code, len(part.json["rows"]), part.json["more"]) == (200, 3, True)


def test_links_of_a_site_behind_a_proxy_carry_its_path(api: FlaskClient) -> None:
    answer = api.get(
        "/api/queries/departments-overview?limit=1", environ_overrides={"SCRIPT_NAME": "/graph"}
    )

    assert answer.json["next"].startswith(
        "http://localhost/graph/api/queries/departments-overview?"
    )
