"""Turtle, TriG, N-Quads and RDF/XML, read back by pyoxigraph and rdflib."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import SnapshotError
from graphkit.export import rdf_turtle, rdf_xml
from graphkit.export.about import about
from graphkit.export.exporting import export
from graphkit.export.formats import format_named, format_of
from graphkit.export.rdf_about import dataset
from graphkit.export.rdf_statements import blocks, by_thing
from graphkit.export.survey import survey
from graphkit.gzipped import open_gzip
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.statements import StatementWriter
from graphkit.rdf.terms import escape
from graphkit.subgraph import Selection, Subgraph

# rdflib warns about its own use of itself.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

FORMS = {
    "turtle": ("ttl", ox.RdfFormat.TURTLE),
    "trig": ("trig", ox.RdfFormat.TRIG),
    "nquads": ("nq", ox.RdfFormat.N_QUADS),
    "rdfxml": ("rdf", ox.RdfFormat.RDF_XML),
    "json-ld": ("jsonld", ox.RdfFormat.JSON_LD),
}
WITH_GRAPHS = ("trig", "nquads")
Written = Callable[..., Path]
Quads = set[ox.Quad]


def parsed(lines: Iterable[str]) -> Quads:
    text = "\n".join(line.rstrip("\n") for line in lines)
    return set(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def stated(subgraph: Subgraph) -> Quads:
    """What nodes and relationships stand for, in the property graph's own words."""
    if subgraph.is_whole:
        return set(ox.parse(open_gzip(subgraph.snapshot.quads), format=ox.RdfFormat.N_QUADS))
    writer = StatementWriter(subgraph.schema, subgraph.base, with_ontology=True)
    lines: list[str] = []
    for row in subgraph.nodes():
        lines += writer.node(row.label, *decoded(row.content))
    for link in subgraph.relationships():
        ends = link.start_iri, link.end_iri
        lines += writer.relationship(link.type, link.start_label, *ends, decoded(link.content)[0])
    return parsed(lines)


def name_of(subgraph: Subgraph) -> ox.NamedNode:
    return ox.NamedNode(dataset(about(subgraph, survey(subgraph), "", [])))


def sources_of(subgraph: Subgraph) -> set[ox.NamedNode]:
    return {ox.NamedNode(one.graph) for one in subgraph.snapshot.manifest.sources}


def without_graphs(quads: Iterable[ox.Quad], but: Iterable[ox.NamedNode]) -> set[ox.Triple]:
    """Triples, less those about an export and about sources."""
    left_out = set(but)
    return {quad.triple for quad in quads if quad.subject not in left_out}


def said_in(subgraph: Subgraph, path: Path, form: str) -> Quads | set[ox.Triple]:
    """What a file says of the selection, by pyoxigraph."""
    quads = set(ox.parse(path=str(path), format=FORMS[form][1]))
    name = name_of(subgraph)
    assert any(quad.subject == name for quad in quads)
    if form in WITH_GRAPHS:
        return {quad for quad in quads if quad.graph_name != name}
    return without_graphs(quads, {name} | sources_of(subgraph))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_every_statement_comes_back_and_no_other(
    name: str, form: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    found = said_in(subgraph, written(subgraph, form, f"net.{FORMS[form][0]}"), form)
    expected = stated(subgraph)
    expected |= behind(subgraph)
    if form in WITH_GRAPHS:
        assert found == expected
    else:
        triples = without_graphs(expected, sources_of(subgraph))
        if form == "rdfxml":
            triples = {cleaned(triple) for triple in triples}
        assert found == triples


def cleaned(triple: ox.Triple) -> ox.Triple:
    """A triple as RDF/XML can say it."""
    value = triple.object
    if not isinstance(value, ox.Literal):
        return triple
    text = rdf_xml.CONTROL.sub("\ufffd", value.value)
    kind = {"language": value.language} if value.language else {"datatype": value.datatype}
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, **kind))


def behind(subgraph: Subgraph) -> Quads:
    """Everything on the assessments, similarities and successions behind relationships."""
    keys = {link.key for link in subgraph.relationships() if link.key}
    labels = {one.label for one in subgraph.schema.qualified.values()}
    writer = StatementWriter(subgraph.schema, subgraph.base, with_ontology=True)
    lines: list[str] = []
    chosen = {row.iri for row in subgraph.nodes()}
    iris = set()
    for row in subgraph.graph.nodes():
        if row.label in labels and row.id in keys:
            iris.add(row.iri)
            lines += writer.node(row.label, *decoded(row.content))
    for link in subgraph.graph.relationships():
        if link.start_iri in iris and link.end_iri in chosen:
            lines += writer.relationship(
                link.type, link.start_label, link.start_iri, link.end_iri,
                decoded(link.content)[0],
            )  # fmt: skip
    return parsed(lines)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["part", "hostile"])
def test_rdflib_reads_the_same(
    name: str, form: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    path = written(subgraph, form, f"net.{FORMS[form][0]}")
    data = rdflib.Dataset(default_union=True)
    data.parse(path, format={"rdfxml": "xml"}.get(form, form))
    own = rdflib.URIRef(name_of(subgraph).value)
    about_it = {own, *(rdflib.URIRef(source.value) for source in sources_of(subgraph))}
    found = {triple for triple in data.triples((None, None, None)) if triple[0] not in about_it}
    triples = without_graphs(stated(subgraph) | behind(subgraph), sources_of(subgraph))
    if form == "rdfxml":
        triples = {cleaned(triple) for triple in triples}
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert found == set(rdflib.Graph().parse(data=lines, format="nt"))


def test_a_degree_is_told_without_the_assessment_being_chosen(
    part: Subgraph, written: Written
) -> None:
    assert "Assessment" not in {row.label for row in part.nodes()}
    graph = rdflib.Graph().parse(written(part, "turtle", "net.ttl"))
    link = next(link for link in part.relationships() if link.type == "ADDRESSES")
    degree = decoded(link.content)[0]["degree"]
    rows = graph.query(
        """PREFIX gk: <https://w3id.org/graphkit/ontology#>
           SELECT ?degree { ?project gk:addresses ?question . ?assessment
             gk:assessesProject ?project ; gk:assessesQuestion ?question ; gk:degree ?degree }""",
        initBindings={
            "project": rdflib.URIRef(link.start_iri), "question": rdflib.URIRef(link.end_iri),
        },
    )  # fmt: skip
    assert str(degree) in {str(row[0]).rpartition("/")[2] for row in rows}


def test_a_part_that_is_everything_says_what_the_snapshot_says(whole: Subgraph) -> None:
    run = whole.graph.database.execute
    all_of_it = Subgraph.of(
        whole.snapshot, whole.graph, Selection(seeds=("query:everything",)),
        [n for (n,) in run("SELECT n FROM node")],
        [n for (n,) in run("SELECT n FROM relationship")],
    )  # fmt: skip
    ontology = f"{whole.base}graph/ontology"
    told = {
        quad for lines in blocks(all_of_it) for quad in parsed(lines)
        if quad.graph_name.value != ontology
    }  # fmt: skip
    left_over = parsed(whole.leftover())
    assert told | left_over == {
        quad for quad in stated(whole) if quad.graph_name.value != ontology
    }  # fmt: skip


def test_of_a_thing_everything_stands_together_and_once(part: Subgraph) -> None:
    found = list(by_thing(part))
    things = [lines[0].split(" ")[0] for lines in found]
    assert things == sorted(set(things))
    lines = [line for some in found for line in some]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["whole", "part"])
def test_the_same_selection_gives_the_same_bytes(
    name: str, form: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    one, two = (written(subgraph, form, f"{which}.{FORMS[form][0]}") for which in "ab")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("name", ["whole", "part"])
def test_compressed_quads_hold_the_same(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    plain = written(subgraph, "nquads", "net.nq").read_bytes()
    packed = written(subgraph, "nquads", "net.nq.gz").read_bytes()
    assert gzip.decompress(packed) == plain
    assert packed == written(subgraph, "nquads", "again.nq.gz").read_bytes()


def test_the_whole_graph_as_quads_is_the_snapshots_file(whole: Subgraph, written: Written) -> None:
    lines = written(whole, "nquads", "net.nq").read_bytes().splitlines(keepends=True)
    own = f"<{name_of(whole).value}> .\n".encode()
    assert b"".join(line for line in lines if not line.endswith(own)) == gzip.decompress(
        whole.snapshot.quads.read_bytes()
    )


@pytest.mark.parametrize("name", ["net.nq", "net.nq.gz", "net.ttl", "net.jsonld"])
def test_a_damaged_snapshot_gives_no_file(name: str, whole: Subgraph, tmp_path: Path) -> None:
    quads = tmp_path / "quads.nq.gz"
    data = whole.snapshot.quads.read_bytes()
    quads.write_bytes(data[: len(data) // 2])
    snapshot = SimpleNamespace(manifest=whole.snapshot.manifest, quads=quads)
    target = tmp_path / name
    with pytest.raises(SnapshotError, match="cannot be read"):
        export(replace(whole, snapshot=snapshot), str(target), format_of(name))
    assert not list(tmp_path.glob("*net*"))


def test_a_file_says_what_it_is_and_under_which_licence(part: Subgraph, written: Written) -> None:
    graph = rdflib.Graph().parse(written(part, "turtle", "net.ttl"))
    name = rdflib.URIRef(name_of(part).value)
    said = about(part, survey(part), "turtle", [])
    terms = rdflib.Namespace("http://purl.org/dc/terms/")
    assert (name, terms.title, rdflib.Literal(said.title)) in graph
    assert {str(one) for one in graph.objects(name, terms.license)} == set(said.licences)
    assert {str(one) for one in graph.objects(name, terms.rights)} == set(said.attributions)
    assert said.licences
    for source in said.sources:
        address = rdflib.URIRef(f"{part.base}graph/{source.name}")
        assert (name, rdflib.PROV.wasDerivedFrom, address) in graph
        if source.licence:
            assert (address, terms.license, rdflib.URIRef(source.licence)) in graph
    assert any("snapshot: " in comment for comment in graph.objects(name, rdflib.RDFS.comment))


def test_other_selections_are_other_data_sets(whole: Subgraph, part: Subgraph) -> None:
    assert name_of(whole) != name_of(part)
    assert name_of(part) == name_of(part)


def test_named_graphs_are_told_as_lost_where_they_are(hostile: Subgraph, whole: Subgraph) -> None:
    found = survey(whole)
    for form in FORMS:
        lost = " ".join(format_named(form).losses(found))
        assert ("named graphs are left out" in lost) == (form not in WITH_GRAPHS)
    lost = format_named("rdfxml").losses(survey(hostile))
    assert any("characters that XML cannot hold" in one for one in lost)


def test_what_has_no_statement_is_told(hostile: Subgraph) -> None:
    lost = format_named("nquads").losses(survey(hostile))
    assert any("no property for alt_label" in one and "of Project" in one for one in lost)
    assert any("degree, note, score of JOINT_WITH" in one for one in lost)
    assert any("1 lists without a value" in one for one in lost)


def test_relationships_of_projections_are_told_as_lost(whole: Subgraph, written: Written) -> None:
    link = next(link for link in whole.relationships() if link.type == "ADDRESSES")
    projected = replace(
        whole,
        read_relationships=lambda: iter([msgspec.structs.replace(link, type="SHARES_PROJECTS")]),
        relationship_count=1,
        is_whole=False,
    )
    [lost] = format_named("nquads").losses(survey(projected))
    assert "1 relationships of types that the ontology does not know (SHARES_PROJECTS)" in lost
    assert (
        b"SHARES" not in written(projected, "nquads", "net.nq").read_bytes().split(b".\n", 30)[-1]
    )


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
IRIS = st.from_regex(
    r"https?://[a-z]{1,5}(/([A-Za-z0-9._~:@!$&'()*+,;=-]|%25){0,9}){0,4}", fullmatch=True
)
PLACES = (
    "id/question/7", "", "id/", "id/a/../b", "id/./x", "id//x", "//x", "a:b", "a/b:c", "?q", "#f",
    "id/question/.hidden", "id/question/a..b", "id/x/%2e%2e", "graph/one", "../up", "id/q/7?x#y",
)  # fmt: skip
THINGS = st.one_of(
    IRIS.map(lambda iri: f"<{iri}>"),
    st.sampled_from([f"<https://example.org/kb/{place}>" for place in PLACES]),
    st.sampled_from(["_:b1", "_:1.a", "_:a_b", "<https://w3id.org/graphkit/ontology#Project>"]),
)
VALUES = st.one_of(
    THINGS,
    st.builds(
        lambda text, kind: f'"{escape(text)}"{kind}',
        TEXTS,
        st.sampled_from(
            ["", "@en-gb", "^^<https://example.org/type>",
             "^^<http://www.w3.org/2001/XMLSchema#token>"]
        ),
    ),
)  # fmt: skip
PREDICATES = st.sampled_from(
    ["<http://purl.org/dc/terms/title>", "<https://example.org/p#a-b>", "<https://x.org/a/b>",
     "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<http://purl.org/dc/terms/a.b>"]
)  # fmt: skip
LINES = st.lists(
    st.tuples(THINGS, PREDICATES, VALUES).map(
        lambda parts: f"{' '.join(parts)} <https://example.org/g> ."
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(LINES)
def test_turtle_reads_as_the_lines_it_is_made_from(lines: list[str]) -> None:
    short = rdf_turtle.Shortening("https://example.org/kb/")
    text = short.head + "".join(rdf_turtle.turtle(lines, short))
    _compare(ox.parse(text, format=ox.RdfFormat.TURTLE), lines)


@settings(deadline=None, max_examples=60)
@given(LINES)
def test_rdf_xml_reads_as_the_lines_it_is_made_from(lines: list[str]) -> None:
    body = "".join(rdf_xml.described(lines, rdf_xml.Elements()))
    names = "".join(f' xmlns:{p}="{n}"' for p, n in rdf_xml.PREFIXES.items())
    text = f"<rdf:RDF{names}>{body}</rdf:RDF>"
    expected = {cleaned(quad.triple) for quad in parsed(lines)}
    found = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML)}
    assert _plain(found) == _plain(expected)
    assert _blank_count(found) == _blank_count(expected)


def _compare(quads: Iterable[ox.Quad], lines: list[str]) -> None:
    found = {quad.triple for quad in quads}
    expected = {quad.triple for quad in parsed(lines)}
    assert _plain(found) == _plain(expected)
    assert _blank_count(found) == _blank_count(expected)


def _plain(triples: Iterable[ox.Triple]) -> set[str]:
    """Triples as text, with all blank nodes alike: parsers name them anew."""
    return {
        " ".join("_" if isinstance(one, ox.BlankNode) else str(one) for one in triple)
        for triple in triples
    }


def _blank_count(triples: Iterable[ox.Triple]) -> int:
    return len({one for triple in triples for one in triple if isinstance(one, ox.BlankNode)})
