"""Properties of the property graph as the driver's values, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import neo4j.spatial
import neo4j.time

from graphkit.property_graph.elements import Value
from graphkit.property_graph.values import DATE, DATETIME, POINT

OTHER = "other"
"""The kind of a value that graphkit never writes, such as a duration."""


def to_driver(properties: dict[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Properties as the driver takes them: dates, times and points as such.

    >>> to_driver({"day": "2026-01-31", "n": 1}, {"day": "date"})
    {'day': datetime.date(2026, 1, 31), 'n': 1}
    """
    if not typed:
        return properties
    converted = dict(properties)
    for key, kind in typed.items():
        value = properties[key]
        if kind == POINT:
            converted[key] = neo4j.spatial.WGS84Point(value)
        elif isinstance(value, list):
            converted[key] = [_TO[kind](one) for one in value]
        else:
            converted[key] = _TO[kind](value)
    return converted


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_TO: dict[str, Callable[[str], Any]] = {DATE: date.fromisoformat, DATETIME: _moment}
_PLAIN = (str, int, float, bool)


def from_driver(
    properties: Mapping[str, Any], managed: frozenset[str]
) -> tuple[dict[str, Value], dict[str, str]]:
    """The properties that graphkit manages, as the property graph has them, and their kinds.

    Keys that are not in `managed` belong to others and are left out.

    >>> from_driver({"id": "1", "day": neo4j.time.Date(2026, 1, 31), "x_note": "mine"},
    ...             frozenset({"id", "day"}))
    ({'id': '1', 'day': '2026-01-31'}, {'day': 'date'})
    """
    plain: dict[str, Value] = {}
    typed: dict[str, str] = {}
    for key, value in properties.items():
        if key not in managed:
            continue
        kind = type(value)
        if kind in _PLAIN or (kind is list and (not value or type(value[0]) in _PLAIN)):
            plain[key] = value
        else:
            plain[key], typed[key] = _special(value)
    return plain, typed


def _special(value: Any) -> tuple[Value, str]:
    if isinstance(value, list):
        parts = [_special(one) if type(one) not in _PLAIN else (one, "") for one in value]
        kinds = {kind for _, kind in parts}
        return [part for part, _ in parts], kinds.pop() if len(kinds) == 1 else OTHER
    if isinstance(value, neo4j.time.Date):
        return value.iso_format(), DATE
    if isinstance(value, neo4j.time.DateTime) and value.tzinfo is not None:
        if not value.nanosecond:
            moment = value.to_native().astimezone(UTC)
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), DATETIME
        return value.iso_format(), DATETIME
    if isinstance(value, neo4j.spatial.WGS84Point) and len(value) == 2:
        return [float(value[0]), float(value[1])], POINT
    return repr(value), OTHER
