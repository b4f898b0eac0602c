"""DOT, read back by Graphviz itself where it is installed, and by pydot."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from export.conftest import nodes_of, relationships_of
from export.xml_reading import clean
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.export.dot import attribute_name, losses, quoted, shown
from graphkit.export.survey import Survey, survey
from graphkit.export.xml_text import list_text, scalar_text
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]
GRAPHVIZ = shutil.which("neato")
needs_graphviz = pytest.mark.skipif(GRAPHVIZ is None, reason="Graphviz is not installed")


def read_by_graphviz(source: str | Path) -> dict[str, Any]:
    """What Graphviz reads, as its JSON; the graph is not laid out."""
    text = source.read_bytes() if isinstance(source, Path) else source.encode()
    done = subprocess.run(
        [str(GRAPHVIZ), "-n2", "-Gsplines=", "-Tdot_json"], input=text, capture_output=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def text_of(value: Any) -> str:
    """A value as DOT holds it; a reader of our attributes takes doubled backslashes for one."""
    text = list_text(value) if isinstance(value, list) else scalar_text(value)
    return clean(text).replace("\\", "\\\\")


def own(values: dict[str, Any]) -> dict[str, str]:
    """Attributes that hold the properties; the name is the label. An empty text is none."""
    return {
        attribute_name(key).strip('"'): text_of(value)
        for key, value in values.items()
        if key != "name" and value != ""
    }


@needs_graphviz
@pytest.mark.parametrize("name", ["part", "hostile"])
def test_graphviz_reads_the_same_nodes_and_edges(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    read = read_by_graphviz(written(subgraph, "dot", "net.dot"))
    assert read["directed"]
    assert not read["strict"]
    nodes = {one["_gvid"]: one for one in read["objects"]}
    found = {one["name"]: (one["class"], one) for one in nodes.values()}
    expected = nodes_of(subgraph)
    assert list(found) == list(expected)
    for key, (label, values) in expected.items():
        assert found[key][0] == label
        name = clean(values["name"]).replace("&", "&amp;").replace("\\", "\\\\")
        assert found[key][1].get("label", "") == name
        assert {name: found[key][1][name] for name in own(values)} == own(values)
    edges = []
    for one in read.get("edges", []):
        ends = nodes[one["tail"]]["name"], nodes[one["head"]]["name"]
        edges.append((one["label"], *ends, one.get("edge_key", ""), one))
    links = relationships_of(subgraph)
    assert Counter(one[:4] for one in edges) == Counter(one[:4] for one in links)
    by_ends = {one[:4]: one[4] for one in edges}
    for *link, values in links:
        one = by_ends[tuple(link)]
        assert {name: one[name] for name in own(values)} == own(values)


@needs_graphviz
def test_it_is_drawn_without_a_warning(hostile: Subgraph, written: Written) -> None:
    target = written(hostile, "dot", "net.gv")
    done = subprocess.run(
        [str(GRAPHVIZ), "-n2", "-Gsplines=line", "-Tsvg", str(target)], capture_output=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b'class="node') == hostile.node_count
    assert done.stdout.count(b'class="edge') == hostile.relationship_count


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
def test_pydot_reads_the_same_nodes_and_edges(part: Subgraph, written: Written) -> None:
    pydot = pytest.importorskip("pydot")
    rows = list(part.nodes())[-8:] + [row for row in part.nodes() if row.label == "Funder"]
    chosen = {row.iri for row in rows}
    links = [row for row in part.relationships() if {row.start_iri, row.end_iri} <= chosen]
    assert links
    part = replace(
        part, node_count=len(rows), relationship_count=len(links),
        read_nodes=lambda: iter(rows), read_relationships=lambda: iter(links),
    )  # fmt: skip
    (graph,) = pydot.graph_from_dot_file(str(written(part, "dot", "net.dot")), encoding="utf-8")
    nodes = {one.get_name(): one for one in graph.get_nodes()}
    for key, (label, values) in nodes_of(part).items():
        node = nodes[quoted(key)]
        assert node.get("class") == quoted(label)
        assert node.get("label") == shown(values.pop("name"))
        for name, value in values.items():
            text = list_text(value) if isinstance(value, list) else scalar_text(value)
            assert node.get(attribute_name(name)) == quoted(text)
    edges = Counter((one.get("label"), *one.obj_dict["points"]) for one in graph.get_edges())
    assert edges == Counter(
        (quoted(type_), quoted(start), quoted(end))
        for type_, start, end, _, _ in relationships_of(part)
    )


@needs_graphviz
@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=50))
def test_any_text_ends_where_it_should(texts: list[tuple[str, str]]) -> None:
    at = 'pos="0,0"'
    lines = [
        f"{quoted(f'{number} {name}')} [label={shown(name)}, text={quoted(text)}, {at}];\n"
        for number, (name, text) in enumerate(texts)
    ]
    read = read_by_graphviz(f"digraph {{ {''.join(lines)} }}")
    assert [(one["name"], one.get("text", "")) for one in read["objects"]] == [
        (f"{number} {clean(name)}".replace("\\", "\\\\"), read_text(text).replace("\\", "\\\\"))
        for number, (name, text) in enumerate(texts)
    ]


def read_text(text: str) -> str:
    """A text as Graphviz gives it back: 2.43 takes one line end, and nothing else, for none."""
    return "" if text == "\n" else clean(text)


@needs_graphviz
@pytest.mark.parametrize("text", ["\n", "\n\n", "a\n", "\na", " "])
def test_line_ends_alone_and_beside_others_are_read_as_documented(text: str) -> None:
    read = read_by_graphviz(f'digraph {{ x [label="x", text={quoted(text)}, pos="0,0"] }}')
    assert read["objects"][0].get("text", "") == read_text(text)


def test_the_graph_says_where_it_comes_from(hostile: Subgraph, written: Written) -> None:
    target = written(hostile, "dot", "net.dot")
    beside = json.loads(target.with_name("net.dot.meta.json").read_bytes())
    lines = target.read_text(encoding="utf-8").splitlines()
    assert f"// snapshot: {beside['snapshot']}" in lines
    assert "// selection: " + " ".join(beside["selection"].split("\n")).strip() in (
        one.strip() for one in lines
    )
    assert f'snapshot="{beside["snapshot"]}"' in target.read_text(encoding="utf-8")


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "dot", f"{name}.dot") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_what_changes_is_counted_before(hostile: Subgraph) -> None:
    said = losses(survey(hostile))
    assert said[1] == "DOT: lists have no type; 26 are JSON text"
    assert any("control characters" in one for one in said)


def test_keys_that_are_settings_of_graphviz_are_said_to_be_renamed() -> None:
    found = Survey(relationships={"SHARES": {"weight": Counter(float=3), "note": Counter()}})
    assert attribute_name("weight") == "weight_"
    assert losses(found)[-1].startswith("DOT: weight would be settings of Graphviz")
