"""Parquet tables, read back by Arrow, DuckDB, pandas and Polars."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from export.conftest import nodes_of, relationships_of
from export.table_values import narrowed, parsed, plain

from graphkit.export import parquet_writing
from graphkit.export.tables import one_kind
from graphkit.property_graph.elements import NodeRow, digest_of, encoded
from graphkit.subgraph import Subgraph

SUBGRAPHS = ("whole", "part", "hostile")


def both(target: Path) -> tuple[Path, Path]:
    """The files of nodes and of relationships."""
    return tuple(
        target.with_name(f"{target.stem}.{part}.parquet") for part in ("nodes", "relationships")
    )  # type: ignore[return-value]


def read(path: Path) -> tuple[list[dict[str, Any]], dict[tuple[str, str], Any]]:
    """Rows without what is null, and the list of columns by class and heading."""
    table = pq.read_table(path)
    columns = json.loads(table.schema.metadata[b"columns"])
    rows = [
        {key: plain(value) for key, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]
    return rows, {(one["of"], one["column"]): one for one in columns}


def values(row: dict[str, Any], of: str, columns: dict[tuple[str, str], Any]) -> dict[str, Any]:
    found = {}
    for heading, value in row.items():
        column = columns[of, heading]
        found[column["property"]] = narrowed(value, column["kind"], column["values"])
    return found


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_arrow_reads_the_same_nodes_and_relationships(
    name: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    nodes, relationships = both(written(subgraph, "parquet", "net.parquet"))
    rows, columns = read(nodes)
    found = {}
    for row in rows:
        key, label = row.pop("id"), row.pop("label")
        found[key] = label, values(row, label, columns)
    assert found == nodes_of(subgraph)
    rows, columns = read(relationships)
    links = []
    for row in rows:
        source, target = row.pop("source"), row.pop("target")
        type_, key = row.pop("type"), row.pop("key")
        links.append((type_, source, target, key, values(row, type_, columns)))
    assert sorted(links, key=repr) == sorted(relationships_of(subgraph), key=repr)


def test_columns_have_types_in_duckdb(whole: Subgraph, written: Callable[..., Path]) -> None:
    duckdb = pytest.importorskip("duckdb")
    nodes, relationships = both(written(whole, "parquet", "net.parquet"))
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{nodes}'").fetchall()
    types = {name: type_ for name, type_, *_ in described}
    assert types["end_date"] == "DATE"
    assert types["generated_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["amount"] == "DOUBLE"
    assert types["archived"] == "BOOLEAN"
    assert types["alt_label"] == "VARCHAR[]"
    assert types["location"] == "STRUCT(longitude DOUBLE, latitude DOUBLE)"
    (answer,) = duckdb.sql(
        f"""SELECT count(*), sum(r.rank) FROM '{relationships}' r
            JOIN '{nodes}' p ON p.id = r.source JOIN '{nodes}' q ON q.id = r.target
            WHERE r.type = 'ADDRESSES' AND p.label = 'Project' AND q.label = 'ResearchQuestion'"""
    ).fetchall()
    ranks = [
        row[4]["rank"] for row in relationships_of(whole) if row[0] == "ADDRESSES"
    ]  # fmt: skip
    assert answer == (len(ranks), sum(ranks))


def test_pandas_and_polars_read_it(whole: Subgraph, written: Callable[..., Path]) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    nodes, relationships = both(written(whole, "parquet", "net.parquet"))
    names = {key: properties["name"] for key, (_, properties) in nodes_of(whole).items()}
    frame = pandas.read_parquet(nodes)
    assert dict(zip(frame["id"], frame["name"], strict=True)) == names
    table = polars.read_parquet(nodes)
    assert dict(zip(table["id"], table["name"], strict=True)) == names
    assert len(polars.read_parquet(relationships)) == whole.relationship_count


def test_the_file_says_what_it_is(whole: Subgraph, written: Callable[..., Path]) -> None:
    target = written(whole, "parquet", "net.parquet")
    beside = json.loads(target.with_name("net.parquet.meta.json").read_bytes())
    for path in both(target):
        assert json.loads(pq.read_schema(path).metadata[b"graphkit"]) == beside
    assert all(one["meaning"] for one in read(both(target)[0])[1].values())


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    for one, two in zip(
        *(both(written(whole, "parquet", f"{name}.parquet")) for name in "ab"), strict=True
    ):
        assert one.read_bytes() == two.read_bytes()


def test_rows_are_written_in_groups(
    whole: Subgraph, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_writing, "_BATCH", 100)
    monkeypatch.setattr(parquet_writing, "_GROUP_ROWS", 300)
    nodes, _ = both(written(whole, "parquet", "net.parquet"))
    sizes = [pq.ParquetFile(nodes).metadata.row_group(n).num_rows for n in range(3)]
    assert sizes == [300, 300, 300]
    assert pq.read_table(nodes).num_rows == whole.node_count


def test_a_class_whose_values_are_of_several_kinds_is_told_of(
    hostile: Subgraph, written: Callable[..., Path]
) -> None:
    graph = mixed(hostile)
    nodes, _ = both(written(graph, "parquet", "net.parquet"))
    said = json.loads(nodes.with_name("net.parquet.meta.json").read_bytes())["changed"]
    assert said == [
        f"Parquet: `{key}` of Project holds values of several kinds ({kinds}); all become {one}"
        for key, kinds, one in (
            ("rank", "float, integer", "float"),
            ("start_date", "date, integer[], point", "string[]"),
        )
    ]
    rows, _ = read(nodes)
    assert [row["rank"] for row in rows] == [1.0, 2.5, 3.0]
    assert [row["start_date"] for row in rows] == [
        ["2026-01-31"], ["1", "2"], ["POINT (-1.5 52.0)"]
    ]  # fmt: skip


def mixed(subgraph: Subgraph) -> Subgraph:
    """Three nodes that hold values of several kinds under two keys."""
    values: list[tuple[Any, Any, dict[str, str]]] = [
        (1, "2026-01-31", {"start_date": "date"}),
        (2.5, [1, 2], {}),
        (3, [-1.5, 52.0], {"start_date": "point"}),
    ]
    rows = []
    for number, (rank, start, typed) in enumerate(values):
        iri = f"{subgraph.base}id/project/{number}"
        content = encoded(
            {"id": str(number), "iri": iri, "name": "x", "rank": rank, "start_date": start}, typed
        )
        rows.append(NodeRow("Project", str(number), iri, digest_of(content), content))
    return Subgraph(
        subgraph.snapshot, subgraph.graph, subgraph.selection, 3, 0,
        lambda: iter(rows), lambda: iter(()),
    )  # fmt: skip


def test_every_kind_has_a_type_and_a_text() -> None:
    kinds = ["string", "integer", "float", "boolean", "date", "datetime", "point"]
    for kind in (*kinds, *(f"{kind}[]" for kind in kinds)):
        assert parquet_writing.type_of(kind) is not None
        assert one_kind([kind]) == kind
    assert parsed("POINT (1.5 -2.0)", "point") == [1.5, -2.0]
    long_ago = parquet_writing.array_of(["0001-01-01", "9999-12-31"], "date")
    assert [plain(one) for one in long_ago.to_pylist()] == ["0001-01-01", "9999-12-31"]
    moments = parquet_writing.array_of([["0001-01-01T00:00:00Z"], None], "datetime[]")
    assert moments.to_pylist()[1] is None
