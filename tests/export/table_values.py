"""Values of tables as they were before a column made them its own kind."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

_POINT = re.compile(r"POINT \((\S+) (\S+)\)").fullmatch


def narrowed(value: Any, kind: str, was: str) -> Any:
    """A value of a column of `kind`, as a class that held values of kind `was` had it."""
    if kind == was or "," in was:
        return value
    if kind.endswith("[]"):
        single = kind.removesuffix("[]")
        parts = [narrowed(one, single, was.removesuffix("[]")) for one in value]
        return parts if was.endswith("[]") else parts[0]
    return parsed(value, was) if kind == "string" else int(value)


def parsed(text: str, kind: str) -> Any:
    """A cell of text as the documentation says it is to be read."""
    if kind.endswith("[]"):
        return json.loads(text)
    if kind == "point":
        match = _POINT(text)
        assert match, text
        return [float(match[1]), float(match[2])]
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind in ("integer", "float"):
        return {"integer": int, "float": float}[kind](text)
    return text


def plain(value: Any) -> Any:
    """Dates and times as the property graph writes them, points as pairs."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return [value["longitude"], value["latitude"]]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value
