"""The answer of a Neo4j server to a free statement that only reads."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import neo4j
import neo4j.graph
import neo4j.spatial
import neo4j.time
from neo4j import exceptions

from graphkit.errors import UnreachableError, UsageError
from graphkit.neo4j.connection import AGENT, Connection
from graphkit.tabular import Result


def run(
    connection: Connection,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout: float | None = None,
    limit: int | None = None,
) -> Result:
    """Run a statement on the server, which refuses to write for it.

    Values are text, numbers, booleans, lists, maps or None, as those of the embedded
    engine. Raises UsageError for whatever the server refuses or stops.
    """
    try:
        asked = neo4j.Query(text, {"app": AGENT}, timeout)
        with connection.session(default_access_mode=neo4j.READ_ACCESS) as session:
            records = session.run(asked, dict(parameters or {}))
            columns = tuple(records.keys())  # told even where there are no rows
            kept = list(records if limit is None else islice(records, limit + 1))
        rows = [tuple(plain(value) for value in record.values()) for record in kept[:limit]]
    except UsageError as error:
        raise _plainer(error, timeout) from None
    except UnreachableError as error:
        raise UnreachableError(
            error.message, hint="nothing was changed; run the query again"
        ) from None
    except (exceptions.BrokenRecordError, OverflowError, ValueError):
        raise UsageError(
            "the answer holds a value that cannot be represented here, such as a date beyond "
            "the year 9999",
            hint="return it as text, with toString(…)",
        ) from None
    return Result(columns, rows, truncated=limit is not None and len(kept) > limit)


def _plainer(error: UsageError, timeout: float | None) -> UsageError:
    if timeout is not None and "took too long" in error.message:
        return UsageError(
            f"stopped after {timeout:g} s (--timeout); there is no answer",
            hint="ask for less, or give it more time",
        )
    return error


def plain(value: Any) -> Any:
    """A value of the driver as text, number, boolean, list, map or None.

    >>> plain(neo4j.time.Date(2026, 1, 31)), plain(neo4j.spatial.WGS84Point((-1.5, 52.5)))
    ('2026-01-31', {'latitude': 52.5, 'longitude': -1.5})
    """
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, neo4j.graph.Node):
        return {"labels": sorted(value.labels), "properties": _properties(value)}
    if isinstance(value, neo4j.graph.Path):
        return {
            "nodes": [plain(one) for one in value.nodes],
            "relationships": [_in_path(one) for one in value.relationships],
        }
    if isinstance(value, neo4j.graph.Relationship):
        return {"type": value.type, "properties": _properties(value)}
    if isinstance(value, neo4j.time.Duration):
        parts = {"months": value.months, "days": value.days, "seconds": value.seconds}
        return parts | ({"nanoseconds": value.nanoseconds} if value.nanoseconds else {})
    if isinstance(value, neo4j.spatial.Point):
        names = ("longitude", "latitude") if value.srid in (4326, 4979) else ("x", "y")
        numbers = dict(zip((*names, "height"), map(float, value), strict=False))
        return dict(sorted(numbers.items()))
    if isinstance(value, (neo4j.time.DateTime, neo4j.time.Time)):
        return value.to_native().isoformat().replace("+00:00", "Z")
    if isinstance(value, neo4j.time.Date):
        return value.iso_format()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return str(value)


def _properties(value: neo4j.graph.Entity) -> dict[str, Any]:
    return {key: plain(one) for key, one in sorted(value.items())}


def _in_path(value: neo4j.graph.Relationship) -> dict[str, Any]:
    start, end = value.nodes
    ends = {"start": start and start.get("iri"), "end": end and end.get("iri")}
    return {"type": value.type, "properties": _properties(value), **ends}
