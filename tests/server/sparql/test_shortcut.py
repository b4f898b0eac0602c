"""What is answered without the framework is answered as with it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graphkit.server.site.sparql.shortcut import Shortcut

QUERIES = {
    "look-up": "SELECT ?p ?o { <https://w3id.org/graphkit/id/question/16604> ?p ?o }",
    "ask": "ASK { ?s a gk:Project }",
    "large": "SELECT * { ?s ?p ?o } LIMIT 500",
    "relative": "SELECT ?x { BIND(<a/b> AS ?x) }",
    "nothing": "SELECT * { ?s <x:none> ?o }",
    "texts": "SELECT ?x { VALUES ?x { 'a,\"b' 'ü\\n' <http://x.org/> 1.50 true } }",
}
ACCEPTS = (
    "",
    "*/*",
    "text/csv",
    "text/tab-separated-values;q=0.9, text/csv;q=0.1",
    "application/sparql-results+xml",
    "application/json",
)
ROOT = "http://localhost"


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("encoding", ["", "gzip", "gzip;q=0, br"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_it_answers_word_for_word(
    client: FlaskClient, query: str, accept: str, encoding: str
) -> None:
    text = f"query={quote(query)}"
    headers = [("accept", accept), ("accept-encoding", encoding)]
    sent = [(name, value) for name, value in headers if value]
    short = Shortcut(client.application)("GET", ROOT, "/sparql", text, sent)
    whole = client.get(f"/sparql?{text}", headers=sent)
    assert short is not None
    found, body = short
    assert body == whole.data
    kept = {key.lower(): value for key, value in whole.headers.items()}
    del kept["content-length"]
    assert dict(found) == kept


@pytest.mark.parametrize(
    ("method", "path", "query", "accept"),
    [
        ("POST", "/sparql", "query=ASK%7B%7D", "*/*"),
        ("GET", "/other", "query=ASK%7B%7D", "*/*"),
        ("GET", "/sparql", "", "*/*"),
        ("GET", "/sparql", "query=", "*/*"),
        ("GET", "/sparql", "query=ASK%7B%7D&format=csv", "*/*"),
        ("GET", "/sparql", "query=ASK%7B%7D", "text/html"),
        ("GET", "/sparql", "query=ASK%7B%7D", "image/png"),
        ("GET", "/sparql", "query=ASK%7B", "*/*"),
        ("GET", "/sparql", "query=ASK%ff%7B%7D", "*/*"),
        ("GET", "/sparql", "query=DESCRIBE+<x:a>", "*/*"),
        ("GET", "/sparql", "query=SELECT*%7BSERVICE<http://x.org>%7B%7D%7D", "*/*"),
        ("GET", "/sparql", "query=SELECT*%7B?a?b?c%7D", "text/csv"),
    ],
)
def test_it_leaves_everything_else_to_the_endpoint(
    client: FlaskClient, method: str, path: str, query: str, accept: str
) -> None:
    headers = [("accept", accept)]
    assert Shortcut(client.application)(method, ROOT, path, query, headers) is None
