"""Reading answers of the site as a client does, with another program's parsers."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graphkit.ontology import Ontology

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
BASE = "https://w3id.org/graphkit/"
ID = f"{BASE}id/"
CONTEXT = json.loads(Ontology.load().context_path.read_text("utf-8"))["@context"]


def body(response: TestResponse) -> bytes:
    """What the client gets in the end: from memory or from the file that the front sends."""
    file = response.headers.get("Graphkit-File")
    data = Path(file).read_bytes() if file else response.data
    packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(data) if packed else data


def quads(response: TestResponse) -> set[ox.Quad]:
    """The statements of an RDF answer."""
    assert response.status_code == 200, response.data
    data = body(response)
    if response.mimetype == "application/ld+json":
        read = json.loads(data)
        if isinstance(read, dict) and isinstance(read.get("@context"), str):
            assert read["@context"].endswith("/ontology/context.jsonld")
            data = json.dumps({**read, "@context": CONTEXT}).encode()
    return set(ox.parse(input=io.BytesIO(data), format=FORMATS[response.mimetype]))


def triples(response: TestResponse) -> set[ox.Triple]:
    """The statements of an RDF answer without their graphs, and without those on the document."""
    found = {quad.triple for quad in quads(response)}
    return {one for one in found if not str(one.subject).startswith("<http://localhost/")}


def around(found: set[ox.Triple], iri: str) -> set[ox.Triple]:
    """The statements about a thing, and those that point to it."""
    node = ox.NamedNode(iri)
    return {one for one in found if node in (one.subject, one.object)}


def json_of(response: TestResponse) -> Any:
    """A JSON answer."""
    assert response.status_code == 200, response.data
    return json.loads(body(response))


def links(response: TestResponse) -> dict[str, str]:
    """Targets of the answer's links, by relation (of several with one relation, the last)."""
    found = {}
    for link in response.headers.get("Link", "").split(", <"):
        target, _, rest = link.strip("<").partition(">")
        for relation in rest.partition('rel="')[2].partition('"')[0].split():
            found[relation] = target
    return found


def pages(client: FlaskClient, path: str) -> list[TestResponse]:
    """All pages of an answer, found by following `rel="next"`."""
    found = []
    following: str | None = path
    while following:
        response = client.get(following)
        assert response.status_code == 200, response.data
        found.append(response)
        following = links(response).get("next")
        assert len(found) < 1000
    return found
