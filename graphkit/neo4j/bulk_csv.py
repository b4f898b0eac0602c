"""CSV files for `neo4j-admin database import full`.

One file holds the nodes of a label, or the relationships of a type between two labels.
A column has one kind of values; where nodes of a label have values of several
kinds under one key, those that do not fit go into a second file of that label.
What CSV has no word for, an empty list and a list of one empty string, is given
back to be set by Cypher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from graphkit.errors import UsageError
from graphkit.progress import Progress
from graphkit.property_graph.elements import NodeRow, RelationshipRow, Value, decoded
from graphkit.property_graph.schema import ID
from graphkit.property_graph.values import DATE, DATETIME, POINT

DELIMITERS: tuple[str, ...] = (*"\x1f\x1e\x1d\x1c", *map(chr, range(0xE000, 0xE100)))
"""What may stand between the elements of a list: the first that no element holds."""
STRING = "string"
_POINT = "point{crs:WGS-84}"
_LIST = "[]"
_STEP = 5_000
_UNUSUAL = re.compile(f"[{''.join(DELIMITERS)}]")

Place = tuple[str, ...]
"""Whose file it is: a label; or label, type and label."""


class Elements(Protocol):
    """What is to be written: a property graph, or a part of one.

    Nodes come in the order of their labels, relationships in that of their types; both can be
    asked for again.
    """

    def nodes(self) -> Iterator[NodeRow]:
        """All nodes."""
        ...

    def relationships(self) -> Iterator[RelationshipRow]:
        """All relationships."""
        ...


@dataclass
class Table:
    """One file: its columns with the kind of their values, and how much went into it."""

    name: str
    place: Place
    columns: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    longest: int = 0
    """Bytes of the longest row."""

    def takes(self, kinds: Mapping[str, str]) -> bool:
        """Whether values of these kinds fit into the columns, or beside them."""
        columns = self.columns
        return all(columns.get(key, kind) == kind for key, kind in kinds.items())


@dataclass
class Layout:
    """What has to be known of all rows before the first is written."""

    tables: dict[Place, list[Table]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    """Delimiters that stand in some element of a list."""

    def survey(
        self, place: Place, properties: Mapping[str, Value], typed: Mapping[str, str]
    ) -> None:
        """Take the kinds of one row into account."""
        kinds = {key: kind_of(value, typed.get(key, "")) for key, value in properties.items()}
        self.table(place, kinds).columns.update(kinds)
        for key, kind in kinds.items():
            if kind == STRING + _LIST:
                self.met.update(_UNUSUAL.findall("".join(properties[key])))  # type: ignore[arg-type]

    def table(self, place: Place, kinds: Mapping[str, str]) -> Table:
        """The first file of a place that takes values of these kinds."""
        tables = self.tables.setdefault(place, [])
        for table in tables:
            if table.takes(kinds):
                return table
        folder = "nodes" if len(place) == 1 else "relationships"
        number = f"-{len(tables) + 1}" if tables else ""
        tables.append(Table(f"{folder}/{'-'.join(place)}{number}.csv", place))
        return tables[-1]

    @property
    def delimiter(self) -> str:
        """What stands between the elements of lists. Raises UsageError where nothing is left."""
        for one in DELIMITERS:
            if one not in self.met:
                return one
        raise UsageError(
            "no character is left that could stand between the elements of a list in CSV",
            hint="export with --what cypher",
        )


@dataclass(frozen=True)
class Repair:
    """A property that CSV cannot say: of a node, or of a relationship with its ends and key."""

    place: Place
    ends: tuple[str, ...]
    relationship_key: str
    key: str
    value: Value


def kind_of(value: Value, kind: str) -> str:
    """The type of a value as the header of a column names it.

    >>> kind_of(1.5, ""), kind_of(["a"], ""), kind_of(["2026-01-31"], "date")
    ('double', 'string[]', 'date[]')
    """
    if kind == POINT:
        return _POINT
    if isinstance(value, list):
        return (kind_of(value[0], kind) if value else STRING) + _LIST
    if kind in (DATE, DATETIME):
        return kind
    if isinstance(value, bool):
        return "boolean"
    return "long" if isinstance(value, int) else "double" if isinstance(value, float) else STRING


def quoted(text: str) -> str:
    """A string as a field, so that an empty one is not taken for a missing one.

    >>> quoted('say "hi"'), quoted("")
    ('"say ""hi"\""', '\""')
    """
    return '"{}"'.format(text.replace('"', '""'))


def cell(value: Value, kind: str, delimiter: str) -> str:
    """A value as the field of a column of its kind.

    >>> cell([1, 2], "long[]", "|"), cell(True, "boolean", "|")
    ('"1|2"', 'true')
    """
    if kind == STRING:
        return quoted(str(value))
    if isinstance(value, list):
        if kind == _POINT:
            return f'"{{longitude:{float(value[0])!r}, latitude:{float(value[1])!r}}}"'
        return quoted(delimiter.join(map(_plain, value)))
    return _plain(value)


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def is_inexpressible(value: Value) -> bool:
    """Whether CSV has no field for it: no element and one empty element look the same."""
    return isinstance(value, list) and (not value or value == [""])


def survey(elements: Elements, progress: Progress) -> Layout:
    """Look at all rows once."""
    layout = Layout()
    nodes = 0
    for nodes, row in enumerate(elements.nodes(), 1):
        layout.survey((row.label,), *decoded(row.content))
        if nodes % _STEP == 0:
            progress("surveying", nodes)
    known: dict[Place, set[bytes]] = {}
    for number, link in enumerate(elements.relationships(), nodes + 1):
        # Most relationships of a type hold the same: a source and nothing else.
        place = _place(link)
        same = known.setdefault(place, set())
        if link.content not in same:
            layout.survey(place, *decoded(link.content))
            if len(same) < _STEP:
                same.add(link.content)
        if number % _STEP == 0:
            progress("surveying", number)
    return layout


def _place(row: RelationshipRow) -> Place:
    return row.start_label, row.type, row.end_label


def write_tables(
    elements: Elements, layout: Layout, folder: Path, progress: Progress
) -> list[Repair]:
    """Write all files, and give back what they cannot say."""
    with ExitStack() as opened:
        writer = _Writer(layout, folder, opened)
        for row in elements.nodes():
            properties, typed = decoded(row.content)
            writer.row((row.label,), [], (row.id,), properties, typed)
            if writer.rows % _STEP == 0:
                progress("writing CSV", writer.rows)
        for link in elements.relationships():
            properties, typed = decoded(link.content)
            ends = [quoted(link.start), quoted(link.end)]
            writer.row(_place(link), ends, (link.start, link.end), properties, typed, link.key)
            if writer.rows % _STEP == 0:
                progress("writing CSV", writer.rows)
        return writer.repairs


class _Writer:
    """Puts rows into the files where they belong; those of labels are open one by one."""

    def __init__(self, layout: Layout, folder: Path, opened: ExitStack) -> None:
        self.layout = layout
        self.folder = folder
        self.opened = opened
        self.delimiter = layout.delimiter
        self.files: dict[str, TextIO] = {}
        self.order: dict[str, list[tuple[str, str]]] = {}
        self.repairs: list[Repair] = []
        self.rows = 0
        for name in ("nodes", "relationships"):
            (folder / name).mkdir()

    def file(self, table: Table) -> TextIO:
        """The file of a table, begun with its header."""
        file = self.files.get(table.name)
        if file is None:
            path = self.folder / table.name
            file = self.opened.enter_context(path.open("w", encoding="utf-8", newline=""))
            self.files[table.name] = file
            columns = _ordered(table)
            self.order[table.name] = columns
            file.write(f"{','.join(_header(table.place, columns))}\n")
        return file

    def row(
        self,
        place: Place,
        first: list[str],
        ends: tuple[str, ...],
        properties: Mapping[str, Value],
        typed: Mapping[str, str],
        key: str = "",
    ) -> None:
        """Write a row: `first` are fields before those of the columns."""
        kinds = {name: kind_of(value, typed.get(name, "")) for name, value in properties.items()}
        table = self.layout.table(place, kinds)
        file = self.file(table)
        fields = list(first)
        for name, kind in self.order[table.name]:
            value = properties.get(name)
            if value is None:
                fields.append("")
            elif is_inexpressible(value):
                fields.append("")
                self.repairs.append(Repair(place, ends, key, name, value))
            else:
                fields.append(cell(value, kind, self.delimiter))
        text = ",".join(fields)
        file.write(f"{text}\n")
        table.rows += 1
        self.rows += 1
        if len(text) * 4 > table.longest:
            table.longest = max(table.longest, len(text.encode()))


def _ordered(table: Table) -> list[tuple[str, str]]:
    columns = sorted(table.columns.items())
    if len(table.place) > 1:
        return columns
    return [(ID, table.columns[ID]), *(one for one in columns if one[0] != ID)]


def _header(place: Place, columns: Iterable[tuple[str, str]]) -> Iterator[str]:
    if len(place) > 1:
        yield f":START_ID({place[0]})"
        yield f":END_ID({place[2]})"
        yield from (f"{name}:{kind}" for name, kind in columns)
        return
    for name, kind in columns:
        yield f"{name}:ID({place[0]})" if name == ID else f"{name}:{kind}"
