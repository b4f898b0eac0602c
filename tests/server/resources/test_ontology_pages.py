"""The ontology's terms resolve to a page and to RDF."""

from __future__ import annotations

import html
import io
import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from linked_data import body, links, triples

from graphkit.ontology import Ontology
from graphkit.vocabulary import NAMESPACE, ONTOLOGY_IRI

ontology = Ontology.load()


def test_every_term_has_its_place_on_the_page(client: FlaskClient) -> None:
    page = html.unescape(client.get("/ontology").text)
    terms = {t.subject.value for t in triples(client.get("/ontology.ttl"))}
    own = {iri for iri in terms if iri.startswith(NAMESPACE)}
    assert len(own) > 100
    for iri in own:
        assert f'id="{iri[len(NAMESPACE) :]}"' in page
    for term in (*ontology.classes.values(), *ontology.properties.values()):
        assert term.comment in page


def test_every_link_within_the_page_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    anchors = {part.partition('"')[0] for part in page.split(' id="')[1:]}
    wanted = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert wanted - {"main"} <= anchors


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf"])
def test_each_form_is_the_whole_ontology(client: FlaskClient, suffix: str) -> None:
    path = ontology.folder / "graphkit.ttl"
    whole = {quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)}
    assert triples(client.get(f"/ontology.{suffix}")) == whole


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("*/*", "text/html"),
    ],
)
def test_the_ontology_is_negotiated(client: FlaskClient, accept: str, kind: str) -> None:
    for path in ("/ontology", f"/ontology/{ontology.version}"):
        response = client.get(path, headers={"Accept": accept})
        assert response.mimetype == kind
        assert "Accept" in response.headers["Vary"]
        assert links(response)["canonical"] == ONTOLOGY_IRI
        assert body(client.get(response.headers["Content-Location"])) == body(response)


def test_shapes_lists_and_context_are_the_files_in_use(client: FlaskClient) -> None:
    assert body(client.get("/ontology/shapes.ttl")) == ontology.shapes_path.read_bytes()
    assert body(client.get("/ontology/context.jsonld")) == ontology.context_path.read_bytes()
    assert client.get("/ontology/context.jsonld").mimetype == "application/ld+json"
    assert triples(client.get("/ontology/schemes.nt"))
    assert client.get("/ontology/shapes").mimetype == "text/turtle"
    json.loads(body(client.get("/ontology/shapes.jsonld")))


def test_terms_of_the_ontology_are_linked_from_things(client: FlaskClient) -> None:
    page = client.get("/id/question/16604?view=data").text
    assert 'href="/ontology#askedBy"' in page
    assert 'href="/ontology#schema:text"' in page


def test_instances_of_a_class_can_be_listed(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    link = page.partition('id="Department"')[2].partition('href="/resource')[2].partition('"')[0]
    response = client.get(f"/resource{link}".replace("&amp;", "&"))
    assert response.status_code == 200
    assert "/id/department/" in response.text


def test_turtle_of_a_term_can_be_had_alone(client: FlaskClient) -> None:
    response = client.get(f"/resource?iri={NAMESPACE.replace('#', '%23')}askedBy&format=nt&size=5")
    found = set(ox.parse(input=io.BytesIO(body(response)), format=ox.RdfFormat.N_TRIPLES))
    assert any(q.subject == ox.NamedNode(f"{NAMESPACE}askedBy") for q in found)
