"""`graphkit link`: what it adds, what it leaves alone, and what it says where it cannot work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph
from small_graph import SmallGraph

from graphkit.linking.candidates import read_candidates
from graphkit.linking.run import LinkOptions, link
from graphkit.relevance.encoders.choosing import ModelChoice
from graphkit.snapshot import snapshots

Command = Callable[..., Answer]
WORDS = LinkOptions(ModelChoice(words_alone=True))
COMPUTED = "<https://w3id.org/graphkit/graph/computed>"
ORIGIN = "gk:origin <https://w3id.org/graphkit/origin/computed>"
GROUPS = "ontology#community>"


def not_computed(graph: Graph) -> list[str]:
    """The statements that linking must leave as they are."""
    return sorted(line for line in graph.lines if COMPUTED not in line and GROUPS not in line)


@pytest.mark.parametrize("which", ["by_words", "linked"])
def test_linking_adds_a_graph_of_its_own_and_changes_nothing_else(
    which: str, sample: Graph, request: pytest.FixtureRequest
) -> None:
    graph: Graph = request.getfixturevalue(which)
    assert not_computed(graph) == not_computed(sample)
    assert graph.count(f"GRAPH {COMPUTED} {{ ?a a gk:Assessment }}") > 20
    assert graph.count(f"GRAPH {COMPUTED} {{ ?c a gk:Computation }}") == 1


def test_the_snapshot_before_is_kept_and_whole(
    sample: Graph, own: Callable[[Graph], Graph]
) -> None:
    graph = own(sample)
    before = graph.snapshot
    link(graph.folder, WORDS)
    assert snapshots(graph.folder)[-1] == graph.snapshot.manifest.id != before.manifest.id
    assert Graph(graph.folder).count("?a a gk:Assessment") > 20
    old = before.manifest.id
    (graph.folder / "current").write_text(f"{old}\n")
    assert graph.lines == sample.lines
    assert graph.count(f"GRAPH {COMPUTED} {{ ?s ?p ?o }}") == 0


def test_linking_again_replaces_and_gives_the_same_bytes(
    by_words: Graph, own: Callable[[Graph], Graph]
) -> None:
    graph = own(by_words)
    classes = graph.snapshot.manifest.classes
    link(graph.folder, WORDS)
    assert graph.bytes == by_words.bytes
    assert graph.snapshot.manifest.classes == classes
    candidates = (graph.snapshot.folder / "candidates.parquet").read_bytes()
    assert candidates == (by_words.snapshot.folder / "candidates.parquet").read_bytes()


def test_the_store_holds_what_the_file_holds(by_words: Graph) -> None:
    assert by_words.count("GRAPH ?g { ?s ?p ?o }") == len(set(by_words.lines))
    assert by_words.snapshot.manifest.quads == len(by_words.lines)


def test_the_manifest_counts_what_there_is(by_words: Graph) -> None:
    counts = by_words.snapshot.manifest.classes
    for name in ("Assessment", "Similarity", "Evidence", "Computation"):
        assert counts[name] == by_words.count(f"?x a gk:{name}")


def test_the_linked_graph_fits_its_shapes(by_words: Graph, graphkit: Command) -> None:
    answer = graphkit("--graph", by_words.folder, "validate")
    assert (answer.code, "0 violations" in answer.err) == (0, True)


def test_cypher_sees_the_same_evidence(by_words: Graph, graphkit: Command) -> None:
    query = "MATCH (:Assessment)-[:RESTS_ON]->(e:Evidence) RETURN count(e) AS n"
    answer = graphkit("--graph", by_words.folder, "cypher", query, "--format", "json")
    assert answer.json() == [{"n": by_words.count("?a gk:evidence ?e")}]


@pytest.mark.parametrize("which", ["by_words", "linked"])
def test_every_quote_stands_word_for_word_where_it_says(
    which: str, request: pytest.FixtureRequest
) -> None:
    graph: Graph = request.getfixturevalue(which)
    rows = graph.select(
        """SELECT ?quote ?field ?offset ?text WHERE {
        ?a gk:assessesProject ?p ; gk:evidence ?e .
        ?e gk:quote ?quote ; gk:quotedFrom ?field ; gk:offset ?offset .
        VALUES (?field ?property) {
            ("title" dct:title) ("abstract" dct:abstract) ("teaser" gk:teaser) }
        ?p ?property ?text }"""
    )
    assert len(rows) >= graph.count("?a gk:evidence ?e") > 20
    for quote, _, offset, text in rows:
        assert text[int(offset) : int(offset) + len(quote)] == quote


def test_each_computed_assessment_has_its_link_rank_and_score(by_words: Graph) -> None:
    rows = by_words.select(
        f"""SELECT ?q ?rank ?score ?p WHERE {{ ?a {ORIGIN} ; gk:assessesQuestion ?q ;
        gk:assessesProject ?p ; gk:rank ?rank ; gk:score ?score ; prov:wasGeneratedBy ?c .
        GRAPH {COMPUTED} {{ ?p gk:addresses ?q }} }}"""
    )
    assert len(rows) == by_words.count(f"?a a gk:Assessment ; {ORIGIN}")
    ranks = defaultdict(list)
    for question, rank, score, _ in rows:
        ranks[question].append(int(rank))
        assert 0.6 <= float(score) <= 1
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in ranks.values())


def test_nothing_is_said_of_expertise_and_nothing_is_full(by_words: Graph) -> None:
    full = "gk:degree <https://w3id.org/graphkit/degree/full>"
    assert by_words.count(f"?a {ORIGIN} ; gk:statesExpertise ?x") == 0
    assert by_words.count(f"?a {ORIGIN} ; {full}") == 0


def test_hubs_are_counted(by_words: Graph) -> None:
    counted = dict(by_words.select("SELECT ?p ?n WHERE { ?p gk:linkedQuestions ?n }"))
    linked = Counter(by_words.column(f"SELECT ?p WHERE {{ ?a {ORIGIN} ; gk:assessesProject ?p }}"))
    assert {project: int(count) for project, count in counted.items()} == linked


def test_candidates_are_kept_passed_or_not(by_words: Graph) -> None:
    rows = list(read_candidates(by_words.snapshot.folder))
    by_question = defaultdict(list)
    for row in rows:
        by_question[row.question].append(row)
    for found in by_question.values():
        assert [row.rank for row in found] == list(range(1, len(found) + 1))
        assert len(found) <= 100
    passed = {(row.question, row.project) for row in rows if row.passed}
    assert len(passed) == by_words.count(f"?a a gk:Assessment ; {ORIGIN}")
    assert any(not row.passed for row in rows)


def test_similar_questions_are_similar_both_ways(linked: Graph) -> None:
    pairs = set(
        linked.select(f"SELECT ?a ?b WHERE {{ GRAPH {COMPUTED} {{ ?a gk:similarTo ?b }} }}")
    )
    assert pairs
    assert {(b, a) for a, b in pairs} == pairs
    reasons = linked.column(f"SELECT ?r WHERE {{ ?s a gk:Similarity ; {ORIGIN} ; gk:reason ?r }}")
    assert len(reasons) == len(pairs) // 2


def two_questions(archived: bool = False) -> SmallGraph:
    graph = SmallGraph()
    graph.department("sea", "Ministry of the Sea")
    graph.question("1", "What are the costs of kelp farming for small firms?", by="sea")
    graph.question("2", "What are the costs of kelp farming for small firms?", archived=archived)
    graph.project("P1", "Kelp farming by small firms: what it costs and what it brings")
    graph.project("P2", "Quarks at low temperature")
    return graph


def test_a_question_published_twice_is_told_as_a_duplicate_and_archived_ones_are_named(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "graph"
    two_questions(archived=True).snapshot(folder)
    link(folder, WORDS)
    graph = Graph(folder)
    rows = graph.select("SELECT ?d ?r WHERE { ?s gk:isDuplicate ?d ; gk:reason ?r }")
    assert [duplicate for duplicate, _ in rows] == ["true"]
    assert "worded almost alike" in rows[0][1]
    assert "archived: 2" in rows[0][1]


def test_a_project_that_does_not_speak_to_a_question_is_not_linked(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    two_questions().snapshot(folder)
    link(folder, WORDS)
    linked = set(Graph(folder).column(f"SELECT ?p WHERE {{ ?a {ORIGIN} ; gk:assessesProject ?p }}"))
    assert {iri.rpartition("/")[2] for iri in linked} == {"P1"}


def test_what_is_withdrawn_is_not_linked(tmp_path: Path) -> None:
    graph = two_questions()
    for kind, key, predicate in (("project", "P9", "dct:title"), ("question", "9", "schema:text")):
        graph.is_a(kind, key, "gk:Withdrawn")
        graph.say(kind, key, predicate, "What kelp farming costs small firms")
    graph.snapshot(tmp_path / "g")
    outcome = link(tmp_path / "g", WORDS)
    assert outcome.questions == 2
    assert {one.project for one in outcome.computed.assessments} == {"P1"}


def test_build_can_link_at_once(tmp_path: Path, graphkit: Command) -> None:
    answer = graphkit("--graph", tmp_path / "g", "build", "--sample", "--link")
    assert answer.code == 0
    assert "pairs of similar questions" in answer.err


@pytest.mark.parametrize(
    ("missing", "message"),
    [("projects", "no projects in this graph"), ("questions", "no questions in this graph")],
)
def test_a_graph_that_lacks_one_side_is_told(
    missing: str, message: str, tmp_path: Path, graphkit: Command
) -> None:
    graph = SmallGraph()
    if missing == "projects":
        graph.question("1", "Why?")
    else:
        graph.project("P1", "Kelp")
    graph.snapshot(tmp_path / "g")
    before = (tmp_path / "g" / "current").read_text()
    answer = graphkit("--graph", tmp_path / "g", "link", "--lexical")
    assert (answer.code, message in answer.err) == (2, True)
    assert (tmp_path / "g" / "current").read_text() == before


@pytest.mark.parametrize(
    "text",
    ["?", "<b></b>", "Kelp", "Beth yw costau gwymon?", "kelp " * 20_000, "🌊", "…" * 50],
    ids=["sign", "markup", "word", "Welsh", "long", "emoji", "dots"],
)
def test_questions_of_any_kind_can_be_linked(text: str, tmp_path: Path) -> None:
    graph = two_questions()
    graph.question("3", text)
    graph.project("P3", "Seaweed")
    graph.snapshot(tmp_path / "g")
    outcome = link(tmp_path / "g", WORDS)
    assert outcome.questions == 3


def test_without_a_graph_the_next_step_is_named(tmp_path: Path, graphkit: Command) -> None:
    answer = graphkit("--graph", tmp_path / "none", "link")
    assert (answer.code, "graphkit build" in answer.err) == (2, True)


def test_without_the_extra_words_are_compared_and_it_is_said(
    sample: Graph, own: Callable[[Graph], Graph]
) -> None:
    graph = own(sample)
    code = (
        "import sys; sys.modules.update(onnxruntime=None, tokenizers=None, onnx=None);"
        "from graphkit.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "--graph", str(graph.folder), "link"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "no model is installed: words alone were compared" in run.stderr
    assert graph.column("SELECT ?m WHERE { ?c gk:method ?m }") == ["words alone (BM25)"]


def test_an_interrupted_run_publishes_nothing(sample: Graph, own: Callable[[Graph], Graph]) -> None:
    graph = own(sample)
    before = (graph.folder / "current").read_text()
    code = (
        "import graphkit.linking.run as r, os, signal;"
        "r.publish = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT);"
        "from graphkit.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "--graph", str(graph.folder), "link", "--lexical"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert run.returncode == 128 + signal.SIGINT
    assert "nothing was published" in run.stderr
    assert (graph.folder / "current").read_text() == before
