"""The look at everything before it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import Graph

from graphkit.export import export, format_named
from graphkit.export.survey import survey
from graphkit.export.survey_file import FILE, survey_of
from graphkit.property_graph.graph import PropertyGraph
from graphkit.subgraph import Subgraph


def test_it_counts_what_formats_stumble_over(hostile: Subgraph) -> None:
    found = survey(hostile)
    assert found.node_counts == {"Project": hostile.node_count}
    assert found.relationship_counts == {"JOINT_WITH": hostile.relationship_count}
    assert found.parallel > 0
    assert found.controls > 0
    assert found.formulas > 0
    assert found.long_texts > 0
    assert found.empty_lists == 1
    assert found.large_integers == 1
    assert found.nodes["Project"]["start_date"] == {"date": hostile.node_count}
    assert found.nodes["Project"]["alt_label"] == {"string[]": hostile.node_count}


def test_that_of_a_whole_graph_is_kept_and_read_again(linked: Graph, tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    shutil.copytree(linked.folder, folder)
    snapshot = Graph(folder).snapshot
    with PropertyGraph.of(snapshot) as graph:
        whole = Subgraph.whole(snapshot, graph)
        first = survey_of(whole)
        kept = graph.path.with_name(FILE)
        assert kept.is_file()
        assert survey_of(whole) == first == survey(whole)
        kept.write_bytes(kept.read_bytes()[:100])
        assert survey_of(whole) == first
        kept.write_bytes(b"\x80")
        assert survey_of(whole) == first
        for name in ("one", "two"):  # read from the file, it gives the same bytes
            export(whole, str(tmp_path / f"{name}.json"), format_named("node-link"))
            kept.unlink(missing_ok=True)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
