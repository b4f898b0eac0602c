"""Writing Parquet: rows as Arrow arrays, batch by batch; see `parquet` for what the files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.export.format import Export
from graphkit.export.output import Output
from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, STRING
from graphkit.export.tables import (
    NODES,
    RELATIONSHIPS,
    Column,
    codebook,
    columns_of,
    row_of,
)
from graphkit.property_graph.elements import NodeRow, RelationshipRow
from graphkit.property_graph.values import DATE, DATETIME, POINT
from graphkit.subgraph.subgraph import link_values, node_values, short_key

NODE_HEADINGS = ("id", "label")
LINK_HEADINGS = ("source", "target", "type", "key")
_BATCH = 4_096
"""Rows that are made at a time."""
_GROUP_BYTES = 16 << 20
_GROUP_ROWS = 1 << 18
"""A row group ends with the first of the two."""
_TYPES: Mapping[str, pa.DataType] = {
    STRING: pa.string(),
    INTEGER: pa.int64(),
    FLOAT: pa.float64(),
    BOOLEAN: pa.bool_(),
    DATE: pa.date32(),
    DATETIME: pa.timestamp("us", "UTC"),
    POINT: pa.struct([("longitude", pa.float64()), ("latitude", pa.float64())]),
}
_CAST = (DATE, DATETIME)


def type_of(kind: str) -> pa.DataType:
    """The type of a column.

    >>> print(type_of("date[]"))
    list<element: date32[day]>
    """
    single = _TYPES[kind.removesuffix(MANY)]
    return pa.list_(pa.field("element", single)) if kind.endswith(MANY) else single


def write(export: Export, output: Output) -> None:
    """Write both files."""
    survey, subgraph = export.survey, export.subgraph
    nodes = columns_of(survey.kinds(survey.nodes), NODE_HEADINGS)
    links = columns_of(survey.kinds(survey.relationships), LINK_HEADINGS)
    entries = list(
        codebook(survey, subgraph.schema, lambda table, _: nodes if table == NODES else links)
    )
    prefix = f"{subgraph.base}id/"

    def schema(table: str, headings: tuple[str, ...], columns: list[Column]) -> pa.Schema:
        fields = [pa.field(heading, pa.string(), nullable=False) for heading in headings]
        fields += [pa.field(column.name, type_of(column.kind)) for column in columns]
        held = [entry for entry in entries if entry.table == table]
        return pa.schema(
            fields, {"graphkit": export.about.json(), "columns": msgspec.json.encode(held)}
        )

    node_schema = schema(NODES, NODE_HEADINGS, nodes)
    batches = _batches(subgraph.nodes(), lambda some: _node_batch(some, nodes, node_schema, prefix))
    _write(output.binary(NODES), node_schema, batches)
    link_schema = schema(RELATIONSHIPS, LINK_HEADINGS, links)
    batches = _batches(
        subgraph.relationships(), lambda some: _link_batch(some, links, link_schema, prefix)
    )
    _write(output.binary(RELATIONSHIPS), link_schema, batches)


def _write(out: Any, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Write batches in row groups of a bounded size."""
    with pq.ParquetWriter(out, schema, compression="zstd", store_schema=True) as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            size = sum(one.nbytes for one in waiting)
            if size > _GROUP_BYTES or sum(one.num_rows for one in waiting) >= _GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, schema))


def _batches(
    rows: Iterator[Any], make: Callable[[list[Any]], pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    some: list[Any] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield make(some)
            some = []
    if some:
        yield make(some)


def _node_batch(
    some: list[NodeRow], columns: list[Column], schema: pa.Schema, prefix: str
) -> pa.RecordBatch:
    first = [
        pa.array([short_key(row.iri, prefix) for row in some], pa.string()),
        pa.array([row.label for row in some], pa.string()),
    ]
    rest = _arrays([node_values(row.content) for row in some], columns)
    return pa.record_batch([*first, *rest], schema=schema)


def _link_batch(
    some: list[RelationshipRow], columns: list[Column], schema: pa.Schema, prefix: str
) -> pa.RecordBatch:
    """Relationships: what is the same for many is made once, and then taken by number."""
    numbers: dict[bytes, int] = {}
    which = pa.array([numbers.setdefault(row.content, len(numbers)) for row in some], pa.int32())
    first = [
        pa.array([short_key(row.start_iri, prefix) for row in some], pa.string()),
        pa.array([short_key(row.end_iri, prefix) for row in some], pa.string()),
        pa.array([row.type for row in some], pa.string()),
        pa.array([row.key for row in some], pa.string()),
    ]
    taken = [array.take(which) for array in _arrays(list(map(link_values, numbers)), columns)]
    return pa.record_batch([*first, *taken], schema=schema)


def _arrays(rows: list[tuple[Any, Any]], columns: list[Column]) -> list[pa.Array]:
    """The columns of rows of properties and kinds."""
    present = set().union(*(properties for properties, _ in rows))
    arrays = []
    for column in columns:
        if column.key not in present:
            arrays.append(pa.nulls(len(rows), type_of(column.kind)))
        elif column.is_mixed:
            arrays.append(array_of([row_of([column], *row)[0] for row in rows], column.kind))
        else:
            key = column.key
            arrays.append(array_of([properties.get(key) for properties, _ in rows], column.kind))
    return arrays


def array_of(values: list[Any], kind: str) -> pa.Array:
    """Values of one kind (or None) as an array.

    >>> array_of(["2026-01-31", None], "date").to_pylist()
    [datetime.date(2026, 1, 31), None]
    """
    single = kind.removesuffix(MANY)
    if single == POINT:
        return pa.array([_point(value, kind) for value in values], type_of(kind))
    if single in _CAST:
        as_text = pa.list_(pa.field("element", pa.string())) if kind != single else pa.string()
        return pa.array(values, as_text).cast(type_of(kind))
    return pa.array(values, type_of(kind))


def _point(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind != POINT:
        return [_point(one, POINT) for one in value]
    return {"longitude": float(value[0]), "latitude": float(value[1])}
