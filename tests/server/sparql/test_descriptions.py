"""What the endpoint says of itself and of its data, and its graphs one by one."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Graph as Built
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from graphkit.server.settings import Limits
from graphkit.server.site import Dataset, create_app
from graphkit.server.site.answers import FILE_HEADER

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCT = Namespace("http://purl.org/dc/terms/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
GK = Namespace("https://w3id.org/graphkit/ontology#")
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
NODE = URIRef("http://localhost/void#dataset")
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def read(client: FlaskClient, address: str, accept: str = "text/turtle") -> Graph:
    response = client.get(address, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert "Accept" in response.headers["Vary"]
    data = response.data
    if FILE_HEADER in response.headers:  # a large answer, which the front would send
        data = Path(response.headers[FILE_HEADER]).read_bytes()
    triples = ox.parse(data, FORMATS[accept])
    lines = ox.serialize((quad.triple for quad in triples), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=lines or b"", format="nt")


@pytest.mark.parametrize("address", ["/sparql", "/void", "/.well-known/void"])
def test_descriptions_come_in_every_format(client: FlaskClient, address: str) -> None:
    sizes = {len(read(client, address, accept)) for accept in FORMATS}
    assert len(sizes) == 1
    for form in ("turtle", "trig", "nquads"):
        assert client.get(f"{address}?format={form}").status_code == 200
    assert client.get(f"{address}?format=csv").status_code == 406


def test_the_service_says_that_it_reads_all_graphs_as_one(
    client: FlaskClient, sample: Built
) -> None:
    graph = read(client, "/sparql")
    service = URIRef("http://localhost/sparql")
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    default = graph.value(NODE, SD.defaultGraph)
    assert graph.value(default, VOID.triples) == Literal(sample.snapshot.manifest.quads)
    named = {str(name) for name in graph.objects(None, SD.name)}
    assert "https://w3id.org/graphkit/graph/ontology" in named


def test_the_data_set_is_described(client: FlaskClient, sample: Built) -> None:
    graph = read(client, "/void")
    manifest = sample.snapshot.manifest
    assert {VOID.Dataset, DCAT.Dataset} <= set(graph.objects(NODE, RDF.type))
    assert str(graph.value(NODE, DCT.created)).startswith(manifest.created[:10])
    licences = {str(one) for one in graph.objects(NODE, DCT.license)}
    assert licences == {source.licence for source in manifest.sources if source.licence}
    assert graph.value(NODE, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    for source in manifest.sources:
        node = URIRef(source.graph)
        assert (NODE, VOID.subset, node) in graph
        assert str(graph.value(node, GK.sha256)) == source.sha256
        assert str(graph.value(node, GK.publisherName)) == source.publisher
    parts = {
        str(graph.value(part, VOID["class"])): int(str(graph.value(part, VOID.entities)))
        for part in graph.objects(NODE, VOID.classPartition)
    }
    assert parts[str(GK.Project)] == manifest.classes["Project"]


def test_every_dump_that_is_named_can_be_had(client: FlaskClient) -> None:
    dumps = [str(one) for one in read(client, "/void").objects(NODE, VOID.dataDump)]
    assert dumps
    for dump in dumps:
        assert client.get(dump.removeprefix("http://localhost")).status_code == 200


def test_sizes_of_graphs_and_predicates_add_up(client: FlaskClient) -> None:
    graph = read(client, "/void")
    total = int(str(graph.value(NODE, VOID.triples)))
    for kind in (VOID.propertyPartition, VOID.subset):
        parts = graph.objects(NODE, kind)
        assert sum(int(str(graph.value(part, VOID.triples))) for part in parts) == total


def test_addresses_follow_the_public_one(sample: Built, tmp_path: Path) -> None:
    dataset = Dataset.of_snapshot(sample.snapshot)
    client = create_app(dataset, tmp_path, base="https://data.example.org/ari/").test_client()
    for address in ("/sparql", "/void"):
        text = client.get(address).text
        assert "<https://data.example.org/ari/sparql>" in text
        assert "localhost" not in text


def test_browsers_are_sent_on(client: FlaskClient) -> None:
    assert client.get("/sparql", headers=BROWSER).status_code in (200, 303)
    assert client.get("/void", headers=BROWSER).location == "/dumps"
    page = client.get("/graph/ontology", headers=BROWSER)
    assert page.status_code == 303
    assert client.get(page.location, headers=BROWSER).status_code == 200


@pytest.fixture
def small(tmp_path: Path) -> FlaskClient:
    """A client over two graphs of somebody else's, of two statements at most."""
    store = ox.Store(str(tmp_path / "store"))
    node = ox.NamedNode
    for number, graph in enumerate(["http://x.org/a", "http://x.org/b", "http://x.org/b"]):
        value = ox.Literal(f"<script>{number}")
        store.add(ox.Quad(node("http://x.org/s"), node("http://x.org/p"), value, node(graph)))
    store.add(ox.Quad(node("http://x.org/s"), node("http://x.org/p"), ox.Literal("default")))
    store.flush()
    del store
    (tmp_path / "spool").mkdir()
    limits = Limits(max_rows=1)
    dataset = Dataset.of_store("small", tmp_path / "store")
    return create_app(dataset, tmp_path / "spool", limits).test_client()


def test_a_data_set_of_somebody_elses_is_described(small: FlaskClient) -> None:
    graph = read(small, "/sparql")
    assert SD.UnionDefaultGraph not in graph.objects()
    assert int(str(graph.value(graph.value(NODE, SD.defaultGraph), VOID.triples))) == 1
    assert str(read(small, "/void").value(NODE, DCT.title)) == "small"


@pytest.mark.parametrize("form", ["turtle", "nt", "jsonld", "rdfxml", "nquads", "trig"])
def test_a_graph_is_sent_without_its_name(small: FlaskClient, form: str) -> None:
    response = small.get(f"/rdf-graph-store?graph=http://x.org/a&format={form}")
    kind = ox.RdfFormat.from_media_type(response.content_type)
    assert kind is not None
    [quad] = ox.parse(response.data, kind)
    assert (quad.object, quad.graph_name) == (ox.Literal("<script>0"), ox.DefaultGraph())


def test_the_default_graph_is_what_a_query_reads(small: FlaskClient, client: FlaskClient) -> None:
    assert '"default"' in small.get("/rdf-graph-store?default").text
    graph = read(client, "/rdf-graph-store?default=")
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "tsv"}
    assert len(graph) == int(client.get("/sparql", query_string=query).text.splitlines()[1])


def test_a_graph_past_the_limit_is_not_sent(small: FlaskClient) -> None:
    response = small.get("/rdf-graph-store?graph=http://x.org/b")
    assert response.status_code == 413
    assert "more than 1 statements" in response.text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/rdf-graph-store", 400, "say which graph"),
        ("/rdf-graph-store?default&graph=http://x.org/a", 400, "say which graph"),
        ("/rdf-graph-store?graph=http://x.org/a&graph=http://x.org/b", 400, "say which graph"),
        ("/rdf-graph-store?graph=", 400, "this is no IRI"),
        ("/rdf-graph-store?graph=http://[", 400, "this is no IRI"),
        ("/rdf-graph-store?graph=http://x.org/aa", 404, "http://x.org/a?"),
        ("/rdf-graph-store?graph=http://x.org/a&format=csv", 406, "turtle"),
        ("/graph/%00", 404, "no graph"),
        ("/graph/../a", 404, ""),
        ("/graph/%3Cscript%3E", 404, "no graph"),
    ],
)
def test_graphs_that_cannot_be_had_are_told(
    small: FlaskClient, address: str, status: int, words: str
) -> None:
    response = small.get(address)
    assert response.status_code == status
    assert words in response.text
    page = small.get(address, headers=BROWSER)
    assert page.status_code == status
    assert "<script>" not in page.text.replace('<script src="', "")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("address", ["/rdf-graph-store?graph=http://x.org/a", "/graph/a"])
def test_graphs_are_not_changed(small: FlaskClient, method: str, address: str) -> None:
    response = small.open(address, method=method, data="<x:s> <x:p> 1 .")
    assert response.status_code == 403
    assert "only read" in response.text


def test_head_answers_as_get_does(client: FlaskClient) -> None:
    for address in ("/sparql?query=ASK%7B%7D", "/sparql", "/void", "/graph/ontology"):
        assert client.head(address).status_code == client.get(address).status_code == 200
        assert client.head(address).data == b""
