"""Every thing of the graph answers under its own address, in every form."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from conftest import Graph
from flask.testing import FlaskClient
from linked_data import ID, around, body, json_of, links, quads, triples
from small_graph import SmallGraph

from graphkit.gzipped import open_gzip
from graphkit.vocabulary import expand

QUESTION = "question/16604"
SUFFIXES = ("ttl", "jsonld", "nt", "rdf", "nq", "trig")
LABEL = ox.NamedNode(expand("skos:prefLabel"))


@pytest.fixture(scope="module")
def everything(sample: Graph) -> set[ox.Quad]:
    """All statements of the sample."""
    with open_gzip(sample.snapshot.quads) as stream:
        return set(ox.parse(input=stream.read(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_form_holds_all_that_is_said_around_a_thing(
    client: FlaskClient, everything: set[ox.Quad], suffix: str
) -> None:
    found = triples(client.get(f"/id/{QUESTION}.{suffix}"))
    said = around({quad.triple for quad in everything}, ID + QUESTION)
    assert len(said) > 20
    assert around(found, ID + QUESTION) == said


def test_all_forms_say_the_same(client: FlaskClient) -> None:
    answers = [triples(client.get(f"/id/{QUESTION}.{suffix}")) for suffix in SUFFIXES]
    assert all(found == answers[0] for found in answers)


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_forms_with_graphs_tell_who_says_it(
    client: FlaskClient, everything: set[ox.Quad], suffix: str
) -> None:
    found = quads(client.get(f"/id/{QUESTION}.{suffix}"))
    node = ox.NamedNode(ID + QUESTION)
    assert {q for q in found if q.subject == node} == {q for q in everything if q.subject == node}


def test_whatever_is_mentioned_comes_with_its_label(
    client: FlaskClient, everything: set[ox.Quad]
) -> None:
    found = triples(client.get(f"/id/{QUESTION}.ttl"))
    main = around(found, ID + QUESTION)
    named = {q.subject for q in everything if q.predicate == LABEL}
    ends = {end for one in main for end in (one.subject, one.object)} & named
    assert len(ends) > 4
    assert ends <= {one.subject for one in found if one.predicate == LABEL}
    asked = ox.NamedNode(expand("gk:askedBy"))
    assert any(one.subject == asked for one in found if one.predicate.value.endswith("#label"))


def test_sums_of_money_and_participations_are_told_with_the_thing(
    site_of: Callable[[SmallGraph], FlaskClient],
) -> None:
    graph = SmallGraph()
    graph.funder("f", "A funder")
    graph.organisation("leeds", "University of Leeds")
    graph.project("p", "Bridges", funders=("f",), amount=250.0, lead=("leeds",))
    client = site_of(graph)
    found = triples(client.get("/id/award/p.ttl"))
    assert any(one.predicate.value == expand("schema:value") for one in found)
    page = client.get("/id/organisation/leeds?view=data").text
    assert "Bridges" in page
    assert "Lead" in page


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-quads", "application/n-quads"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.3,text/turtle;q=0.9", "text/turtle"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("application/*", "application/ld+json"),
    ],
)
def test_the_form_is_what_accept_likes_best(client: FlaskClient, accept: str, kind: str) -> None:
    response = client.get(f"/id/{QUESTION}", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == kind
    assert "Accept" in response.headers["Vary"]
    document = client.get(response.headers["Content-Location"])
    assert document.mimetype == kind
    if kind != "text/html":  # a page's links to its own parts hold the address it was asked at
        assert body(document) == body(response)


def test_no_such_form_is_406_with_those_there_are(client: FlaskClient) -> None:
    response = client.get(f"/id/{QUESTION}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.text


def test_a_suffix_wins_over_accept(client: FlaskClient) -> None:
    response = client.get(f"/id/{QUESTION}.ttl", headers={"Accept": "text/html"})
    assert response.mimetype == "text/turtle"
    assert "Accept" not in response.headers.get("Vary", "").replace("Accept-Encoding", "")


def test_links_lead_to_the_canonical_iri_and_to_the_other_forms(client: FlaskClient) -> None:
    response = client.get(f"/id/{QUESTION}")
    found = links(response)
    assert found["canonical"] == ID + QUESTION
    for suffix in SUFFIXES:
        assert f"</id/{QUESTION}.{suffix}>" in response.headers["Link"]
    assert client.get(found["describedby"]).status_code == 200


def test_a_key_that_ends_like_a_suffix_is_a_key(
    site_of: Callable[[SmallGraph], FlaskClient],
) -> None:
    graph = SmallGraph()
    graph.organisation("acme.ttl", "Acme Turtle")
    graph.organisation("acme", "Acme")
    client = site_of(graph)
    turtle = {"Accept": "text/turtle"}
    assert "Acme Turtle" in client.get("/id/organisation/acme.ttl", headers=turtle).text
    assert "Acme Turtle" in client.get("/id/organisation/acme.ttl.nt").text
    assert client.get("/id/organisation/acme.nt").mimetype == "application/n-triples"


KEYS = ("a:b", "a b", "a/b", "ünï", "a%b", "x.y.z", "o'neil", "a,b;c", "=1+1", "~!", "1?2", "1#2")


@pytest.mark.parametrize("key", KEYS)
def test_links_to_things_with_unusual_keys_lead_there(
    site_of: Callable[[SmallGraph], FlaskClient], key: str
) -> None:
    graph = SmallGraph()
    graph.organisation(key, "Of that name")
    graph.project("p", "A project", lead=(key,))
    client = site_of(graph)
    page = client.get("/id/project/p").text
    link = page.partition(">Of that name</a>")[0].rpartition('href="')[2].partition('"')[0]
    for target in (link, f"{link}.ttl"):
        response = client.get(target, headers={"Accept": "text/turtle"})
        assert "Of that name" in body(response).decode(), target
    iri = graph.iri("organisation", key)
    assert links(client.get(link))["canonical"] == iri


def test_two_keys_that_differ_only_in_escaping_stay_two(
    site_of_text: Callable[..., FlaskClient],
) -> None:
    client = site_of_text(
        '<http://x.org/id/a/b%3Ac> <http://x.org/p> "escaped" .\n'
        '<http://x.org/id/a/b:c> <http://x.org/p> "plain" .\n',
        "http://x.org/",
    )
    turtle = {"Accept": "text/turtle"}
    assert "escaped" in client.get("/id/a/b%3Ac", headers=turtle).text
    assert "plain" in client.get("/id/a/b:c", headers=turtle).text


def test_json_ld_has_the_thing_as_its_root(client: FlaskClient) -> None:
    found = json_of(client.get(f"/id/{QUESTION}.jsonld"))
    assert found["id"] == ID + QUESTION
    assert found["type"] == "ResearchQuestion"
    assert found["archived"] is False
    assert found["asked_by"]["name"].startswith("Department for Levelling Up")
    assert any(
        one["id"].startswith(f"{ID}assessment/") for one in found["@reverse"]["assesses_question"]
    )
    context = client.get("/ontology/context.jsonld")
    assert found["@context"] == "http://localhost/ontology/context.jsonld"
    assert "@context" in json.loads(body(context))


def test_funders_of_awards_keep_their_own_property_in_json_ld(
    site_of: Callable[[SmallGraph], FlaskClient],
) -> None:
    graph = SmallGraph()
    graph.funder("f", "A funder")
    graph.project("p", "Bridges", funders=("f",), amount=250.5)
    client = site_of(graph)
    for thing in ("award/p", "project/p", "funder/f"):
        turtle = triples(client.get(f"/id/{thing}.ttl"))
        assert triples(client.get(f"/id/{thing}.jsonld")) == turtle
    award = json_of(client.get("/id/award/p.jsonld"))
    assert award["funded_by"]["name"] == "A funder"


def test_the_page_shows_labels_sources_forms_and_the_query(client: FlaskClient) -> None:
    page = client.get(f"/id/{QUESTION}?view=data").text
    assert "asked by" in page
    assert "Department for Levelling Up, Housing and Communities" in page
    assert "Open Government Licence" in page
    assert f'href="/id/{QUESTION}.ttl"' in page
    assert "SELECT ?subject ?property ?value ?source" in page
    assert "<script" not in page.replace('<script type="application/ld+json">', "").replace(
        "<script src=", ""
    )


@pytest.mark.parametrize("path", ["degree/partial", "degree-scheme", "topic-scheme/field"])
def test_codes_and_closed_lists_have_pages(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}").status_code == 200
    assert triples(client.get(f"/{path}.ttl"))


def test_behind_a_proxy_links_keep_its_path(sample: Graph, client: FlaskClient) -> None:
    response = client.get(f"/id/{QUESTION}", base_url="http://localhost/kg/")
    assert 'href="/kg/id/department/' in response.text
    assert response.headers["Content-Location"] == f"/kg/id/{QUESTION}.html"
    turtle = client.get(f"/id/{QUESTION}.ttl", base_url="http://localhost/kg/").text
    assert f"<http://localhost/kg/id/{QUESTION}.ttl>" in turtle
