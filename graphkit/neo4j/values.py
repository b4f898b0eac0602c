"""Properties of the property graph as the driver's values, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import neo4j.spatial
import neo4j.time

from graphkit.property_graph.elements import Value, encoded
from graphkit.property_graph.values import DATE, DATETIME, POINT, converted

Told = tuple[Mapping[str, Value], Mapping[str, str]]
"""Properties, and the kinds of those that JSON has no word for."""
NOTHING: Told = ({}, {})
OTHER = "other"
"""The kind of a value that graphkit never writes, such as a duration."""


def to_driver(properties: dict[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Properties as the driver takes them: dates, times and points as such.

    >>> to_driver({"day": "2026-01-31", "n": 1}, {"day": "date"})
    {'day': datetime.date(2026, 1, 31), 'n': 1}
    """
    return converted(properties, typed, _TO)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_TO: dict[str, Callable[[Any], Any]] = {
    DATE: date.fromisoformat,
    DATETIME: _moment,
    POINT: neo4j.spatial.WGS84Point,
}
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


def difference(old: Told, new: Told) -> dict[str, Any]:
    """What to set, as the driver takes it; None for keys to remove.

    Both are properties with the kinds of those that JSON has no word for.

    >>> difference(({"a": 1, "b": 2, "c": 3}, {}), ({"a": 1, "b": 5}, {}))
    {'b': 5, 'c': None}
    >>> difference(({"day": "2026-01-31"}, {}), ({"day": "2026-01-31"}, {"day": "date"}))
    {'day': datetime.date(2026, 1, 31)}
    """
    properties, typed = new
    changed = {key: value for key, value in properties.items() if is_changed(key, old, new)}
    result = to_driver(changed, {key: kind for key, kind in typed.items() if key in changed})
    return {**result, **dict.fromkeys(key for key in old[0] if key not in properties)}


def is_changed(key: str, old: Told, new: Told) -> bool:
    """Whether a property is another, or of another kind: 1 is not 1.0, a date is not a text.

    >>> is_changed("a", ({"a": [1]}, {}), ({"a": [1.0]}, {}))
    True
    """
    one, other = (
        encoded({key: properties[key]}, {key: typed[key]} if key in typed else {})
        if key in properties
        else None
        for properties, typed in (old, new)
    )
    return one != other
