"""Every published snapshot has an index, of all that it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import Graph

from graphkit.search import SearchIndex
from graphkit.snapshot import Snapshot

DEGREES = """SELECT (STRAFTER(STR(?code), "/degree/") AS ?degree) (COUNT(DISTINCT ?thing) AS ?n) {
  ?assessment gk:degree ?code ; gk:assessesProject|gk:assessesQuestion ?thing
} GROUP BY ?code"""
COVERED = """SELECT (COUNT(DISTINCT ?project) AS ?n) {
  ?assessment gk:coversAspect/skos:prefLabel "capacity" ; gk:assessesProject ?project
}"""


def test_a_build_makes_the_index(sample: Graph) -> None:
    index = SearchIndex.open(sample.snapshot.search)
    total = sample.count("{ ?thing a gk:Project } UNION { ?thing a gk:ResearchQuestion }")
    assert index.search("").total == total
    assert index.search("16604").hits[0].key == "16604"


def test_linking_makes_it_anew_with_what_was_computed(
    graphkit: Callable[..., Any], built: Callable[..., Graph], sample: Graph
) -> None:
    from graphkit.build.pipeline import sample_folder

    graph = built(sample_folder())
    before = SearchIndex.open(graph.snapshot.search).search("").facets["degree"]
    assert graphkit("link", "--lexical", "--graph", graph.folder).code == 0
    answer = SearchIndex.open(graph.snapshot.search).search("", facet_size=1000)
    degrees = {one.value: one.count for one in answer.facets["degree"].values}
    assert degrees == {degree: int(count) for degree, count in graph.select(DEGREES)}
    assert degrees != {one.value: one.count for one in before.values}
    capacity = SearchIndex.open(graph.snapshot.search).search(
        "", {"kind": ["project"], "aspect": ["capacity"]}
    )
    assert str(capacity.total) == graph.column(COVERED)[0]


def test_an_older_snapshot_without_one_says_to_build_again(
    graphkit: Callable[..., Any], built: Callable[..., Graph]
) -> None:
    import shutil

    from graphkit.build.pipeline import sample_folder

    graph = built(sample_folder())
    shutil.rmtree(graph.snapshot.search)
    answer = graphkit("search", "housing", "--graph", graph.folder)
    assert answer.code == 2
    assert "no index to search; build again" in answer.err


def test_the_index_survives_a_move_of_the_graph(sample: Graph, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(sample.folder, tmp_path / "moved")
    moved = Snapshot.current(tmp_path / "moved")
    assert SearchIndex.open(moved.search).search("housing").total
