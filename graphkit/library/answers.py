"""The values of a query's columns, the same from whichever engine they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphkit.errors import UsageError
from graphkit.library.header import Column, Header
from graphkit.tabular import Result

LIST_SEPARATOR = "\n"
"""What a SPARQL query puts between the values of a list; no name or title holds it."""
_PENCE, _DIGITS = 2, 6
POUNDS = "GBP"


def conform(result: Result, header: Header, remarks: Sequence[str] = ()) -> Result:
    """The rows of an engine in the order and types of the header's columns.

    Raises UsageError where the query does not give the columns that its header names.
    """
    if set(result.columns) != header.columns.keys():
        missing = sorted(header.columns.keys() - set(result.columns))
        extra = sorted(set(result.columns) - header.columns.keys())
        raise UsageError(
            "the query does not give the columns of its header: "
            f"missing {', '.join(missing) or 'none'}, not declared {', '.join(extra) or 'none'}"
        )
    places = [result.columns.index(name) for name in header.columns]
    readers = [_reader(column) for column in header.columns.values()]
    rows = [
        tuple(read(row[place]) for place, read in zip(places, readers, strict=True))
        for row in result.rows
    ]
    return Result(
        tuple(header.columns),
        rows,
        tuple(remarks),
        result.truncated,
        units=header.units,
        network=tuple(header.network),
    )


def _reader(column: Column) -> Callable[[Any], Any]:
    if not column.many:
        return lambda value: None if value is None else _one(value, column)

    def many(value: Any) -> list[Any]:
        """Sorted, and each value once, as no engine promises an order.

        An empty text is no value: the RDF store joins nothing at all where one of the values
        is missing, so that queries give it an empty text in its place.
        """
        if isinstance(value, str):
            value = value.split(LIST_SEPARATOR)
        found = {_one(one, column) for one in value or () if one not in (None, "")}
        return sorted(found)

    return many


def _one(value: Any, column: Column) -> Any:
    kind = column.type
    if kind == "code":
        return str(value).rpartition("/")[2]
    if kind == "integer":
        return int(value)
    if kind == "decimal":
        return round(float(value), _PENCE if column.unit == POUNDS else _DIGITS)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value) == "true"
    return value if isinstance(value, str) else str(value)
