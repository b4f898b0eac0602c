"""GEXF 1.3, read back by NetworkX and an XML parser, and checked against a schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import pytest
from export.conftest import nodes_of, relationships_of
from export.xml_reading import as_read, clean, is_valid, parsed, typed

from graphkit.export.gexf import losses
from graphkit.export.survey import Survey, survey
from graphkit.export.xml_text import LIST, column_kind, list_text, plain_list_text
from graphkit.palette import colour
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]
VIZ = "{http://gexf.net/1.3/viz}"


def in_gexf(values: dict[str, Any], kinds: dict[str, Counter[str]]) -> dict[str, Any]:
    """Values as NetworkX gets them, with their types."""
    return typed({
        key: as_read(
            value, kinds[key], plain_list_text if column_kind(kinds[key]) == LIST else list_text
        )
        for key, value in values.items()
    })  # fmt: skip


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_networkx_reads_the_same_nodes_and_edges_with_their_types(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    found = survey(subgraph)
    graph = networkx.read_gexf(written(subgraph, "gexf", "net.gexf"))
    assert graph.is_directed()
    kinds = found.kinds(found.nodes)
    nodes = {}
    for key, values in graph.nodes(data=True):
        assert values.pop("label") == values["name"]
        assert values.pop("start", None) in (None, values.get("start_date"))
        assert values.pop("end", None) in (None, values.get("end_date"))
        assert set(values.pop("viz")) == {"color", "position", "size"}
        nodes[key] = values.pop("class"), typed(values)
    assert nodes == {
        key: (label, in_gexf(values, kinds)) for key, (label, values) in nodes_of(subgraph).items()
    }
    kinds = found.kinds(found.relationships)
    edges = []
    for start, end, values in graph.edges(data=True):
        number = int(values.pop("id"))
        type_, key = values.pop("label"), values.pop("edge_key", "")
        edges.append((number, (type_, start, end, key, typed(values))))
    assert [edge for _, edge in sorted(edges, key=lambda one: one[0])] == [
        (type_, start, end, key, in_gexf(values, kinds))
        for type_, start, end, key, values in relationships_of(subgraph)
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_it_is_valid(name: str, request: pytest.FixtureRequest, written: Written) -> None:
    target = written(request.getfixturevalue(name), "gexf", "net.gexf")
    assert is_valid(target, "gexf.rng") == ""


def test_lists_are_in_the_notation_of_gexf(hostile: Subgraph, written: Written) -> None:
    root = parsed(written(hostile, "gexf", "net.gexf"))
    (attribute,) = root.findall(".//{*}attributes[@class='node']/{*}attribute[@title='alt_label']")
    assert attribute.get("type") == "liststring"
    found = [
        read_list(value.get("value", ""))
        for value in root.findall(f".//{{*}}node//{{*}}attvalue[@for='{attribute.get('id')}']")
    ]
    assert found == [
        [clean(text) for text in values["alt_label"]] for _, values in nodes_of(hostile).values()
    ]


def read_list(text: str) -> list[str]:
    """Texts in a list, read as Gephi and graphology do: in quotes, with backslashes."""
    assert text[0] + text[-1] == "[]"
    found: list[str] = []
    at = 1
    while at < len(text) - 1:
        assert text[at] == '"'
        at, piece = at + 1, ""
        while text[at] != '"':
            if text[at] == "\\":
                at += 1
                piece += {"n": "\n", "r": "\r", "t": "\t"}.get(text[at], text[at])
            else:
                piece += text[at]
            at += 1
        found.append(piece)
        at += 1
        assert text[at] in ",]"
        at += 1
    return found


def test_projects_stand_on_the_timeline(whole: Subgraph, written: Written) -> None:
    root = parsed(written(whole, "gexf", "net.gexf"))
    graph = root.find("{*}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    dated = {
        node.get("id"): (node.get("start"), node.get("end"))
        for node in root.iter("{http://gexf.net/1.3}node")
        if node.get("start")
    }
    assert dated == {
        key: (values["start_date"], values.get("end_date"))
        for key, (_, values) in nodes_of(whole).items()
        if isinstance(values.get("start_date"), str)
    }
    assert len(dated) > 100


def test_without_dates_there_is_no_timeline(whole: Subgraph, written: Written) -> None:
    chosen = [
        n for (n,) in whole.graph.database.execute("SELECT n FROM node WHERE label = 'Aspect'")
    ]  # fmt: skip
    aspects = Subgraph.of(whole.snapshot, whole.graph, whole.selection, chosen, [])
    root = parsed(written(aspects, "gexf", "net.gexf"))
    assert root.find("{*}graph").get("mode") == "static"  # type: ignore[union-attr]


def test_nodes_look_as_everywhere(part: Subgraph, written: Written) -> None:
    target = written(part, "gexf", "net.gexf")
    root = parsed(target)
    seen = {}
    places = set()
    for node in root.iter("{http://gexf.net/1.3}node"):
        (label,) = [one.get("value") for one in node.iterfind(".//{*}attvalue[@for='0']")]
        look, place = node.find(f"{VIZ}color"), node.find(f"{VIZ}position")
        assert look is not None
        assert place is not None
        seen[label] = "#{:02X}{:02X}{:02X}".format(*(int(look.get(one, "")) for one in "rgb"))
        places.add((place.get("x"), place.get("y")))
    assert seen == {label: colour(label or "") for label in seen}
    assert len(places) == part.node_count


def test_the_graph_says_where_it_comes_from(part: Subgraph, written: Written) -> None:
    target = written(part, "gexf", "net.gexf")
    beside = json.loads(target.with_name("net.gexf.meta.json").read_bytes())
    meta = parsed(target).find("{*}meta")
    assert meta is not None
    assert meta.get("lastmodifieddate") == part.snapshot.manifest.created[:10]
    assert meta.findtext("{*}creator") == beside["made_by"]
    said = (meta.findtext("{*}description") or "").splitlines()
    assert f"snapshot: {beside['snapshot']}" in said
    assert all(f"changed: {one}" in said for one in beside["changed"])
    assert any(one.startswith("attribution: ") for one in said)


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "gexf", f"{name}.gexf") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_what_changes_is_counted_before(hostile: Subgraph) -> None:
    said = losses(survey(hostile))
    assert "GEXF: 1 lists of numbers, dates or truth values are lists of text" in said
    assert any("control characters" in one for one in said)
    assert not any("JSON" in one for one in said)


def test_weights_that_are_whole_numbers_are_said_to_become_decimal() -> None:
    found = Survey(relationships={"SHARES": {"weight": Counter(integer=3)}})
    assert losses(found) == ["GEXF: weights are decimal; 3 of them are whole numbers"]
