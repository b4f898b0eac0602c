"""Why a statement is in the graph."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Graph

from graphkit.build.pipeline import sample_folder
from graphkit.build.publishing import publish_quads
from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.loaders.registry import LOADERS
from graphkit.ontology import Ontology
from graphkit.provenance import Explained, explain
from graphkit.provenance.records import RECORDS
from graphkit.provenance.rules import KINDS, RULE, Rules
from graphkit.rdf.nodes import DERIVED_GRAPH, IDENTITY_GRAPH
from graphkit.snapshot import SourceEntry
from graphkit.vocabulary import RDF_TYPE, curie, expand

Cli = Callable[..., Any]
FORESIGHT = "project/3D77D6D5-EB60-4012-8DF4-0692C35075F2"


@pytest.fixture(scope="module")
def library(linked: Graph) -> Library:
    return Library.open(linked.folder)


def why(library: Library, *words: str) -> list[Explained]:
    return explain(library, *words)[0]


def test_every_statement_of_a_source_names_file_fetch_hash_and_record(library: Library) -> None:
    [one] = why(library, "question:16604", "contact")
    [reason] = one.reasons
    assert reason.kind == "source"
    source = reason.source
    assert source is not None
    assert source.file == "ari/page-16604.txt"
    assert source.retrieved == "2026-07-01T00:00:00Z"
    entry = next(e for e in library.snapshot.manifest.sources if e.file == source.file)
    assert source.sha256 == entry.sha256
    assert source.record == "the only record of ari/page-16604.txt"
    assert source.keys == ("16604",)
    assert reason.made_by.endswith("loader ari-page")


@pytest.mark.parametrize(
    ("words", "file", "record"),
    [
        (("question:16604", "schema:text"), "ari/questions.json", "question 16604 of"),
        ((FORESIGHT, "title"), "gtr/projects.jsonl",
         "project 3D77D6D5-EB60-4012-8DF4-0692C35075F2 of"),
        # What is told of a part, or of another kind of thing, stands in the record of the whole.
        ((FORESIGHT.replace("project", "award"), "a"), "gtr/projects.jsonl",
         "project 3D77D6D5-EB60-4012-8DF4-0692C35075F2 of"),
        (("amount/3D77D6D5-EB60-4012-8DF4-0692C35075F2-amount", "schema:value"),
         "gtr/projects.jsonl", "project 3D77D6D5-EB60-4012-8DF4-0692C35075F2 of"),
        ((FORESIGHT, "addresses", "question:16604"), "ari/page-16604.txt", "the only record of"),
        (("organisation:University of Sheffield", "gk:organisationStatus"),
         "organisations/ror.jsonl", "organisation 05krs5044 of"),
        (("organisation:University of Sheffield", "schema:address"), "gtr/projects.jsonl",
         "the records of gtr/projects.jsonl that name organisation 03D8AFBB-"),
    ],
)  # fmt: skip
def test_the_record_is_named_as_the_file_names_it(
    library: Library, words: tuple[str, ...], file: str, record: str
) -> None:
    statements = why(library, *words)
    told = {
        reason.source.record
        for one in statements
        for reason in one.reasons
        if reason.source and reason.source.file == file
    }
    [text] = told
    assert text.startswith(record)
    assert file in text


def test_a_named_record_is_in_the_file(library: Library) -> None:
    sample = sample_folder()
    checked = 0
    for thing in ("question:16604", FORESIGHT, "organisation:University of Sheffield"):
        for one in why(library, thing):
            for reason in one.reasons:
                for key in reason.source.keys if reason.source else ():
                    assert reason.source is not None
                    assert key in (sample / reason.source.file).read_text("utf-8")
                    checked += 1
    assert checked > 30


def test_what_a_list_says_of_a_project_stands_in_the_records_of_its_questions(
    tmp_path: Path,
) -> None:
    base = "https://w3id.org/graphkit/"
    project, graph = f"<{base}id/project/p>", f"<{base}graph/ari-api-list>"
    title, listed = f"<{expand('dct:title')}>", f"<{expand('gk:addresses')}>"
    key = f"<{expand('dct:identifier')}>"
    lines = [f'{project} {title} "Bridges" {graph} .\n']
    for number in range(1, 6):
        question = f"<{base}id/question/{number}>"
        lines.append(f"{project} {listed} {question} {graph} .\n")
        lines.append(f'{question} {key} "{number}" {graph} .\n')
    entry = SourceEntry(
        graph=graph[1:-1], file="list.json", format="ari-api", title=None, publisher=None,
        address=None, licence=None, attribution=None, retrieved=None, sha256="0" * 64, bytes=1,
        records=5, rejects=0,
    )  # fmt: skip
    publish_quads(tmp_path / "graph", lines, Ontology.load(), base, sources=[entry])
    library = Library.open(tmp_path / "graph")
    [title_said] = why(library, "project/p", "title")
    source = title_said.reasons[0].source
    assert source is not None
    assert source.record == "questions 1, 2, 3 and 2 more of list.json"
    assert source.keys == ("1", "2", "3", "4", "5")
    [link] = why(library, "project/p", "addresses", "question/2")
    source = link.reasons[0].source
    assert source is not None
    assert source.record == "question 2 of list.json"


def test_every_format_says_what_its_records_are() -> None:
    assert {loader.name for loader in LOADERS} == RECORDS.keys()


def test_what_graphkit_concluded_has_its_rule(library: Library) -> None:
    [one] = why(library, "question:16604", "has_aspect", "aspect:capacity")
    [reason] = one.reasons
    assert (reason.kind, reason.source) == ("derived", None)
    assert "wording of the question" in reason.rule


def test_a_published_link_shows_its_explanation(library: Library) -> None:
    published, *_ = why(library, FORESIGHT, "addresses", "question:16604")
    [reason] = [one for one in published.reasons if one.kind == "source"]
    [support] = reason.support
    assert (support.origin, support.degree) == ("published-page", "partial")
    assert support.explanation.startswith("The research partially answers")


def test_a_computed_link_shows_method_parameters_and_evidence(library: Library) -> None:
    links = library.store.run(
        "SELECT ?p ?q { GRAPH <https://w3id.org/graphkit/graph/computed> { ?p gk:addresses ?q } } "
        "ORDER BY ?p ?q LIMIT 3",
        prefixes={"gk": "https://w3id.org/graphkit/ontology#"},
    )
    for row in links:
        [one] = why(library, row["p"].value, "ADDRESSES", row["q"].value)
        [reason] = [found for found in one.reasons if found.kind == "computed"]
        [support] = reason.support
        assert support.origin == "computed"
        assert support.score is not None
        [computation] = reason.computed
        assert computation.method
        assert computation.version
        assert computation.parameters.startswith("{")


def test_a_similarity_is_found_from_both_of_its_ends(library: Library) -> None:
    query = (
        "SELECT ?a ?b { ?s gk:fromQuestion ?a ; gk:toQuestion ?b ; prov:wasGeneratedBy ?c } LIMIT 1"
    )
    prefixes = {
        "gk": "https://w3id.org/graphkit/ontology#", "prov": "http://www.w3.org/ns/prov#",
    }  # fmt: skip
    rows = [(row["a"].value, row["b"].value) for row in library.store.run(query, prefixes=prefixes)]
    for a, b in rows:
        forth, back = (
            why(library, *pair)[0].reasons[0].support
            for pair in ((a, "gk:similarTo", b), (b, "gk:similarTo", a))
        )
        assert forth == back != ()
    assert rows


def test_every_property_and_class_that_graphkit_concludes_has_a_rule_of_its_own(
    library: Library,
) -> None:
    rules = Rules.load()
    for graph in (DERIVED_GRAPH, IDENTITY_GRAPH):
        name = ox.NamedNode(f"{library.base}graph/{graph}")
        used = {
            quad.object.value if quad.predicate.value == RDF_TYPE else quad.predicate.value
            for quad in library.store.quads(graph=name)
        }
        assert used
        assert used <= rules.own[graph].keys()


def test_every_rule_is_of_a_declared_property_or_class_and_of_a_known_kind(
    library: Library,
) -> None:
    rules = Rules.load()
    assert rules.general.keys() == set(KINDS)
    assert rules.own.keys() <= set(KINDS)
    for kind, own in rules.own.items():
        for iri, rule in own.items():
            library.ontology.iri(iri)
            assert rule.iri == f"{RULE}{kind}/{curie(iri).partition(':')[2]}"
            assert rule.text.endswith(".")
    for kind in KINDS:
        assert rules.of(kind, expand("gk:nothing")) == rules.general[kind]


def test_every_loader_is_a_plan() -> None:
    assert {loader.name for loader in LOADERS} == Rules.load().loaders.keys()


def test_rules_that_cannot_be_read_are_refused_with_their_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"rules\.ttl: the rules cannot be read"):
        Rules.load(tmp_path)


def test_every_statement_of_the_sample_has_a_reason(library: Library) -> None:
    graphs = {curie(graph) for graph in library.store.graphs()}
    kinds = set()
    for thing in ("question:16604", FORESIGHT, "department:DLUHC", "funder:ESRC",
                  "organisation:University of Sheffield", "place:West Midlands"):  # fmt: skip
        for one in why(library, thing):
            assert one.reasons
            kinds |= {reason.kind for reason in one.reasons}
            assert all(reason.rule and reason.plan and reason.made_by for reason in one.reasons)
    assert {"source", "derived", "register", "computed"} <= kinds
    assert graphs


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("question:404",), "no such question"),
        (("question:16604", "kolour"), "no such property: kolour"),
        (("question:16604", "titel"), "did you mean .*title"),
        (("question:16604", "schema:endDate"), "says nothing under schema:endDate; it has:"),
        (("question:16604", "askedBy", "department:DfT"), "the graph does not say so; it says"),
        (("question:16604", "text", "Why?"), "the graph does not say so"),
    ],
)
def test_what_the_graph_does_not_say_is_refused_with_what_it_says(
    library: Library, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        explain(library, *words)


def test_the_command_tells_it_as_text_json_and_rows(
    graphkit: Cli, linked: Graph, tmp_path: Path
) -> None:
    def ran(*words: object) -> Any:
        answer = graphkit("why", *words, "--graph", linked.folder)
        assert answer.code == 0
        return answer

    text = ran(FORESIGHT, "addresses", "question:16604").out
    assert "fetched    2026-07-01T00:00:00Z from https://ari.org.uk/aris/16604" in text
    assert "gk:addresses  question/16604" in text
    found = ran("question:16604", "--format", "json").json()
    rows = list(csv.DictReader(io.StringIO(ran("question:16604", "--format", "csv").out)))
    assert sum(len(one["reasons"]) for one in found) == len(rows)
    assert {"source", "derived"} <= {row["kind"] for row in rows}
    ran("question:16604", "-o", tmp_path / "why.json")
    assert (tmp_path / "why.json").read_text("utf-8").startswith("[")
    cut = ran("question:16604", "--limit", "1", "--format", "ndjson")
    assert cut.out.count("\n") == 1
    assert "rows shown (--limit)" in cut.err


def test_the_command_refuses_what_it_cannot_explain(graphkit: Cli, linked: Graph) -> None:
    answer = graphkit("why", "question:16604", "titel", "--graph", linked.folder)
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean" in answer.err
    empty = graphkit("why", "question:16604", "text", " ", "--graph", linked.folder)
    assert empty.code == 2
