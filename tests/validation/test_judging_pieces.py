"""The shapes, as the fast engine judges whole snapshots in pieces."""

from __future__ import annotations

import gzip
import io
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from graphkit import validation
from graphkit.gzipped import open_gzip
from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.validation import (
    Finding,
    TypeIndex,
    ValidationReport,
    judging,
    stored_types,
    validate_quads,
)
from graphkit.validation import report as report_module
from graphkit.vocabulary import DEFAULT_BASE

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
SH = rdflib.SH
GK = "https://w3id.org/graphkit/ontology#"
PROJECT = f"{DEFAULT_BASE}id/project/P1"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load()


def judged(text: str, ontology: Ontology) -> ValidationReport:
    """Findings on N-Quads text; the classes of things are those that it states."""
    index = TypeIndex(ontology)
    index.observe(text.encode())
    return validate_quads(io.BytesIO(text.encode()), index.of, ontology, DEFAULT_BASE)


def key(finding: Finding) -> tuple[str, str, str]:
    return finding.record, finding.property, finding.severity


@pytest.fixture(scope="module")
def whole(sample: Any, ontology: Ontology) -> ValidationReport:
    types = stored_types(GraphStore(sample.snapshot.store))
    return validate_quads(io.BytesIO(sample.bytes), types, ontology, DEFAULT_BASE)


# ---- Agreement ----


def by_pyshacl(lines: bytes, ontology: Ontology) -> Counter[tuple[str, str, str]]:
    """Findings of the slow engine on a whole graph."""
    graph = rdflib.Graph()
    for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    shapes = rdflib.Graph().parse(ontology.shapes_path)
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, advanced=False, inference="none")
    return Counter(
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath) or ""),
            str(report.value(result, SH.resultSeverity)).rpartition("#")[2],
        )
        for result in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    )


def term(value: Any) -> rdflib.term.Node:
    """A term of one library as one of the other."""
    if isinstance(value, ox.NamedNode):
        return rdflib.URIRef(value.value)
    if isinstance(value, ox.BlankNode):
        return rdflib.BNode(value.value)
    if value.language:
        return rdflib.Literal(value.value, lang=value.language)
    kind = value.datatype.value
    if kind == "http://www.w3.org/2001/XMLSchema#string":
        return rdflib.Literal(value.value)
    return rdflib.Literal(value.value, datatype=rdflib.URIRef(kind))


def test_two_engines_find_the_same_in_the_whole_sample(
    sample: Any, whole: ValidationReport, ontology: Ontology
) -> None:
    # Nothing is wrong with it; the spoiled ones below show that both can see faults.
    assert Counter(map(key, whole.findings)) == by_pyshacl(sample.bytes, ontology)


def test_two_engines_find_the_same_in_a_spoiled_sample(sample: Any, ontology: Ontology) -> None:
    graph = f" <{DEFAULT_BASE}graph/x> .\n"
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    spoiled = "".join(
        (
            f"<{PROJECT}> {a} <{GK}Project>{graph}",
            f'<{PROJECT}> <http://purl.org/dc/terms/title> "One"{graph}',
            f'<{PROJECT}> <http://purl.org/dc/terms/title> "Two"{graph}',
            f'<{PROJECT}> <https://schema.org/startDate> "soon"{graph}',
            f"<{PROJECT}> <{GK}fundedBy> <{DEFAULT_BASE}id/place/E12000005>{graph}",
            f"<{PROJECT}> <{GK}leadOrganisation> <{DEFAULT_BASE}id/organisation/none>{graph}",
        )
    )
    data = sample.bytes + spoiled.encode()
    report = judged(data.decode(), ontology)
    assert report.violations >= 4
    slow = by_pyshacl(data, ontology)
    assert Counter(map(key, report.findings)) == slow


# ---- Pieces ----


def test_the_size_of_the_pieces_changes_no_finding(
    sample: Any, whole: ValidationReport, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = stored_types(GraphStore(sample.snapshot.store))
    for size in (1, 3_000, 70_000, 1 << 20):
        monkeypatch.setattr(judging, "BATCH_BYTES", size)
        with open_gzip(sample.snapshot.quads) as stream:
            report = validate_quads(stream, types, ontology, DEFAULT_BASE)
        assert report.findings == whole.findings, size
        assert report.counts == whole.counts, size


def test_pieces_are_whole_things_and_together_everything(
    sample: Any, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "BATCH_BYTES", 20_000)
    pieces = list(validation.Validator(ontology, DEFAULT_BASE).batches(io.BytesIO(sample.bytes)))
    assert len(pieces) > 50
    assert b"".join(pieces) == sample.bytes
    owner: dict[bytes, int] = {}
    for number, piece in enumerate(pieces):
        for line in piece.splitlines():
            subject = line.split(b" ", 1)[0]
            if b"/id/project/" in subject or b"/id/organisation/" in subject:
                said_there = owner.setdefault(subject, number)
                back_link = b"similarTo" in line or b"sameAs" in line
                assert said_there == number or back_link, line


def test_classes_are_known_while_writing_as_they_are_in_the_store(
    sample: Any, ontology: Ontology
) -> None:
    index = TypeIndex(ontology)
    index.observe(sample.bytes)
    stored = stored_types(GraphStore(sample.snapshot.store))
    things = {
        line.split(b" ", 1)[0]
        for line in sample.bytes.splitlines()
        if line.startswith(f"<{DEFAULT_BASE}id/".encode())
    }
    dependent = validation.dependent_classes(ontology)
    referred = [thing for thing in things if stored(thing) not in dependent]
    assert len(referred) > 800
    assert {thing: index.of(thing) for thing in referred} == {
        thing: stored(thing) for thing in referred
    }


# ---- Reports ----


def test_a_violation_names_record_property_value_and_what_to_do(ontology: Ontology) -> None:
    graph = f" <{DEFAULT_BASE}graph/x> .\n"
    text = (
        f"<{PROJECT}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{GK}Project>{graph}"
        f'<{PROJECT}> <http://purl.org/dc/terms/identifier> "P1"{graph}'
        f'<{PROJECT}> <http://purl.org/dc/terms/title> "Otters"{graph}'
        f'<{PROJECT}> <https://schema.org/startDate> "next spring"{graph}'
    )
    report = judged(text, ontology)
    wrong = [finding for finding in report.findings if finding.severity == "Violation"]
    assert wrong
    assert {finding.record for finding in wrong} == {PROJECT}
    assert {finding.property for finding in wrong} == {"https://schema.org/startDate"}
    assert {finding.value for finding in wrong} == {"next spring"}
    assert all("date" in finding.message and ":" in finding.message for finding in wrong)
    assert report.findings[0].severity == "Violation"
    assert report.violations == len(wrong)


def test_the_command_reports_a_violation_and_leaves_with_1(
    sample: Any, graphkit: Any, tmp_path: Path
) -> None:
    shutil.copytree(sample.folder, tmp_path / "graph")
    graph = tmp_path / "graph"
    question = f"<{DEFAULT_BASE}id/question/16604>"
    line = f'{question} <{GK}pageViews> "many" <{DEFAULT_BASE}graph/derived> .\n'
    [quads] = graph.glob("snapshots/*/quads.nq.gz")
    lines = sample.bytes.decode().splitlines(keepends=True)
    [place] = [
        number
        for number, text in enumerate(lines)
        if text.startswith(f"{question} <http://www.w3.org/1999/02/22-rdf")
    ]
    lines.insert(place + 1, line)
    quads.write_bytes(gzip.compress("".join(lines).encode()))
    answer = graphkit("--graph", graph, "validate", "--format", "json")
    assert answer.code == 1
    first = answer.json()[0]
    assert first["severity"] == "Violation"
    assert first["record"].endswith("/id/question/16604")
    assert first["property"] == f"{GK}pageViews"
    assert first["value"] == "many"
    assert "1 violations" in answer.err or "2 violations" in answer.err


def test_the_sample_has_neither_violations_nor_warnings(whole: ValidationReport) -> None:
    assert whole.counts == {}


def test_more_findings_than_are_kept_are_counted_and_violations_are_kept_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report_module, "MAX_FINDINGS", 3)
    report = ValidationReport()
    for number, severity in enumerate(["Warning"] * 5 + ["Violation"] * 2):
        report.add(
            Finding(severity=severity, record=str(number), property="", value="", message="m")
        )
    assert report.counts == {"Warning": 5, "Violation": 2}
    assert Counter(finding.severity for finding in report.findings) == {
        "Violation": 2,
        "Warning": 1,
    }
