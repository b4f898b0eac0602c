"""KGX, read as its own program reads it: JSON line by line, tables without quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from export.conftest import nodes_of, relationships_of
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.export.formats import format_named, format_of
from graphkit.export.kgx import curie_of, curies, edge_properties
from graphkit.export.kgx_tsv import cell
from graphkit.export.survey import survey
from graphkit.property_graph.elements import encoded
from graphkit.subgraph import Subgraph
from graphkit.vocabulary import curie

Written = Callable[..., Path]
IS_CURIE = re.compile(r"[^ <()>:]*:[^/ :]+").fullmatch
"""How KGX tells a CURIE."""
OWN_OF_NODES = ("id", "category", "provided_by")
OWN_OF_EDGES = (
    "id", "subject", "predicate", "object", "category", "qualified_by", "relationship_type",
    "knowledge_level", "agent_type", "primary_knowledge_source",
)  # fmt: skip


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def table_of(path: Path) -> list[dict[str, str]]:
    """Rows of a table, opened as KGX opens it."""
    frame = pandas.read_csv(
        path, sep="\t", quoting=3, lineterminator="\n", dtype=str, keep_default_na=False,
        low_memory=False,
    )  # fmt: skip
    return frame.to_dict("records")


def pair(path: Path) -> tuple[Path, Path]:
    """The files of nodes and of edges; no other is there but the one that describes them."""
    stem, ending = path.name.rsplit(".", 1)
    files = tuple(path.with_name(f"{stem}.{part}.{ending}") for part in ("nodes", "edges"))
    assert not path.exists()
    return files  # type: ignore[return-value]


def split(record: dict[str, Any], own: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        {key: record[key] for key in own if key in record},
        {key: value for key, value in record.items() if key not in own},
    )


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_json_lines_hold_the_same_nodes_and_edges(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    nodes, edges = pair(written(subgraph, "kgx-jsonl", "net.kgx.jsonl"))
    named = curies(subgraph)
    classes = {label: curie(kind.class_iri) for label, kind in subgraph.schema.labels.items()}
    expected = {named(key): (label, values) for key, (label, values) in nodes_of(subgraph).items()}
    assert len(expected) == subgraph.node_count
    found = lines_of(nodes)
    assert len(found) == subgraph.node_count
    for record in found:
        own, values = split(record, OWN_OF_NODES)
        label, properties = expected[own["id"]]
        assert values == properties
        assert own["category"][0] == "biolink:NamedThing"
        assert own["category"][1] == classes[label]
    links = [
        (type_, named(start), named(end), key, values)
        for type_, start, end, key, values in relationships_of(subgraph)
    ]
    told, ids = [], set()
    for record in lines_of(edges):
        own, values = split(record, OWN_OF_EDGES)
        ids.add(own["id"])
        assert own["category"] == ["biolink:Association"]
        assert IS_CURIE(own["predicate"])
        ends = own["subject"], own["object"]
        told.append((own["relationship_type"], *ends, own.get("qualified_by", ""), values))
    assert told == links
    assert len(ids) == len(links)
    assert {end for _, start, end, *_ in links} <= expected.keys()


@pytest.mark.parametrize("name", ["whole", "part", "hostile"])
def test_tables_hold_the_same_as_text(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    tables = [table_of(path) for path in pair(written(subgraph, "kgx-tsv", "net.kgx.tsv"))]
    lists = [
        lines_of(path) for path in pair(written(subgraph, "kgx-jsonl", "net.kgx.jsonl"))
    ]  # fmt: skip
    for rows, records in zip(tables, lists, strict=True):
        assert len(rows) == len(records)
        for row, record in zip(rows, records, strict=True):
            assert {key: value for key, value in row.items() if value} == {
                key: text for key, value in record.items() if (text := cell(value))
            }


def test_ids_are_curies_for_everything_of_the_graphs_own(whole: Subgraph, written: Written) -> None:
    nodes, _ = pair(written(whole, "kgx-jsonl", "net.kgx.jsonl"))
    for record in lines_of(nodes):
        assert IS_CURIE(record["id"])
        assert IS_CURIE(record["provided_by"][0])


def test_what_was_worked_out_is_told_from_what_sources_say() -> None:
    def levels(source: str) -> tuple[str, str]:
        found = edge_properties("ADDRESSES", encoded({"source": source}, {}))
        return found["knowledge_level"], found["agent_type"]

    assert levels("computed") == ("prediction", "automated_agent")
    assert levels("derived") == ("logical_entailment", "automated_agent")
    assert levels("gtr-1") == ("knowledge_assertion", "not_provided")


def test_what_tables_and_readers_lose_is_told(hostile: Subgraph) -> None:
    found = survey(hostile)
    told = " ".join(format_named("kgx-tsv").losses(found))
    assert "tabs and line ends become spaces" in told
    assert "longitude|latitude" in told
    for form in ("kgx-tsv", "kgx-jsonl"):
        assert f"{found.parallel:,} more are in the file" in " ".join(
            format_named(form).losses(found)
        )


def test_the_extensions_stand_for_the_formats() -> None:
    assert format_of("a/net.kgx.tsv").name == "kgx-tsv"
    assert format_of("a/net.kgx.jsonl").name == "kgx-jsonl"


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    for form in ("kgx.tsv", "kgx.jsonl"):
        name = form.replace(".", "-")
        one, two = (pair(written(part, name, f"{which}.{form}")) for which in "ab")
        for left, right in zip(one, two, strict=True):
            assert left.read_bytes() == right.read_bytes()


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=1, max_size=4))
def test_a_row_stays_a_row_whatever_is_in_it(texts: list[str]) -> None:
    row = "\t".join(map(cell, texts))
    assert not re.search("[\r\n]", row)
    assert len(row.split("\t")) == len(texts)


@settings(deadline=None)
@given(st.from_regex(r"[a-z]{1,3}(/[a-z%2F]{0,3}){0,3}", fullmatch=True),
       st.from_regex(r"[a-z]{1,3}(/[a-z%2F]{0,3}){0,3}", fullmatch=True))  # fmt: skip
def test_two_keys_have_two_curies(one: str, two: str) -> None:
    if one != two and not one.startswith("id/") and not two.startswith("id/"):
        assert curie_of(one) != curie_of(two)
