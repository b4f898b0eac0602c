"""Any text, number or name in GraphML and GEXF: it comes back, or the change was stated."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx
import pytest
from export.xml_reading import clean
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphkit.export.about import about
from graphkit.export.format import Export
from graphkit.export.formats import format_named
from graphkit.export.output import Output
from graphkit.export.survey import survey
from graphkit.export.xml_text import (
    attribute_text,
    element_text,
    list_text,
    name_of,
    plain_list_text,
    scalar_text,
    token,
)
from graphkit.property_graph.elements import NodeRow, RelationshipRow, encoded
from graphkit.subgraph import Subgraph

TEXTS = st.text() | st.text("<>&\"'-]!/\r\n\t\x00\x1f\x7f\x85\u2028\ufffe\ufffd\U0001f9ea \\[]|,")
SCALARS = TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)


@given(TEXTS)
def test_text_in_an_element_comes_back(text: str) -> None:
    assert (read(f"<a>{element_text(text)}</a>").text or "") == clean(text)


@given(TEXTS)
def test_text_in_an_attribute_comes_back(text: str) -> None:
    assert read(f'<a b="{attribute_text(text)}"/>').get("b") == clean(text)


def read(document: str) -> ElementTree.Element:
    """The root of a document, from bytes as they stand in a file."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return ElementTree.parse(io.BytesIO(head + document.encode())).getroot()


@given(TEXTS.filter(bool))
@example("a_x41_b")
def test_a_name_comes_back_from_its_token(name: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    made = token(name)
    assert name_of(made) == name
    grammar = etree.RelaxNG(etree.fromstring(
        '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0" '
        'datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">'
        '<data type="NMTOKEN"/></element>'
    ))  # fmt: skip
    root = etree.Element("a")
    root.text = made
    assert grammar.validate(root)


@given(st.lists(TEXTS) | st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_list_comes_back_whole(values: list[Any]) -> None:
    assert json.loads(read(f"<a>{element_text(list_text(values))}</a>").text or "") == values
    assert json.loads(plain_list_text(values)) == [
        clean(one) if isinstance(one, str) else one for one in values
    ]


@given(st.floats(allow_nan=False) | st.integers())
def test_a_number_comes_back(number: float) -> None:
    assert type(number)(scalar_text(number)) == number


@pytest.mark.parametrize("form", ["graphml", "gexf"])
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    names=st.lists(TEXTS, min_size=2, max_size=6, unique=True),
    values=st.lists(st.tuples(SCALARS, st.lists(TEXTS, max_size=3)), min_size=2, max_size=6),
)
def test_a_graph_of_any_texts_comes_back(
    form: str, names: list[str], values: list[Any], whole: Subgraph, tmp_path: Path
) -> None:
    base = f"{whole.base}id/thing/"
    nodes = []
    for number, name in enumerate(names):
        scalar, texts = values[number % len(values)]
        content = encoded(
            {"id": name, "iri": f"{base}{name}", "name": name, "source": "register",
             "value": scalar, "texts": texts}, {},
        )  # fmt: skip
        nodes.append(NodeRow("Thing", name, f"{base}{name}", b"", content))
    link = RelationshipRow(
        "TIED", "Thing", nodes[0].id, "Thing", nodes[-1].id, names[0],
        encoded({"source": "register", "note": names[-1]}, {}), nodes[0].iri, nodes[-1].iri,
    )  # fmt: skip
    subgraph = replace(
        whole, node_count=len(nodes), relationship_count=1, read_nodes=lambda: iter(nodes),
        read_relationships=lambda: iter([link]), is_whole=False,
    )  # fmt: skip
    chosen, found = format_named(form), survey(subgraph)
    lost = chosen.losses(found)
    with Output(str(tmp_path / "net")) as output:
        chosen.write(Export(subgraph, found, about(subgraph, found, form, lost)), output)
    reader = networkx.read_graphml if form == "graphml" else networkx.read_gexf
    graph = reader(tmp_path / "net")
    seen = {values["iri"]: values for _, values in graph.nodes(data=True)}
    changed = any(clean(one) != one for one in names)
    assert changed <= any("control characters" in one for one in lost)
    for number, name in enumerate(names):
        if clean(name) != name:
            continue
        node = seen[f"{base}{name}"]
        scalar, texts = values[number % len(values)]
        assert node["name"] == name
        assert json.loads(node["texts"]) == [
            one if form == "graphml" else clean(one) for one in texts
        ]
        if isinstance(node["value"], type(scalar)) and not isinstance(scalar, str):
            assert node["value"] == scalar
        elif not isinstance(scalar, str):
            assert any("a key has one type" in one for one in lost)
            assert node["value"] == scalar_text(scalar) or node["value"] == float(scalar)
        else:
            assert node["value"] == clean(scalar)
    ((_, _, tie),) = graph.edges(data=True)
    assert tie["note"] == clean(names[-1])
