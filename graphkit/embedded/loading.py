"""Filling the embedded engine from the property graph.

The engine has a faster loader for data frames, which would need pandas and loses
parallel relationships; statements in batches lose nothing. The numbers of nodes
and relationships are compared at the end.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from graphkit.batching import batches, batches_by
from graphkit.errors import SnapshotError
from graphkit.progress import Progress
from graphkit.property_graph.elements import RelationshipRow, decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import LOCATION, MARKS
from graphkit.property_graph.values import DATE, DATETIME, POINT, converted

BATCH = 5_000


def fill(graph: PropertyGraph, path: Path, progress: Progress) -> None:
    """Write the engine's file. Raises SnapshotError where something got lost on the way."""
    import kglite

    kglite.set_query_warning_policy("silent")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = kglite.KnowledgeGraph()
        _add_nodes(engine, graph, progress)
        _add_relationships(engine, graph, progress)
        _check(engine, graph)
        progress("writing the image", 0)
        # Saved again after loading, the columns stand as they are in memory, so that opening
        # maps them instead of unpacking: 0.16 s in place of 0.4 s (decisions/0013). Not over the
        # file itself, which the engine still has open.
        draft = path.with_name(f"{path.name}.draft")
        engine.save(str(draft))
        del engine
        gc.collect()
        kglite.load(str(draft)).save(str(path))
        gc.collect()
        draft.unlink()


def _add_nodes(engine: Any, graph: PropertyGraph, progress: Progress) -> None:
    done = 0
    for label, rows in groupby(graph.nodes(), key=lambda row: row.label):
        # The engine gives a node without a title its name as one, unless it is set to null.
        # A parameter cannot hold a point, so the engine makes one of its two numbers.
        statement = (
            f"UNWIND $r AS r CREATE (n:{_quoted(label)}) SET n = r SET n.title = r.title, "
            f"n.{LOCATION} = CASE WHEN r.{LOCATION} IS NULL THEN null "
            f"ELSE point(r.{LOCATION}) END"
        )
        present: set[str] = set()
        for batch in batches(rows, BATCH):
            maps = [properties_of(row.content) for row in batch]
            engine.cypher(statement, params={"r": maps}, timeout_ms=0)
            present.update(*maps)
            done += len(batch)
            progress("nodes for Cypher", done)
        _make_known(engine, graph, label, present)


def _make_known(engine: Any, graph: PropertyGraph, label: str, present: set[str]) -> None:
    """Have the engine know the keys of a label that no node holds: it refuses unknown ones."""
    absent = sorted(key for key in graph.schema.keys_of(label) - present if not key.endswith(MARKS))
    if not absent:
        return
    for value in ("''", "null"):
        what = ", ".join(f"n.{_quoted(key)} = {value}" for key in absent)
        engine.cypher(f"MATCH (n:{_quoted(label)}) WITH n LIMIT 1 SET {what}", timeout_ms=0)


def _add_relationships(engine: Any, graph: PropertyGraph, progress: Progress) -> None:
    """Create them in batches of one type and one pair of labels."""
    done = 0
    for key, rows in batches_by(
        graph.relationships(), BATCH, lambda row: (row.type, row.start_label, row.end_label)
    ):
        _create(engine, key, rows)
        done += len(rows)
        progress("relationships for Cypher", done)


def _create(engine: Any, key: tuple[str, str, str], rows: list[RelationshipRow]) -> None:
    type_, start, end = (_quoted(one) for one in key)
    engine.cypher(
        f"UNWIND $r AS r MATCH (a:{start} {{id: r[0]}}) MATCH (b:{end} {{id: r[1]}}) "
        f"CREATE (a)-[x:{type_}]->(b) SET x = r[2]",
        params={"r": [[row.start, row.end, properties_of(row.content)] for row in rows]},
        timeout_ms=0,
    )


def _check(engine: Any, graph: PropertyGraph) -> None:
    """Compare what the engine holds with what it was given."""
    for what, query, expected in (
        ("nodes", "MATCH (n) RETURN labels(n)[0] AS k, count(*) AS c", graph.node_counts()),
        (
            "relationships",
            "MATCH ()-[r]->() RETURN type(r) AS k, count(*) AS c",
            graph.relationship_counts(),
        ),
    ):
        held = {row["k"]: row["c"] for row in engine.cypher(query, timeout_ms=0)}
        for kind in sorted({*held, *expected}):
            if held.get(kind, 0) != expected.get(kind, 0):
                raise SnapshotError(
                    f"the embedded engine holds {held.get(kind, 0):,} {what} {kind} and was "
                    f"given {expected.get(kind, 0):,}",
                    hint="its version may be another than graphkit was tested with: "
                    "pip install 'kglite>=0.21.2,<0.22'",
                )


def properties_of(content: bytes) -> dict[str, Any]:
    """Properties as the engine takes them.

    >>> from graphkit.property_graph.elements import encoded
    >>> properties_of(encoded({"day": "2026-01-31"}, {"day": "date"}))
    {'day': datetime.date(2026, 1, 31)}
    """
    return converted(*decoded(content), _TO)


def _point(value: Any) -> dict[str, float]:
    longitude, latitude = value
    return {"latitude": latitude, "longitude": longitude}


_TO: dict[str, Callable[[Any], Any]] = {
    DATE: date.fromisoformat,
    DATETIME: datetime.fromisoformat,
    POINT: _point,
}


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
