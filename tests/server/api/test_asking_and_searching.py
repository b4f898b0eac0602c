"""Sentences and searches: what is understood, and what is told where nothing is."""

from __future__ import annotations

import csv
import io

from flask.testing import FlaskClient

from graphkit.library import Library
from graphkit.server.site import Dataset

SENTENCE = "projects partially addressing capacity in the West Midlands"


def test_a_sentence_is_answered_with_the_query_that_it_means(
    api: FlaskClient, library: Library
) -> None:
    answer = api.get("/api/ask", query_string={"q": SENTENCE})

    found = answer.json
    values = found["understood"]["parameters"]
    assert found["query"] == found["understood"]["query"] == "projects-addressing-aspect"
    assert values == {"aspect": "capacity", "degree": "partial", "place": "West Midlands"}
    assert found["rows"] == library.run("projects-addressing-aspect", **values).dicts()
    assert found["rows"]
    assert found["remarks"]


def test_the_address_of_what_was_understood_gives_the_same_rows(api: FlaskClient) -> None:
    found = api.get("/api/ask", query_string={"q": SENTENCE}).json

    assert api.get(found["understood"]["address"]).json["rows"] == found["rows"]


def test_a_sentence_is_answered_as_a_table_too(api: FlaskClient) -> None:
    table = api.get("/api/ask.csv", query_string={"q": SENTENCE, "limit": 1})

    assert table.mimetype == "text/csv"
    assert len(list(csv.reader(io.StringIO(table.text)))) == 2


def test_what_is_not_understood_gets_sentences_that_are(api: FlaskClient) -> None:
    answer = api.get("/api/ask?q=departments that like capacity or so")

    assert answer.status_code == 422
    assert answer.json["suggestions"]
    near = answer.json["suggestions"][0]
    assert api.get("/api/ask", query_string={"q": near["sentence"]}).json["query"] == near["query"]


def test_a_search_gives_what_the_index_gives(api: FlaskClient, dataset: Dataset) -> None:
    expected = dataset.index.search("research", {"kind": ["project"]}, size=5)

    found = api.get("/api/search?q=research&kind=project&size=5").json

    assert found["total"] == expected.total > 0
    assert [hit["iri"] for hit in found["hits"]] == [hit.iri for hit in expected.hits]
    marked = [
        piece["text"].lower()
        for hit in found["hits"]
        for piece in hit["snippet"]
        if piece["marked"]
    ]
    assert any(text.startswith("research") for text in marked)
    assert list(found["facets"]) == list(expected.facets)


def test_pages_of_hits_put_together_are_all_hits(api: FlaskClient) -> None:
    whole = api.get("/api/search?q=research&size=1000").json

    hits, address = [], "/api/search?q=research&size=7"
    while address:
        answer = api.get(address)
        hits += [hit["iri"] for hit in answer.json["hits"]]
        address = answer.json["next"]

    assert hits == [hit["iri"] for hit in whole["hits"]]
    assert len(hits) == whole["total"]


def test_filters_are_named_as_people_name_them(api: FlaskClient) -> None:
    found = api.get("/api/search?region=West Midlands&aspect=Capacity").json

    assert found["filters"]["aspect"] == ["capacity"]
    assert found["filters"]["region"] == ["E12000005"]


def test_a_filter_that_is_none_gets_the_nearest(api: FlaskClient) -> None:
    problem = api.get("/api/search?aspect=capacty").json

    assert (problem["status"], problem["parameter"]) == (400, "aspect")
    assert problem["suggestions"][0] == "capacity"


def test_hits_come_as_a_table(api: FlaskClient) -> None:
    by_suffix = api.get("/api/search.csv?q=research&size=3")
    by_header = api.get("/api/search?q=research&size=3", headers={"Accept": "text/csv"})

    rows = list(csv.DictReader(io.StringIO(by_suffix.text)))
    assert len(rows) == 3
    assert rows[0]["iri"].startswith("https://")
    assert by_header.data == by_suffix.data
    assert api.get("/api/search.csv?q=a&format=csv").status_code == 400
