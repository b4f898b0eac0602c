"""Reading small and large CSV tables row by row, with true line numbers.

A row that cannot be used costs that row alone: too few or too many fields, a
NUL byte, a quoted field that runs away. Columns are found by name, in any
order; a column that nobody knows is drift.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import decode_text, lines


@dataclass(frozen=True)
class Columns:
    """The columns of one table: those it cannot do without, and all that are known."""

    required: frozenset[str]
    optional: frozenset[str] = field(default=frozenset())

    def fit(self, head: bytes, *, without: frozenset[str] = frozenset()) -> bool:
        """Whether the first line of `head` has the required columns and none of `without`.

        >>> Columns(frozenset({"la", "mca"})).fit(b"mca,la,x\\nE47000007,E08000025,\\n")
        True
        """
        names = set(header(head))
        return self.required <= names and not names & without


def header(head: bytes) -> tuple[str, ...]:
    """The column names in the first line, stripped; empty if there is no such line.

    >>> header(b'a,"b, c" ,d')
    ('a', 'b, c', 'd')
    """
    first = head.lstrip().partition(b"\n")[0][:8192]
    if b"\0" in first:
        return ()
    text = first.decode("utf-8", "replace").strip("\r")
    try:
        row = next(csv.reader([text]), [])
    except csv.Error:
        return ()
    return tuple(name.strip() for name in row)


def rows(
    stream: BinaryIO, columns: Columns, intake: Intake
) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows as `(locator, fields)`; the locator is the line on which the row begins.

    Values are stripped. What cannot be used is reported to the intake.

    >>> import io
    >>> table = io.BytesIO(b"b,a\\n1,2\\n")
    >>> list(rows(table, Columns(frozenset({"a", "b"})), Intake("x.csv")))
    [('line 2', {'b': '1', 'a': '2'})]
    """
    fed: list[int] = []  # the lines that the csv reader took for the row it is reading

    def feed() -> Iterator[str]:
        for number, line in lines(stream, intake):
            if b"\0" in line:
                intake.reject(f"line {number}", "", "a NUL byte in the line", line[:200])
                continue
            fed.append(number)
            yield decode_text(line, intake)

    reader = csv.reader(feed())
    names: list[str] | None = None
    while True:
        fed.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = f"line {fed[0]}" if fed else "line"
            intake.reject(where, "", f"not readable as CSV: {error}")
            continue
        where = f"line {fed[0]}" if fed else "end of file"
        if not any(value.strip() for value in row):
            continue
        if names is None:
            names = [name.strip().lstrip("\ufeff") for name in row]
            if not _usable(names, columns, where, intake):
                return
            continue
        if len(row) > len(names) and not any(value.strip() for value in row[len(names) :]):
            row = row[: len(names)]
        if len(row) != len(names):
            reason = f"{len(row)} fields where the header has {len(names)}"
            if len(fed) > 1:  # a quote that is not closed takes the lines after it along
                reason += f" (the row runs to line {fed[-1]})"
            intake.reject(where, "", reason, ",".join(row)[:200])
            continue
        yield where, {name: value.strip() for name, value in zip(names, row, strict=True)}


def _usable(names: list[str], columns: Columns, where: str, intake: Intake) -> bool:
    missing = sorted(columns.required - set(names))
    if missing:
        intake.reject(where, "", f"the table lacks the column {', '.join(missing)}")
        return False
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        intake.reject(where, "", f"the table has the column {', '.join(repeated)} twice")
        return False
    for name in names:
        if name and not name.startswith("_") and name not in columns.required | columns.optional:
            intake.unknown_field(name)
    return True
