"""CX2, read back by ndex2 and held against the published rules of the format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export.conftest import nodes_of, relationships_of
from export.cytoscape_values import in_columns

from graphkit.export.survey import survey
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]
ELEMENT = {"string": str, "long": int, "double": float, "boolean": bool}


def aspects_of(path: Path) -> dict[str, Any]:
    """The aspects of a file by name, which each come once."""
    found: dict[str, Any] = {}
    for one in json.loads(path.read_bytes()):
        for name, content in one.items():
            assert name not in found
            found[name] = content
    return found


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_ndex2_reads_the_same_nodes_and_edges(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    cx2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    subgraph: Subgraph = request.getfixturevalue(name)
    columns = survey(subgraph)
    network = cx2.CX2Network()
    network.create_from_raw_cx2(str(written(subgraph, "cx2", "net.cx2")))
    keys = {}
    found = {}
    for number, node in network.get_nodes().items():
        values = dict(node["v"])
        keys[number] = values.pop("represents")
        found[keys[number]] = values.pop("label"), values
    assert found == {
        key: (label, in_columns(values, columns.nodes, columns))
        for key, (label, values) in nodes_of(subgraph).items()
    }
    edges = [
        (
            edge["v"]["interaction"], keys[edge["s"]], keys[edge["t"]],
            edge["v"].get("qualified_by", ""),
            {key: value for key, value in edge["v"].items()
             if key not in ("interaction", "qualified_by")},
        )
        for edge in network.get_edges().values()
    ]  # fmt: skip
    links = [
        (*ends, in_columns(values, columns.relationships, columns))
        for *ends, values in relationships_of(subgraph)
    ]
    assert sorted(edges, key=repr) == sorted(links, key=repr)
    assert network.get_name() == f"graphkit: {subgraph.selection.words}"


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_the_rules_of_the_format_are_kept(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    path = written(subgraph, "cx2", "net.cx2")
    order = [next(iter(one)) for one in json.loads(path.read_bytes())]
    assert order[:3] == ["CXVersion", "metaData", "attributeDeclarations"]
    assert order[-1] == "status"
    found = aspects_of(path)
    assert found["CXVersion"] == "2.0"
    assert found["hasFragments"] is False
    assert found["status"] == [{"error": "", "success": True}]
    for one in found["metaData"]:
        assert len(found[one["name"]]) == one["elementCount"]
    [declared] = found["attributeDeclarations"]
    for aspect in ("nodes", "edges"):
        numbers = [one["id"] for one in found[aspect]]
        assert len(set(numbers)) == len(numbers)
        for one in found[aspect]:
            assert "id" not in one["v"]
            for key, value in one["v"].items():
                fits(value, declared[aspect][key]["d"])
    for key, value in found["networkAttributes"][0].items():
        fits(value, declared["networkAttributes"][key]["d"])
    assert declared["nodes"]["name"] == {"d": "string"}
    assert all(("x" in one) == ("y" in one) for one in found["nodes"])
    assert len({"x" in one for one in found["nodes"]}) == 1


def fits(value: Any, type_: str) -> None:
    inner = type_.removeprefix("list_of_")
    assert isinstance(value, list) == (inner != type_)
    for one in value if isinstance(value, list) else [value]:
        assert type(one) is ELEMENT[inner]


def test_a_class_has_its_colour_and_a_node_its_size(part: Subgraph, written: Written) -> None:
    found = aspects_of(written(part, "cx2", "net.cx2"))
    [style] = found["visualProperties"]
    mapping = style["nodeMapping"]["NODE_BACKGROUND_COLOR"]
    assert mapping["type"] == "DISCRETE"
    assert mapping["definition"]["attribute"] == "label"
    colours = {one["v"]: one["vp"] for one in mapping["definition"]["map"]}
    assert {node["v"]["label"] for node in found["nodes"]} == colours.keys()
    assert all(node["x"] is not None for node in found["nodes"])
    sizes = {one["id"]: one["v"]["NODE_WIDTH"] for one in found["nodeBypasses"]}
    assert sizes.keys() == {node["id"] for node in found["nodes"]}


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    one, two = (written(part, "cx2", f"{name}.cx2") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
