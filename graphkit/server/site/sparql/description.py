"""What this service is and what it serves: SPARQL service description, VoID and DCAT."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from graphkit.server.site.app import site
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.addresses import absolute
from graphkit.server.site.resources.dumps import Dump, dumps
from graphkit.server.site.sparql import blueprint
from graphkit.server.site.sparql.formats import GRAPHS, HTML, chosen
from graphkit.server.site.sparql.statements import PREFIXES_USED, Node, Statements, iri
from graphkit.vocabulary import PREFIXES

_FEATURES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG")
_FORMATS = (*(f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")), *_FEATURES)


TITLE = "Research questions of UK government, funded projects, and how they fit"


def dataset_node() -> ox.NamedNode:
    """The IRI of the data set."""
    return ox.NamedNode(absolute("void#dataset"))


def service_description() -> list[ox.Triple]:
    """The service, by the SPARQL 1.1 service description vocabulary."""
    dataset = site().dataset
    out = Statements()
    endpoint = ox.NamedNode(absolute("sparql"))
    out.say(endpoint, "rdf:type", iri("sd:Service"))
    out.say(endpoint, "sd:endpoint", endpoint)
    out.say(endpoint, "sd:supportedLanguage", iri("sd:SPARQL11Query"))
    out.say(endpoint, "sd:defaultEntailmentRegime", iri("entailment:Simple"))
    out.say(endpoint, "sd:resultFormat", *(iri(f"format:{name}") for name in _FORMATS))
    if dataset.union:
        out.say(endpoint, "sd:feature", iri("sd:UnionDefaultGraph"))
    node = dataset_node()
    out.say(endpoint, "sd:defaultDataset", node)
    out.say(endpoint, "sd:availableGraphs", node)
    out.say(node, "rdf:type", iri("sd:Dataset"), iri("sd:GraphCollection"), iri("void:Dataset"))
    out.say(node, "void:sparqlEndpoint", endpoint)
    sizes = dataset.store.sizes
    default = out.part(node, "sd:defaultGraph", "sd:Graph")
    out.say(default, "void:triples", default_size(dataset))
    for graph in sorted(dataset.store.names):
        named = out.part(node, "sd:namedGraph", "sd:NamedGraph")
        out.say(named, "sd:name", ox.NamedNode(graph))
        out.say(
            out.part(named, "sd:graph", "sd:Graph"),
            "void:triples",
            sum(sizes.get(graph, {}).values()),
        )
    return out.by_subject()


def default_size(dataset: Dataset) -> int:
    """Statements that a query without FROM sees."""
    sizes = dataset.store.sizes
    if dataset.snapshot is not None:
        return dataset.snapshot.manifest.quads
    return sum(sizes.get("", {}).values())


def _about(out: Statements, node: Node, dump: Dump, title: str) -> None:
    """What a data set, or a part of it, is and under which terms."""
    out.say(node, "dct:title", title)
    for licence in dump.licences:
        out.link(node, "dct:license", licence)
    out.say(node, "gk:attribution", dump.attribution)
    out.say(node, "gk:publisherName", dump.publisher)
    out.link(node, "dct:source", dump.source)
    out.say(node, "gk:sha256", dump.sha256)
    out.say(node, "gk:recordCount", dump.records)
    for file in dump.files:
        address = ox.NamedNode(f"{request.host_url.rstrip('/')}{file.href}")
        if site().base:
            address = ox.NamedNode(absolute(file.href.removeprefix(f"{request.script_root}/")))
        out.say(node, "void:dataDump", address)
        way = out.part(node, "dcat:distribution", "dcat:Distribution")
        out.say(way, "dcat:downloadURL", address)
        out.say(way, "dct:title", file.format)
        out.say(way, "dcat:mediaType", file.content_type or None)
        out.say(way, "dcat:byteSize", file.bytes)


def data_description() -> list[ox.Triple]:
    """The data set: title, licences, sources, times, sizes, and every way to it."""
    dataset = site().dataset
    manifest = dataset.snapshot.manifest if dataset.snapshot else None
    out = Statements()
    node = dataset_node()
    document = ox.NamedNode(absolute("void"))
    out.say(document, "rdf:type", iri("void:DatasetDescription"))
    out.say(document, "foaf:primaryTopic", node)
    out.say(node, "rdf:type", iri("void:Dataset"), iri("dcat:Dataset"), iri("sd:Dataset"))
    everything, *parts = dumps()
    _about(out, node, everything, TITLE if manifest else dataset.name)
    out.say(node, "dct:identifier", dataset.name)
    out.link(node, "foaf:homepage", absolute())
    out.link(node, "void:sparqlEndpoint", absolute("sparql"))
    out.say(node, "void:feature", *(iri(f"format:{name}") for name in _FEATURES))
    service = out.part(node, "dcat:distribution", "dcat:Distribution")
    out.link(service, "dcat:accessURL", absolute("sparql"))
    out.say(node, "void:triples", default_size(dataset))
    if manifest is not None:
        out.time(node, "dct:created", manifest.created)
        out.say(node, "void:uriSpace", f"{manifest.base}id/")
        for name, number in sorted(manifest.classes.items()):
            part = out.part(node, "void:classPartition", "void:Dataset")
            out.link(part, "void:class", f"{PREFIXES['gk']}{name}")
            out.say(part, "void:entities", number)
        used = {name for name in PREFIXES if name not in ("owl", "sh", "xsd", "void", "dcat")}
        for name in sorted(used):
            out.link(node, "void:vocabulary", PREFIXES[name])
    for example in examples(dataset):
        out.say(node, "void:exampleResource", example)
    _partitions(out, node, dataset)
    for dump in parts:
        if dump.graph:
            _graph(out, node, dump, dataset)
    return out.by_subject()


def examples(dataset: Dataset) -> list[ox.NamedNode]:
    """A few things that the data describe: a question, a project, else the first ones."""
    kinds = ("gk:ResearchQuestion", "gk:Project", "gk:Organisation") if dataset.snapshot else ()
    found: list[ox.NamedNode] = []
    for kind in kinds:
        quad = next(dataset.store.quads(None, iri("rdf:type"), iri(kind)), None)
        if quad is not None and isinstance(quad.subject, ox.NamedNode):
            found.append(quad.subject)
    if not kinds:
        quad = next(dataset.store.quads(), None)
        if quad is not None and isinstance(quad.subject, ox.NamedNode):
            found.append(quad.subject)
    return found


def _partitions(out: Statements, node: Node, dataset: Dataset) -> None:
    totals: dict[str, int] = {}
    for predicates in dataset.store.sizes.values():
        for predicate, number in predicates.items():
            totals[predicate] = totals.get(predicate, 0) + number
    out.say(node, "void:properties", len(totals))
    for predicate, number in sorted(totals.items()):
        part = out.part(node, "void:propertyPartition", "void:Dataset")
        out.say(part, "void:property", ox.NamedNode(predicate))
        out.say(part, "void:triples", number)


def _graph(out: Statements, whole: Node, dump: Dump, dataset: Dataset) -> None:
    graph = ox.NamedNode(dump.graph)
    out.say(whole, "void:subset", graph)
    out.say(graph, "rdf:type", iri("void:Dataset"))
    _about(out, graph, dump, dump.title)
    out.time(graph, "prov:generatedAtTime", dump.retrieved)
    out.say(graph, "void:triples", sum(dataset.store.sizes.get(dump.graph, {}).values()))


@blueprint.get("/void")
@blueprint.get("/.well-known/void")
def void() -> ResponseReturnValue:
    """The description of the data set."""
    from graphkit.server.site.sparql.protocol import graph_answer

    accept = request.environ.get("HTTP_ACCEPT", "")
    choice = chosen(accept, request.args.get("format"), (*GRAPHS, HTML), "the description")
    if choice.format is HTML:
        response = redirect(url_for("resources.dumps_page"), 303, Response)
    else:
        response = graph_answer(data_description(), choice, PREFIXES_USED)
    assert isinstance(response, Response)
    response.vary.add("Accept")
    return response
