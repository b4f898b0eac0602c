"""No address brings the site down, and none comes back as markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from small_graph import SmallGraph, Term

Site = Callable[[SmallGraph], FlaskClient]

PATHS = (
    "/id/",
    "/id/..",
    "/id/../",
    "/id/../../etc/passwd",
    "/id/%2e%2e/%2e%2e/etc/passwd",
    "/id//",
    "/id//question/16604",
    "/id/question//16604",
    "/id/%00",
    "/id/question/%00",
    "/id/question/16604%00.ttl",
    "/id/question/<script>alert(1)</script>",
    "/id/question/%3Cscript%3Ealert(1)%3C/script%3E",
    "/id/question/%253Cscript%253E",
    "/id/question/16604%2Ettl%20",
    "/id/question/%E2%80%AE",
    "/id/question/%FF%FE",
    "/id/question/%ED%A0%80",
    "/id/question/a b",
    "/id/question/a>b",
    "/id/question/a%0d%0aSet-Cookie:x=1",
    "/id/question/%",
    "/id/question/%zz",
    "/id/question/{}|\\^`",
    "/id/question/.ttl",
    "/id/question/.",
    "/id/.ttl",
    "/id/question/" + "x" * 10_000,
    "/id/" + "a/" * 1_900,
    "/id/" + "%25" * 1_000,
    "/id/project/" + "'" * 300,
    "/id/organisation/name-%F0%9F%98%80",
    "/id/nosuchkind/1",
    "/degree/nonsense",
    "/degree/",
    "/ontology/../../pyproject.toml",
    "/ontology/..%2f..%2fpyproject.toml",
    "/ontology.nq",
    "/ontology.<script>",
    "/dumps/..%2f..%2fmanifest.json.nq.gz",
    "/dumps/../manifest.nq.gz",
    "/dumps/%00.nq.gz",
    "/dumps/<script>.nq.gz",
    "/dumps/all.exe.gz",
    "/resource",
    "/resource?iri=",
    "/resource?iri=no iri",
    "/resource?iri=http://x.org/%3E",
    "/resource?iri=http://x.org/%00",
    "/resource?iri=javascript:alert(1)",
    "/resource?iri=_:",
    "/resource?iri=_:nothing",
    "/resource?iri=http://x.org/" + "x" * 10_000,
    "/resource?iri=http://a.org&iri=http://b.org",
    "/resource?iri=http://x.org/%3Cscript%3Ealert(1)%3C/script%3E",
)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/json"])
@pytest.mark.parametrize("path", PATHS, ids=[path[:50] for path in PATHS])
def test_a_hostile_address_is_a_clear_refusal(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert 300 < response.status_code < 500
    assert accept != "text/html" or "<script>alert" not in response.text
    assert "Traceback" not in response.text
    assert len(response.data) < 10_000
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path", ["/id/question/16604", "/resource?iri=http://x.org", "/dumps", "/ontology"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "accept",
    ["text/turtle;q=9", "a" * 10_000, "text/turtle;q=nan,*/*;q=0", ";;;,,,", "text/*;q=-1"],
)
def test_a_broken_accept_is_no_fault_of_ours(client: FlaskClient, accept: str) -> None:
    response = client.get("/id/question/16604", headers={"Accept": accept})
    assert response.status_code in (200, 406)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/id/place/e12000005", "/id/place/E12000005"),
        ("/id/question/1660", "/id/question/16604"),
        ("/id/questions/16604", "did you mean id/question/16604"),
        ("/id/department/department-for-levelling-up", "housing-and-communities"),
    ],
)
def test_an_unknown_thing_gets_a_suggestion(client: FlaskClient, path: str, nearest: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert nearest in response.text


def test_an_unknown_key_that_is_a_reference_leads_to_what_bears_it(site_of: Site) -> None:
    graph = SmallGraph()
    graph.project("p", "Bridges", reference="ES/X001/1")
    response = site_of(graph).get("/id/project/ES/X001/1")
    assert response.status_code == 404
    assert "nearest: /id/project/p" in response.text


def test_texts_from_the_data_are_escaped(site_of: Site) -> None:
    graph = SmallGraph()
    evil = "</script><script>alert(1)</script>\"'<img src=x onerror=alert(1)>\u202e\x07"
    graph.department("d", evil)
    graph.question("1", evil, by="d", background=evil)
    graph.say("question", "1", "schema:sameAs", Term("<javascript:alert(1)>"))
    client = site_of(graph)
    for path in ("/id/question/1", "/id/question/1?view=data", "/id/department/d"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
