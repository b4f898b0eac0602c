"""Rows: what a query answers, and writing them in the formats that every command offers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from graphkit.errors import UsageError

if TYPE_CHECKING:
    import networkx
    import pandas

LIST_JOINT = "; "
"""What stands between the values of a list in formats whose cells hold text."""
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "markdown")
_BY_EXTENSION = {
    "csv": "csv",
    "tsv": "tsv",
    "json": "json",
    "ndjson": "ndjson",
    "jsonl": "ndjson",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "table",
}


@dataclass(frozen=True)
class Result:
    """The rows of a query. Values are str, int, float, bool, None or lists; in Cypher maps, too.

    `remarks` are what the user should know about how names were understood, `units` the units
    of columns that have one, `network` the two columns that hold the ends of edges.

    >>> result = Result(("a", "b", "n"), [("x", "y", 2)], network=("a", "b"))
    >>> result.dicts()
    [{'a': 'x', 'b': 'y', 'n': 2}]
    >>> list(result.to_networkx().edges(data=True))
    [('x', 'y', {'n': 2})]
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    remarks: tuple[str, ...] = ()
    truncated: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    network: tuple[str, ...] = ()

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame; its `attrs["units"]` are the units.

        Raises UsageError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise UsageError(
                "pandas is not installed", hint="pip install 'graphkit[pandas]'"
            ) from None
        frame = pandas.DataFrame.from_records(self.rows, columns=list(self.columns))
        frame.attrs["units"] = dict(self.units)
        return frame

    def to_networkx(self) -> networkx.MultiDiGraph[Any]:
        """The rows as edges: from the first column of `network` to the second.

        All other columns become attributes of the edge. Raises UsageError where the rows are
        no network.
        """
        if not self.network:
            raise UsageError(
                "the rows of this query are no network",
                hint="look among those of `graphkit queries list --tag network`",
            )
        import networkx

        graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph()
        for row in self.dicts():
            start, end = (row.pop(name) for name in self.network)
            if start is not None and end is not None:
                graph.add_edge(start, end, **row)
        return graph


def format_of(path: str) -> str:
    """The format that a file's extension stands for.

    >>> format_of("answer.csv")
    'csv'
    """
    extension = path.rpartition(".")[2].lower()
    if extension not in _BY_EXTENSION:
        raise UsageError(
            f"{path}: no format goes by that extension", hint=f"--format {'|'.join(FORMATS)}"
        )
    return _BY_EXTENSION[extension]


def write_rows(
    out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str, base: str = ""
) -> None:
    """Write rows to `out`. Tables shorten addresses under `base`; the others keep them."""
    writer = {
        "csv": _csv,
        "tsv": _tsv,
        "json": _json,
        "ndjson": _ndjson,
        "markdown": _markdown,
        "table": _table,
    }[form]
    if form in ("table", "markdown"):
        rows = ([_short(value, base) for value in row] for row in rows)
    elif form in ("csv", "tsv"):
        rows = ([_plain(value) for value in row] for row in rows)
    writer(out, columns, rows)


def _short(value: Any, base: str) -> str:
    if isinstance(value, list):
        return LIST_JOINT.join(_short(one, base) for one in value)
    text = str(_plain(value))
    return text.removeprefix(f"{base}id/") if base else text


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return LIST_JOINT.join(str(_plain(one)) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _csv(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def _tsv(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for row in (columns, *rows):
        out.write("\t".join(_cell(value) for value in row) + "\n")


def _cell(value: Any) -> str:
    text = str(value).replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _json(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    out.write(msgspec.json.format(msgspec.json.encode(objects)).decode() + "\n")


def _ndjson(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        out.write(msgspec.json.encode(dict(zip(columns, row, strict=True))).decode() + "\n")


def _markdown(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    def line(cells: Iterable[str]) -> str:
        safe = (c.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for c in cells)
        return f"| {' | '.join(safe)} |\n"

    out.write(line(columns))
    out.write(f"|{' --- |' * len(columns)}\n")
    for row in rows:
        out.write(line(str(value) for value in row))


def _table(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for reading; a few rows of many columns stand as one block a row."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = [[str(value) for value in row] for row in rows]
    if not kept:
        out.write("(no rows)\n")
        return
    console = Console(
        file=out, width=None if out.isatty() else 100, highlight=False, soft_wrap=False
    )
    widths = [
        max(len(column), *(min(len(row[i]), 60) for row in kept))
        for i, column in enumerate(columns)
    ]
    upright = sum(widths) + 2 * len(widths) > max(console.width, 80) and len(columns) > 5
    if not upright:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for column in columns:
            table.add_column(Text(column), overflow="fold")
        for row in kept:
            table.add_row(*(Text(_visible(value)) for value in row))
        console.print(table)
        return
    for number, row in enumerate(kept):
        if number:
            console.print()
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for column, value in zip(columns, row, strict=True):
            if value:
                table.add_row(Text(column), Text(_visible(value)))
        console.print(table)


def _visible(text: str) -> str:
    """Nothing in a value may steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def to_text(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> str:
    """Rows as text in a format.

    >>> to_text(["a"], [[1], [None]], "csv")
    'a\\n1\\n""\\n'
    """
    out = io.StringIO()
    write_rows(out, columns, rows, form)
    return out.getvalue()
