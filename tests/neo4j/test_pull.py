"""The database back as RDF and as a snapshot: nothing is lost, and what is lost is said."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hostile_graph import hostile_graph
from hypothesis import given
from hypothesis import strategies as st
from neo4j_server import Neo4jServer

from graphkit.errors import UsageError
from graphkit.neo4j.line_sort import LineSorter
from graphkit.neo4j.pull import FORMATS, format_of
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Snapshot


@pytest.fixture
def synced(
    empty_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch, graphkit: Callable[..., Any]
) -> Callable[[Path], Neo4jServer]:
    """Puts a graph into the shared server, which the commands of this process then use."""

    def sync(graph: Path) -> Neo4jServer:
        for key, value in empty_neo4j.environment.items():
            monkeypatch.setenv(key, value)
        answer = graphkit("neo4j", "sync", "--graph", graph)
        assert answer.code == 0, answer.err
        return empty_neo4j

    return sync


@pytest.fixture
def pull(graphkit: Callable[..., Any], tmp_path: Path) -> Callable[..., Path]:
    """Pulls into a file or folder of that name, and gives its path."""

    def run(name: str, *words: str, code: int = 0) -> Path:
        answer = graphkit("neo4j", "pull", "-o", f"{tmp_path}/{name}", *words)
        assert answer.code == code, answer.err
        return tmp_path / name

    return run


def sorted_lines(data: bytes) -> list[bytes]:
    return sorted(data.splitlines(keepends=True))


def test_every_statement_of_the_sample_comes_back(
    sample: Any, synced: Callable[..., Any], pull: Callable[..., Path], tmp_path: Path
) -> None:
    synced(sample.folder)
    expected = b"".join(sorted_lines(sample.bytes))
    assert pull("x.nq").read_bytes() == expected
    packed = pull("x.nq.gz").read_bytes()
    assert gzip.decompress(packed) == expected
    assert pull("again.nq.gz").read_bytes() == packed
    quads = set(ox.parse(expected, format=ox.RdfFormat.N_QUADS))
    triples = {quad.triple for quad in quads}
    assert set(ox.parse(path=str(pull("x.trig")), format=ox.RdfFormat.TRIG)) == quads
    turtle = pull("x.ttl")
    assert {quad.triple for quad in ox.parse(path=str(turtle))} == triples
    assert turtle.read_text("utf-8").count("@prefix gk: ") == 1
    lines = pull("x.nt").read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert len(lines) == len(triples)
    assert not list(tmp_path.glob(".*"))  # nothing is left of the sorting


def test_a_pulled_snapshot_serves_every_command(
    sample: Any,
    synced: Callable[..., Any],
    pull: Callable[..., Path],
    graphkit: Callable[..., Any],
) -> None:
    synced(sample.folder)
    made, original = Snapshot.current(pull("restored/")), sample.snapshot
    with PropertyGraph.of(made) as here, PropertyGraph.of(original) as there:
        assert here.digest == there.digest
        assert list(here.leftover()) == list(there.leftover())
    with gzip.open(made.quads) as file:
        assert sorted_lines(file.read()) == sorted_lines(sample.bytes)
    for kept in ("base", "ontology", "quads", "warnings", "violations"):
        assert getattr(made.manifest, kept) == getattr(original.manifest, kept)
    for entry, source in zip(made.manifest.sources, original.manifest.sources, strict=True):
        assert entry.file == ""  # which no database knows
        for kept in ("graph", "format", "title", "licence", "retrieved", "sha256", "bytes", "note"):
            assert getattr(entry, kept) == getattr(source, kept)
    graph = made.folder.parent.parent
    for words in (("info",), ("info", "--sources"), ("info", "--skipped"), ("info", "--conflicts"),
                  ("rejects",), ("validate",), ("queries", "list")):  # fmt: skip
        answer = graphkit(*words, "--graph", graph)
        assert answer.code == graphkit(*words, "--graph", sample.folder).code, answer.err
    answer = graphkit("neo4j", "verify", "--graph", graph)
    assert answer.code == 0, answer.out
    assert sorted(made.manifest.classes.items()) == list(made.manifest.classes.items())


def test_a_folder_that_is_there_gets_one_more_snapshot(
    sample: Any, synced: Callable[..., Any], pull: Callable[..., Path], tmp_path: Path
) -> None:
    synced(sample.folder)
    (tmp_path / "there").mkdir()
    made = Snapshot.current(pull("there"))
    assert Snapshot.current(pull("named.nq", "--snapshot")).manifest.quads == made.manifest.quads


def test_hostile_texts_come_back(
    tmp_path: Path,
    synced: Callable[..., Any],
    pull: Callable[..., Path],
    graphkit: Callable[..., Any],
) -> None:
    graph = hostile_graph(tmp_path / "hostile")
    synced(graph)
    with gzip.open(Snapshot.current(graph).quads) as file:
        lines = file.read().split(b"\n")[:-1]
    assert pull("x.nq").read_bytes().split(b"\n")[:-1] == sorted(lines)
    expected = set(ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS))
    assert set(ox.parse(path=str(pull("x.trig")))) == expected
    assert graphkit("neo4j", "pull", "-o", f"{tmp_path}/refused/").code == 1  # the shapes object
    assert not (tmp_path / "refused" / "current").exists()
    made = Snapshot.current(pull("allowed/", "--allow-invalid"))
    with PropertyGraph.of(made) as here, PropertyGraph.of(Snapshot.current(graph)) as there:
        assert here.digest == there.digest


def test_without_a_marker_a_base_is_needed(
    sample: Any,
    synced: Callable[..., Any],
    pull: Callable[..., Path],
    graphkit: Callable[..., Any],
    tmp_path: Path,
) -> None:
    server = synced(sample.folder)
    server.run("MATCH (m:GraphkitSync {id: 'state'}) SET m.state = 'syncing'")
    answer = graphkit("neo4j", "pull", "-o", tmp_path / "x.nq")
    assert answer.code == 2
    assert "--base" in answer.err
    base = sample.snapshot.manifest.base
    assert pull("x.nq", "--base", base).read_bytes() == b"".join(sorted_lines(sample.bytes))
    assert graphkit("neo4j", "pull", "-o", tmp_path / "y.nq", "--base", "x y").code == 2
    server.run("MATCH (n) DETACH DELETE n")
    answer = graphkit("neo4j", "pull", "-o", tmp_path / "y.nq", "--base", base)
    assert answer.code == 2
    assert "nothing of graphkit" in answer.err
    assert not (tmp_path / "y.nq").exists()


def test_what_others_changed_is_told_and_what_is_no_rdf_left_out(
    sample: Any, synced: Callable[..., Any], graphkit: Callable[..., Any], tmp_path: Path
) -> None:
    server = synced(sample.folder)
    server.run(
        "MATCH (p:Project) WITH p LIMIT 1 SET p.title = 'by hand', p.my_note = 'kept to myself'"
    )
    server.run("CREATE (:Project {id: 'bare'})-[:LED_BY]->(:Mine)")
    server.run("MATCH (t:Topic) WITH t LIMIT 1 SET t.iri = 'no iri > at all'")
    server.run("MATCH (t:Organisation) WITH t LIMIT 1 SET t.name = date(), t.same_as = [1.5]")
    answer = graphkit("neo4j", "pull", "-o", tmp_path / "x.nq")
    assert answer.code == 1
    assert "was changed since" in answer.err
    assert "left out" in answer.err
    text = (tmp_path / "x.nq").read_text("utf-8")
    assert '"by hand"' in text
    assert "kept to myself" not in text
    assert "no iri" not in text
    assert sum(1 for _ in ox.parse(text, format=ox.RdfFormat.N_QUADS)) == text.count("\n")


@pytest.mark.parametrize("name", ["x.csv", "x", ".nq", "x.gz", "x.rdf"])
def test_other_formats_are_refused(name: str, graphkit: Callable[..., Any], tmp_path: Path) -> None:
    answer = graphkit("neo4j", "pull", "-o", tmp_path / name)
    assert answer.code == 2
    assert all(form in answer.err for form in FORMATS)


def test_a_format_is_told_by_the_whole_extension() -> None:
    assert [format_of(f"a.b{form}") for form in FORMATS] == list(FORMATS)
    with pytest.raises(UsageError):
        format_of("a.nt.gz")


def test_a_server_that_is_not_there_gives_exit_code_3(
    graphkit: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "x")
    words = ("neo4j", "pull", "--uri", "bolt://127.0.0.1:1", "-o", tmp_path / "x.nq")
    assert graphkit(*words).code == 3
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.binary(max_size=3).map(lambda b: b.replace(b"\n", b"") + b"\n"), max_size=60))
def test_lines_are_sorted_through_files(lines: list[bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        sorter = LineSorter(Path(folder), chunk_bytes=8, fan_in=2)
        sorter.add(random.Random(1).sample(lines, len(lines)))
        assert list(sorter.merged()) == sorted(set(lines))
