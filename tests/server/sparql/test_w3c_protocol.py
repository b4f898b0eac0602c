"""The W3C's suites of the SPARQL protocol, of graph stores and of service descriptions."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import w3c_suites as w3c
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace, URIRef
from werkzeug.test import TestResponse

from graphkit.server.site import Dataset, create_app

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not w3c.SUITES.is_dir(), reason="the W3C's suites are not here"),
]

DATA = "http://kasei.us/2009/09/sparql/data/"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
TABLES = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
GRAPHS = {"text/turtle", "application/rdf+xml", "application/n-triples"}

ANSWERED = (
    "query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full",
    "query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask",
    "query_content_type_describe", "query_content_type_construct", "query_post_direct",
)  # fmt: skip
"""Queries, answered as the suite wants."""
REFUSED = {
    "bad_query_method": 405,
    "bad_multiple_queries": 400,
    "bad_query_wrong_media_type": 415,
    "bad_query_missing_form_type": 415,
    "bad_query_missing_direct_type": 415,
    "bad_query_non_utf8": 415,
    "bad_query_syntax": 400,
    "bad_update_get": 403,
    "bad_multiple_updates": 403,
    "bad_update_wrong_media_type": 415,
    "bad_update_missing_form_type": 415,
    "bad_update_non_utf8": 403,
    "bad_update_syntax": 403,
    "bad_update_dataset_conflict": 403,
}
"""Bad requests, for which the suite wants any status from 400 to 499."""
UPDATES = (
    "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
    "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
)  # fmt: skip
"""Updates, which this endpoint refuses."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of an endpoint over the suite's data.

    The suite asks over `data0.rdf`, too, which is to be found at its address and says nothing
    that matters: a graph without statements stands for it.
    """
    folder = tmp_path_factory.mktemp("protocol")
    store = ox.Store(str(folder / "store"))
    store.add_graph(ox.NamedNode(f"{DATA}data0.rdf"))
    for number in (1, 2, 3):
        path = w3c.SUITES / "protocol" / f"data{number}.nt"
        graph = ox.NamedNode(f"{DATA}data{number}.rdf")
        store.load(path.read_bytes(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    store.flush()
    del store
    spool = folder / "spool"
    spool.mkdir()
    return create_app(Dataset.of_store("protocol", folder / "store"), spool).test_client()


def send(client: FlaskClient, sent: w3c.Sent) -> TestResponse:
    headers = dict(sent.headers)
    kind = headers.pop("content-type", None)
    split = urlsplit(sent.address)
    return client.open(
        split.path,
        method=sent.method,
        query_string=split.query,
        data=sent.body or None,
        content_type=kind,
        headers=headers,
    )


def conversation(name: str) -> w3c.Conversation:
    return w3c.conversations("protocol/manifest.ttl")[name]


def wanted(sent: w3c.Sent, status: int) -> bool:
    return f"StatusCode{status // 100}xx" in sent.statuses


@pytest.mark.parametrize("name", ANSWERED)
def test_queries_are_answered(client: FlaskClient, name: str) -> None:
    test = conversation(name)
    for graph, path in test.data.items():
        assert graph.startswith(DATA)
        assert path.stem == Path(graph).stem
    for sent in test.requests:
        response = send(client, sent)
        assert wanted(sent, response.status_code), response.text
        kind = response.content_type.partition(";")[0]
        assert kind in {"tabular": TABLES, "boolean": TABLES, "RDF": GRAPHS}[sent.form]
        if sent.truth is not None:
            assert response.json is not None
            assert response.json["boolean"] is sent.truth


@pytest.mark.parametrize("name", REFUSED)
def test_bad_requests_are_refused(client: FlaskClient, name: str) -> None:
    [sent] = conversation(name).requests
    response = send(client, sent)
    assert response.status_code == REFUSED[name]
    assert wanted(sent, response.status_code)
    assert response.text.strip()


@pytest.mark.parametrize("name", UPDATES)
def test_updates_are_refused(client: FlaskClient, name: str) -> None:
    update = conversation(name).requests[0]
    assert (
        "application/sparql-update" in update.headers["content-type"] or b"update=" in update.body
    )
    response = send(client, update)
    assert response.status_code == 403
    assert "only read" in response.text


def test_every_case_of_the_protocol_is_accounted_for() -> None:
    assert {*ANSWERED, *REFUSED, *UPDATES} == set(w3c.names("protocol/manifest.ttl"))


# ---- Service description ----


def description(client: FlaskClient, accept: str = "text/turtle") -> Graph:
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.content_type.partition(";")[0] == accept
    return Graph().parse(data=response.data, format=accept)


def returns_rdf(client: FlaskClient) -> None:
    for accept in GRAPHS:
        assert description(client, accept)


def has_endpoint_triple(client: FlaskClient) -> None:
    graph = description(client)
    assert (None, SD.endpoint, URIRef("http://localhost/sparql")) in graph


def conforms_to_schema(client: FlaskClient) -> None:
    graph = description(client)
    services = list(graph.subjects(RDF.type, SD.Service))
    assert len(services) == 1
    kinds = {
        SD.endpoint: None, SD.supportedLanguage: None, SD.resultFormat: None, SD.feature: None,
        SD.defaultEntailmentRegime: None, SD.defaultDataset: SD.Dataset,
        SD.availableGraphs: SD.GraphCollection, SD.defaultGraph: SD.Graph,
        SD.namedGraph: SD.NamedGraph, SD.name: None, SD.graph: SD.Graph,
    }  # fmt: skip
    owners = {
        SD.endpoint: SD.Service, SD.supportedLanguage: SD.Service, SD.resultFormat: SD.Service,
        SD.feature: SD.Service, SD.defaultDataset: SD.Service, SD.defaultGraph: SD.Dataset,
        SD.namedGraph: SD.GraphCollection, SD.name: SD.NamedGraph, SD.graph: SD.NamedGraph,
    }  # fmt: skip
    for subject, predicate, value in graph:
        if not str(predicate).startswith(str(SD)):
            continue
        assert predicate in kinds
        if kinds[predicate] is not None:
            assert (value, RDF.type, kinds[predicate]) in graph
        if predicate in owners:
            assert (subject, RDF.type, owners[predicate]) in graph


DESCRIBED = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_service_is_described(client: FlaskClient, name: str) -> None:
    DESCRIBED[name](client)


def test_every_case_of_descriptions_is_accounted_for() -> None:
    assert set(DESCRIBED) == set(w3c.names("service-description/manifest.ttl"))


# ---- Graph stores ----

PERSON = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix v: <http://www.w3.org/2006/vcard/ns#> .
<http://www.example/gsp/person/1> a foaf:Person ;
    foaf:businessCard [ a v:VCard ; v:fn "John Doe" ] .
"""
GRAPH = "http://localhost/graph/person/1.ttl"
WRITES = {
    "put__initial_state": "PUT", "put__graph_already_in_store": "PUT",
    "put__default_graph": "PUT", "delete__existing_graph": "DELETE",
    "delete__nonexistent_graph": "DELETE", "post__existing_graph": "POST",
    "post__multipart_formdata": "POST", "post__create__new_graph": "POST",
}  # fmt: skip
"""Writing: refused. What the suite reads after each is read in the state that it would leave."""
READS = {
    "get_of_put__initial_state": 200, "get_of_put__graph_already_in_store": 200,
    "get_of_put__default_graph": 200, "get_of_delete__existing_graph": 404,
    "get_of_post__existing_graph": 200, "get_of_post__multipart_formdata": 200,
    "get_of_post__create__new_graph": 200, "get_of_post__after_noop": 200,
    "head_on_an_existing_graph": 200, "head_on_a_nonexisting_graph": 404,
}  # fmt: skip


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of a graph store that holds what the suite puts there."""
    folder = tmp_path_factory.mktemp("graphs")
    store = ox.Store(str(folder / "store"))
    store.load(PERSON.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH))
    store.load(PERSON.encode(), ox.RdfFormat.TURTLE)
    store.flush()
    del store
    spool = folder / "spool"
    spool.mkdir()
    return create_app(Dataset.of_store("graphs", folder / "store"), spool).test_client()


def addresses(name: str) -> list[str]:
    """The addresses of the graph of a case: by its own IRI, and as a parameter."""
    if "nonexist" in name or name == "get_of_delete__existing_graph":
        return ["/graph/person/2.ttl", "/rdf-graph-store?graph=http://localhost/graph/person/2.ttl"]
    if "default" in name:
        return ["/rdf-graph-store?default"]
    return ["/graph/person/1.ttl", f"/rdf-graph-store?graph={GRAPH}"]


@pytest.mark.parametrize("name", READS)
def test_graphs_are_read(graphs: FlaskClient, name: str) -> None:
    for address in addresses(name):
        method = "HEAD" if name.startswith("head") else "GET"
        response = graphs.open(address, method=method, headers={"Accept": "text/turtle"})
        assert response.status_code == READS[name]
        if READS[name] == 200:
            assert response.content_type == "text/turtle; charset=utf-8"
        if READS[name] == 200 and method == "GET":
            got = Graph().parse(data=response.data, format="turtle")
            assert w3c.isomorphic(got, Graph().parse(data=PERSON, format="turtle"))


@pytest.mark.parametrize("name", WRITES)
def test_graphs_are_not_written(graphs: FlaskClient, name: str) -> None:
    for address in addresses(name):
        response = graphs.open(
            address, method=WRITES[name], data=PERSON, content_type="text/turtle"
        )
        assert response.status_code == 403
        assert "only read" in response.text


def test_every_case_of_graph_stores_is_accounted_for() -> None:
    assert {*WRITES, *READS} == set(w3c.names("http-rdf-update/manifest.ttl"))


CONVERSATIONS = [
    (f"graph-store-protocol/manifest-{way}.ttl", name)
    for way in ("direct", "indirect")
    for name in w3c.names(f"graph-store-protocol/manifest-{way}.ttl")
]


@pytest.mark.parametrize(("path", "name"), CONVERSATIONS, ids=[name for _, name in CONVERSATIONS])
def test_conversations_with_a_graph_store_write_nothing(
    graphs: FlaskClient, path: str, name: str
) -> None:
    """Nearly all begin by writing what they read; reading is tried above."""
    wrote = False
    for sent in w3c.conversations(path)[name].requests:
        split = urlsplit(sent.address)
        stem = split.path.removeprefix("/gsp").strip("/")
        address = f"/graph/{stem}" if stem else f"/rdf-graph-store?{split.query}"
        if sent.method in ("PUT", "POST", "DELETE"):
            wrote = True
            response = graphs.open(address, method=sent.method, data=sent.body)
            assert response.status_code == 403
        elif not wrote:
            assert sent.statuses == ("NotFound",)
            assert graphs.open(address, method=sent.method).status_code == 404
