"""Columns as Cytoscape has them: every value of a column is of one kind.

Types are named as CX2 names them: string, long, double, boolean, and `list_of_` each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, STRING, Columns, Survey
from graphkit.property_graph.values import DATE, DATETIME, POINT

LIST_OF = "list_of_"
_TYPES: Mapping[str, str] = {
    STRING: "string", DATE: "string", DATETIME: "string", INTEGER: "long", FLOAT: "double",
    BOOLEAN: "boolean",
}  # fmt: skip
_JSON = msgspec.json.Encoder()


def type_of(kinds: Collection[str]) -> str:
    """The type of a column with values of these kinds.

    Where a value may be one or a list, all are lists; where whole numbers and others occur, all
    are double; where nothing fits them all, they are text.

    >>> type_of(["string", "string[]"]), type_of(["integer", "float"]), type_of(["point"])
    ('list_of_string', 'double', 'list_of_double')
    >>> type_of(["date", "integer"])
    'string'
    """
    many = any(kind == POINT or kind.endswith(MANY) for kind in kinds)
    inner = {"double" if kind == POINT else _TYPES[kind.removesuffix(MANY)] for kind in kinds}
    if inner == {"long", "double"}:
        inner = {"double"}
    if len(inner) > 1:
        return "string"
    return f"{LIST_OF if many else ''}{inner.pop()}"


def types_of(kinds: Mapping[str, Collection[str]], texts: Collection[str] = ()) -> dict[str, str]:
    """The types of columns by their names; those in `texts` have to be text."""
    return {name: "string" if name in texts else type_of(kinds[name]) for name in kinds}


def mixed(kinds: Mapping[str, Collection[str]], types: Mapping[str, str]) -> dict[str, str]:
    """The types of those columns of which some values have to be made to fit."""
    return {
        name: types[name] for name in kinds if any(type_of([k]) != types[name] for k in kinds[name])
    }


def fitted(value: Any, type_: str) -> Any:
    """A value as one of a type that holds it; as JSON text where only text does.

    >>> fitted("x", "list_of_string"), fitted(1, "double"), fitted([1, 2], "string")
    (['x'], 1.0, '[1,2]')
    """
    if type_.startswith(LIST_OF):
        inner = type_.removeprefix(LIST_OF)
        return [fitted(one, inner) for one in (value if isinstance(value, list) else [value])]
    if type_ == "double":
        return float(value)
    if type_ == "string" and not isinstance(value, str):
        return _JSON.encode(value).decode()
    return value


def losses(survey: Survey, texts: Collection[str] = ()) -> list[str]:
    """What columns of one kind change, in words."""
    found = []
    for what, columns in (("nodes", survey.nodes), ("edges", survey.relationships)):
        found += _changed(survey, what, columns, texts)
    if survey.moments:
        found.append(f"Cytoscape has no dates: {survey.moments:,} dates and times are text")
    if survey.points:
        found.append(
            f"Cytoscape has no points: {survey.points:,} are lists of longitude and latitude"
        )
    return found


def _changed(survey: Survey, what: str, columns: Columns, texts: Collection[str]) -> list[str]:
    kinds = survey.kinds(columns)
    types = types_of(kinds, texts)
    changed = [f"{name} ({types[name]})" for name in mixed(kinds, types)]
    if not changed:
        return []
    names = ", ".join(changed)
    return [f"Cytoscape has one kind of value in a column of {what}: all are made so in {names}"]
