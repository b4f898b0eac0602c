"""Statements in the embedded engine, and its values as plain ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

from graphkit.errors import GraphkitError, SnapshotError, UsageError

_WRONG_PASSES = ["optimize_nested_queries", "hoist_with_where"]
"""Passes of the optimiser that give wrong answers (kglite 0.21.2): with the first,
CALL { … ORDER BY … LIMIT … } returns null; with the second, WITH p.id AS p WHERE p … finds nothing.
"""
_NODE = frozenset({"id", "labels", "properties"})
_RELATIONSHIP = frozenset({"id", "start", "end", "type", "properties"})
_PATH = frozenset({"nodes", "relationships"})


class DamagedImageError(SnapshotError):
    """The engine's file cannot be read."""


class Engine:
    """The engine on one file, opened to be read."""

    def __init__(self, path: Path) -> None:
        import kglite

        kglite.set_query_warning_policy("silent")
        try:
            self._graph = kglite.load(str(path))
        except (kglite.KgError, OSError, ValueError, RuntimeError) as error:
            raise DamagedImageError(f"{path}: cannot be opened: {_first_line(error)}") from None
        self._graph.read_only(True)

    def columns_and_rows(
        self, text: str, parameters: Mapping[str, Any], limit: int | None = None
    ) -> tuple[list[str], Iterator[list[Any]], bool]:
        """Columns, a stream of rows, and whether there were more than `limit`.

        `text` has gone through the guard. Raises UsageError for a statement that the
        engine cannot read or answer.
        """
        import kglite

        try:
            result = self._graph.cypher(
                text,
                params=dict(parameters),
                timeout_ms=0,
                row_limit=limit,
                disabled_passes=_WRONG_PASSES,
                hide_structural_keys=True,
            )
        except (kglite.KgError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _refusal(error) from None
        if isinstance(result, str) or result is None:
            raise UsageError("the query gives no rows")
        diagnostics = cast("dict[str, Any] | None", result.diagnostics)
        total = (diagnostics or {}).get("total_rows")
        cut = limit is not None and total is not None and total > limit
        columns = [str(column) for column in result.columns]
        rows = ([plain(row[column]) for column in columns] for row in cast("Any", result))
        return columns, rows, cut


def plain(value: Any) -> Any:
    """A value of the engine as text, number, boolean, list, map or None.

    Dates and times become ISO text. Nodes are maps of labels and properties,
    relationships of type and properties, in paths with the IRIs of their ends.

    >>> plain(date(2026, 1, 31))
    '2026-01-31'
    >>> plain({"id": 7, "labels": ["Topic"], "properties": {"id": "1", "title": None, "type": "Topic"}})
    {'labels': ['Topic'], 'properties': {'id': '1'}}
    """  # noqa: E501
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return _map(value)
    if isinstance(value, (datetime, time)):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _map(value: dict[str, Any]) -> dict[str, Any]:
    names = value.keys()
    if names == _NODE and isinstance(value["labels"], list):
        return _node(value)
    if names == _RELATIONSHIP and isinstance(value["properties"], dict):
        return _relationship(value)
    if names == _PATH and all(isinstance(one, dict) for one in value["nodes"]):
        iris = {one.get("id"): one["properties"].get("iri") for one in value["nodes"]}
        return {
            "nodes": [_node(one) for one in value["nodes"]],
            "relationships": [
                _relationship(one) | {"start": iris.get(one["start"]), "end": iris.get(one["end"])}
                for one in value["relationships"]
            ],
        }
    return {key: plain(one) for key, one in value.items()}


def _node(value: dict[str, Any]) -> dict[str, Any]:
    properties = value["properties"]
    kept = {
        key: plain(one)
        for key, one in sorted(properties.items())
        if one is not None and key != "type"
    }
    return {"labels": list(value["labels"]), "properties": kept}


def _relationship(value: dict[str, Any]) -> dict[str, Any]:
    properties = {key: plain(one) for key, one in sorted(value["properties"].items())}
    return {"type": value["type"], "properties": properties}


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(":") if text else type(error).__name__


def _refusal(error: BaseException) -> GraphkitError:
    """What the user is told of an engine's refusal: its words, without its name for itself."""
    words = _first_line(error)
    for prefix in ("Cypher syntax error", "Cypher execution error", "Schema error"):
        words = words.removeprefix(prefix).lstrip(": ")
    words = words.removeprefix("at ").replace(", col ", ", column ")
    if type(error).__name__ == "CypherSyntaxError":
        return UsageError(
            f"the query cannot be read: {words}",
            hint="if Neo4j does read it, run it on a server: --engine neo4j",
        )
    return UsageError(
        f"the embedded engine cannot answer: {words}",
        hint="if Neo4j can, run it on a server: --engine neo4j",
    )
