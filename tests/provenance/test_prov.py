"""Provenance as PROV-O: in the catalogue of a graph, and of single statements in Turtle."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Graph
from rdflib import DCTERMS, PROV, RDF, RDFS

from graphkit.build.publishing import publish_quads
from graphkit.library import Library
from graphkit.ontology import Ontology
from graphkit.provenance import explain
from graphkit.provenance.prov import prov_document
from graphkit.provenance.rules import RULE, Rules
from graphkit.rdf.catalogue import catalogue_parts
from graphkit.rdf.nodes import CATALOGUE_GRAPH, Namer, ending
from graphkit.snapshot import SourceEntry
from graphkit.vocabulary import PREFIXES, curie, expand

Cli = Callable[..., Any]
FORESIGHT = "project/3D77D6D5-EB60-4012-8DF4-0692C35075F2"

PAGE = Path(__file__).resolve().parents[2] / "docs" / "provenance.md"
EXAMPLES = re.findall(r"```sparql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
ORIGIN = re.sub(r"  VALUES .*\n", "", EXAMPLES[0])
"""Where any statement comes from."""


@pytest.fixture(scope="module")
def library(linked: Graph) -> Library:
    return Library.open(linked.folder)


def origin(library: Library, thing: str, property_: str) -> list[dict[str, str]]:
    terms = {
        "thing": ox.NamedNode(f"{library.base}id/{thing}"),
        "property": ox.NamedNode(expand(property_)),
    }
    rows = library.store.run(ORIGIN, terms, prefixes=PREFIXES)
    names = ("graph", "file", "sha256", "address", "fetched", "rule")
    return [{name: row[name].value for name in names if row[name]} for row in rows]


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_of_the_page_has_an_answer(library: Library, query: str) -> None:
    assert list(library.store.run(query, prefixes=PREFIXES))


def test_a_query_tells_source_file_fetch_and_rule_of_a_statement(library: Library) -> None:
    [found] = origin(library, "question/16604", "gk:askedBy")
    entry = next(e for e in library.snapshot.manifest.sources if e.graph == found["graph"])
    assert found == {
        "graph": entry.graph,
        "file": "ari/questions.json",
        "sha256": entry.sha256,
        "address": "https://ari.org.uk/api/questions?order_by=dateUpdated",
        "fetched": "2026-07-01T00:00:00Z",
        "rule": f"{RULE}source/askedBy",
    }
    rules = {row["rule"] for row in origin(library, FORESIGHT, "gk:addresses")}
    assert rules == {f"{RULE}source/addresses", f"{RULE}computed/addresses"}


def test_the_endpoint_and_why_tell_the_same_of_every_statement_on_a_thing(
    library: Library,
) -> None:
    for thing in ("question/16604", FORESIGHT, "place/E12000005", "funder/esrc"):
        for one in explain(library, thing)[0]:
            told = {
                (reason.graph, reason.source and (reason.source.file, reason.source.sha256))
                for reason in one.reasons
            }
            rows = origin(library, thing, one.property)
            asked = {
                (row["graph"], (row["file"], row["sha256"]) if "file" in row else None)
                for row in rows
            }
            assert told <= asked
            if one.property != "rdf:type":  # of which classes have rules of their own
                assert {reason.plan for reason in one.reasons} <= {row["rule"] for row in rows}


def test_every_named_graph_has_a_maker_and_a_plan_that_is_written_down(library: Library) -> None:
    query = """SELECT ?g ?text WHERE {
        ?g prov:wasGeneratedBy ?step .
        ?step prov:wasAssociatedWith ?software ; prov:qualifiedAssociation ?how .
        ?how prov:agent ?software ; prov:hadPlan ?plan . ?plan a prov:Plan ; rdfs:comment ?text
        FILTER(STRSTARTS(STR(?g), CONCAT(?base, "graph/")))
    }"""
    base = {"base": ox.Literal(library.base)}
    rows = library.store.run(query, base, prefixes=PREFIXES)
    assert {row["g"].value for row in rows} >= library.store.names


def entry(**given: Any) -> SourceEntry:
    facts: dict[str, Any] = {
        "graph": "https://x.org/graph/ror-dump", "file": "dump.json", "format": "ror",
        "title": None, "publisher": None, "address": None, "licence": None, "attribution": None,
        "retrieved": "2026-07-01T00:00:00Z", "sha256": "0" * 64, "bytes": 1, "records": 2,
        "rejects": 0,
    }  # fmt: skip
    return SourceEntry(**(facts | given))


def catalogue(*entries: SourceEntry) -> rdflib.Graph:
    namer = Namer(Ontology.load(), "https://x.org/")
    end = ending(namer.graph(CATALOGUE_GRAPH))
    lines = [line for part in catalogue_parts(namer, entries, end) for line in part]
    assert len(lines) == len(set(lines))
    graph = rdflib.Graph()
    for quad in ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS):
        graph.update(f"INSERT DATA {{ {quad.triple} }}")
    return graph


def test_a_fetch_is_told_only_where_the_manifest_of_a_harvest_tells_it() -> None:
    file = rdflib.URIRef("https://x.org/id/file/ror-dump")
    fetched = catalogue(entry(fetched=True, address="https://ror.org/"))
    fetch = fetched.value(file, PROV.wasGeneratedBy)
    assert fetched.value(fetch, PROV.used) == rdflib.URIRef("https://ror.org/")
    assert str(fetched.value(fetch, PROV.endedAtTime)).startswith("2026-07-01")
    found = catalogue(entry(fetched=False, address="https://ror.org/"))
    assert found.value(file, PROV.wasGeneratedBy) is None
    assert not list(found.subjects(PROV.endedAtTime))


def test_the_file_is_described_as_it_was_read() -> None:
    graph = catalogue(entry(file="a/dump.jsonl.gz", bytes=12))
    file = graph.value(rdflib.URIRef("https://x.org/graph/ror-dump"), PROV.wasDerivedFrom)
    assert str(graph.value(file, DCTERMS.title)) == "a/dump.jsonl.gz"
    assert str(graph.value(file, rdflib.DCAT.mediaType)).endswith("/application/jsonl")
    assert int(str(graph.value(file, rdflib.DCAT.byteSize))) == 12
    unknown = catalogue(entry(file="standard input"))
    assert not list(unknown.objects(None, rdflib.DCAT.mediaType))


def test_files_that_share_a_name_stay_apart() -> None:
    pair = (entry(graph=f"https://x.org/graph/ror-{n}%20a", file="dump.json") for n in (1, 2))
    graph = catalogue(*pair)
    assert len(set(graph.objects(None, PROV.wasDerivedFrom))) == 4  # two graphs, two files


# ---- Single statements ----


def test_turtle_leads_from_a_statement_to_record_file_fetch_and_rule(library: Library) -> None:
    statements, _ = explain(library, "question:16604", "asked_by")
    graph = rdflib.Graph().parse(data=prov_document(statements, library))
    [said] = graph.subjects(RDF.type, RDF.Statement)
    assert (said, RDF.type, PROV.Entity) in graph
    assert str(graph.value(said, RDF.subject)).endswith("question/16604")
    assert curie(str(graph.value(said, RDF.predicate))) == "gk:askedBy"
    record = graph.value(said, PROV.wasDerivedFrom)
    assert str(graph.value(record, DCTERMS.identifier)) == "16604"
    file = graph.value(record, DCTERMS.isPartOf)
    assert str(graph.value(file, DCTERMS.title)) == "ari/questions.json"
    fetch = graph.value(file, PROV.wasGeneratedBy)
    assert (fetch, RDF.type, PROV.Activity) in graph
    activity = graph.value(said, PROV.wasGeneratedBy)
    assert (activity, PROV.used, record) in graph
    association = graph.value(activity, PROV.qualifiedAssociation)
    plan = graph.value(association, PROV.hadPlan)
    assert str(plan) == f"{RULE}source/askedBy"
    assert (
        str(graph.value(plan, RDFS.comment))
        == Rules.load().own["source"][expand("gk:askedBy")].text
    )


def test_turtle_tells_what_a_computed_link_rests_on(library: Library) -> None:
    statements = [
        one
        for one in explain(library, FORESIGHT, "addresses")[0]
        if one.reasons[0].kind == "computed"
    ]
    graph = rdflib.Graph().parse(data=prov_document(statements[:1], library))
    computation = rdflib.URIRef(expand("gk:Computation"))
    [run] = graph.subjects(RDF.type, computation)
    assert (run, RDF.type, PROV.Activity) in graph
    [said] = [one for one in graph.subjects(PROV.wasGeneratedBy, run)
              if (one, RDF.type, RDF.Statement) in graph]  # fmt: skip
    assessment = graph.value(said, PROV.wasDerivedFrom)
    assert "-computed" in str(assessment)
    assert (assessment, rdflib.URIRef(expand("gk:degree")), None) in graph


def test_statements_in_turtle_are_those_of_the_graph_with_their_datatypes(
    library: Library,
) -> None:
    statements, _ = explain(library, FORESIGHT)
    text = prov_document(statements, library)
    assert text == prov_document(statements, library)
    graph = rdflib.Graph().parse(data=text)
    node = ox.NamedNode(f"{library.base}id/{FORESIGHT}")
    names = {
        f"urn:sha256:{hashlib.sha256(f'{quad} .'.encode()).hexdigest()}"
        for quad in library.store.quads(node)
    }
    assert {str(one) for one in graph.subjects(RDF.type, RDF.Statement)} == names
    dates = {value.datatype for value in graph.objects(None, RDF.object)
             if isinstance(value, rdflib.Literal)}  # fmt: skip
    assert rdflib.XSD.date in dates


def test_the_command_writes_turtle(graphkit: Cli, linked: Graph, tmp_path: Path) -> None:
    path = tmp_path / "why.ttl"
    words = ("why", "question:16604", "--graph", linked.folder)
    assert graphkit(*words, "-o", path).code == 0
    said = graphkit(*words, "--format", "turtle").out
    assert said == path.read_text("utf-8")
    assert len(rdflib.Graph().parse(data=said)) > 100


# ---- What is withdrawn ----


def test_a_withdrawn_thing_says_so_with_day_and_source(graphkit: Cli, tmp_path: Path) -> None:
    base = "https://w3id.org/graphkit/"
    thing, source = f"<{base}id/project/p>", entry(graph=f"{base}graph/ror-dump", title="A dump")
    gk, kept = PREFIXES["gk"], f"<{base}graph/withdrawn>"
    lines = [
        f"{thing} <{expand('rdf:type')}> <{gk}Withdrawn> {kept} .\n",
        f'{thing} <{gk}withdrawn> "2026-11-26"^^<{expand("xsd:date")}> {kept} .\n',
        f"{thing} <{gk}withdrawnClass> <{gk}Project> {kept} .\n",
        f'{thing} <{expand("dct:title")}> "Bridges" <{source.graph}> .\n',
    ]
    publish_quads(tmp_path / "graph", lines, Ontology.load(), base, sources=[source])
    answer = graphkit("why", "project/p", "--graph", tmp_path / "graph")
    assert answer.code == 0
    told = "withdrawn on 2026-11-26: no source has its record any more; last known from A dump"
    assert told in answer.out
    assert f"{told} (dump.json)" in answer.err
    assert "graphkit itself (withdrawn)" in answer.out
