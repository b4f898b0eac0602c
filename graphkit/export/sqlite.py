"""A SQLite database that a person can query: a table for each class and each relationship type.

    node                    id, class and name of everything
    project, funder, …      a class: id and a column for each property
    led_by, addresses, …    a relationship type: source and target (ids), key, its properties
    led_by_named, …         the same with the names of both ends (views)
    links                   all relationships with class and name of both ends (a view)
    columns                 what each column holds, with its meaning
    about, sources          where it comes from, licences, what was chosen

Tables of classes are named like the class in small letters (`research_question`), those of
relationships like the type. Which questions does a department's research speak to?

    SELECT project.title, research_question.text, addresses.degree
    FROM addresses
    JOIN project ON project.id = addresses.source
    JOIN research_question ON research_question.id = addresses.target

Numbers are numbers, booleans 0 and 1, dates and times ISO text (times in UTC), points
`POINT (longitude latitude)`, lists JSON, which SQLite's own functions read:

    SELECT project.id, other.value FROM project, json_each(project.same_as) AS other
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import msgspec

from graphkit.export.about import About, UsedSource
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, Survey
from graphkit.export.tables import (
    NODES,
    Column,
    codebook,
    columns_of,
    mixtures,
    remembered,
    row_of,
    text_of,
)
from graphkit.property_graph.elements import NodeRow
from graphkit.property_graph.schema import NAME
from graphkit.property_graph.values import DATE, DATETIME, POINT
from graphkit.subgraph.subgraph import link_values, node_values, short_key

APPLICATION = 0x676B6974
"""In the file's header: `gkit`."""
NODE, LINKS, COLUMNS, ABOUT, SOURCES = "node", "links", "columns", "about", "sources"
NAMED = "_named"
_BATCH = 2_000
_ANALYSED = 1_000
"""Rows of an index that are looked at for the statistics by which queries are planned."""
_TYPES: Mapping[str, str] = {
    INTEGER: "INTEGER",
    FLOAT: "REAL",
    BOOLEAN: "BOOLEAN",
    DATE: "DATE",
    DATETIME: "DATETIME",
}
_WORDS = re.compile("(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Plan:
    """The names of tables, and the columns of each, by class and by relationship type."""

    nodes: Mapping[str, tuple[str, list[Column]]]
    relationships: Mapping[str, tuple[str, list[Column]]]


def plan(survey: Survey) -> Plan:
    """What the database is to look like."""
    taken = {NODE, LINKS, COLUMNS, ABOUT, SOURCES}
    nodes = {
        label: (_free(_WORDS.sub("_", label), taken), columns_of(kinds, ["id"]))
        for label, kinds in survey.nodes.items()
    }
    links = {
        type_: (_free(type_, taken), columns_of(kinds, ["source", "target", "key"]))
        for type_, kinds in survey.relationships.items()
    }
    return Plan(nodes, links)


def _free(words: str, taken: set[str]) -> str:
    """A name for a table and its view that no other has."""
    name = words.lower()
    while taken.intersection((name, f"{name}{NAMED}")):
        name += "_"
    taken.update((name, f"{name}{NAMED}"))
    return name


def quoted(name: str) -> str:
    """A name as SQL takes it.

    >>> quoted("project"), quoted('a "b"')
    ('"project"', '"a ""b""\"')
    """
    return '"{}"'.format(name.replace('"', '""'))


def write(export: Export, output: Output) -> None:
    """Write the database."""
    planned = plan(export.survey)
    with closing(sqlite3.connect(output.path(), isolation_level=None)) as database:
        for setting in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            "cache_size=-65536",
            f"application_id={APPLICATION}",
        ):
            database.execute(f"PRAGMA {setting}")
        database.execute("BEGIN")
        _describe(database, export, planned)
        _nodes(database, export, planned)
        _relationships(database, export, planned)
        _views(database, planned)
        database.execute("COMMIT")
        database.execute(f"PRAGMA analysis_limit={_ANALYSED}")
        database.execute("ANALYZE")


# ---- What it says of itself ----


def _describe(database: sqlite3.Connection, export: Export, planned: Plan) -> None:
    database.execute(f"CREATE TABLE {ABOUT} (name TEXT NOT NULL, value TEXT NOT NULL)")
    database.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", export.about.pairs())
    _sources(database, export.about)
    tables = {NODES: planned.nodes}

    def table(of: str, kind: str) -> tuple[str, list[Column]]:
        return tables.get(kind, planned.relationships)[of]

    entries = codebook(export.survey, export.subgraph.schema, lambda kind, of: table(of, kind)[1])
    database.execute(
        f"CREATE TABLE {COLUMNS} (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
        "property TEXT NOT NULL, kind TEXT NOT NULL, kinds_of_values TEXT NOT NULL, "
        "count_of_values INTEGER NOT NULL, meaning TEXT NOT NULL)"
    )
    database.executemany(
        f"INSERT INTO {COLUMNS} VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                table(one.of, one.table)[0],
                one.column,
                one.property,
                one.kind,
                one.values,
                one.count,
                one.meaning,
            )
            for one in entries
        ),
    )


def _sources(database: sqlite3.Connection, about: About) -> None:
    names = UsedSource.__struct_fields__
    listed = ", ".join(f"{name} TEXT" for name in names)
    database.execute(f"CREATE TABLE {SOURCES} ({listed})")
    database.executemany(
        f"INSERT INTO {SOURCES} VALUES ({_marks(len(names))})",
        (msgspec.structs.astuple(one) for one in about.sources),
    )


# ---- Tables ----


def _nodes(database: sqlite3.Connection, export: Export, planned: Plan) -> None:
    database.execute(
        f"CREATE TABLE {NODE} (id TEXT PRIMARY KEY, class TEXT NOT NULL, name TEXT) WITHOUT ROWID"
    )
    prefix = f"{export.subgraph.base}id/"
    for label, rows in groupby(export.subgraph.nodes(), attrgetter("label")):
        table, columns = planned.nodes[label]
        declared = _declared((f"id TEXT PRIMARY KEY REFERENCES {NODE}",), columns)
        database.execute(f"CREATE TABLE {quoted(table)} ({declared})")
        cells = _cells(columns)
        insert = f"INSERT INTO {quoted(table)} VALUES ({_marks(1 + len(columns))})"
        while some := list(islice(rows, _BATCH)):
            made = [_node(row, prefix, columns, cells) for row in some]
            database.executemany(
                f"INSERT INTO {NODE} VALUES (?, ?, ?)",
                ((values[0], label, name) for values, name in made),
            )
            database.executemany(insert, (values for values, _ in made))


def _node(
    row: NodeRow, prefix: str, columns: list[Column], cells: Callable[[list[Any]], list[Any]]
) -> tuple[list[Any], Any]:
    """A row of a class's table, and the name of the node."""
    properties, typed = node_values(row.content)
    values = cells(row_of(columns, properties, typed))
    return [short_key(row.iri, prefix), *values], properties.get(NAME)


def _relationships(database: sqlite3.Connection, export: Export, planned: Plan) -> None:
    prefix = f"{export.subgraph.base}id/"
    ends = tuple(f"{end} TEXT NOT NULL REFERENCES {NODE}" for end in ("source", "target"))
    for type_, rows in groupby(export.subgraph.relationships(), attrgetter("type")):
        table, columns = planned.relationships[type_]
        database.execute(
            f"CREATE TABLE {quoted(table)} ({_declared((*ends, 'key TEXT NOT NULL'), columns)})"
        )
        rest = remembered(_rest(columns))
        database.executemany(
            f"INSERT INTO {quoted(table)} VALUES ({_marks(3 + len(columns))})",
            (
                (
                    short_key(link.start_iri, prefix),
                    short_key(link.end_iri, prefix),
                    link.key,
                    *rest(link.content),
                )
                for link in rows
            ),
        )
        for end in ("source", "target"):
            index = quoted(f"{table}_{end}")
            database.execute(f"CREATE INDEX {index} ON {quoted(table)} ({end})")


def _rest(columns: list[Column]) -> Callable[[bytes], list[Any]]:
    cells = _cells(columns)
    return lambda content: cells(row_of(columns, *link_values(content)))


def _declared(first: Iterable[str], columns: Iterable[Column]) -> str:
    return ", ".join((*first, *(f"{quoted(one.name)} {_type(one.kind)}" for one in columns)))


def _type(kind: str) -> str:
    return "JSON" if kind.endswith(MANY) else _TYPES.get(kind, "TEXT")


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _cells(columns: Sequence[Column]) -> Callable[[list[Any]], list[Any]]:
    """Makes lists and points of a row text, in place."""
    texts = [
        (place, column.kind)
        for place, column in enumerate(columns)
        if column.kind.endswith(MANY) or column.kind == POINT
    ]

    def cells(values: list[Any]) -> list[Any]:
        for place, kind in texts:
            if values[place] is not None:
                values[place] = text_of(values[place], kind)
        return values

    return cells


# ---- Views ----


def _views(database: sqlite3.Connection, planned: Plan) -> None:
    parts = []
    for type_, (table, columns) in planned.relationships.items():
        both = (
            f"FROM {quoted(table)} AS r JOIN {NODE} AS s ON s.id = r.source "
            f"JOIN {NODE} AS t ON t.id = r.target"
        )
        own = "".join(f", r.{quoted(one.name)}" for one in columns)
        database.execute(
            f"CREATE VIEW {quoted(table + NAMED)} AS SELECT r.source, s.name AS source_name, "
            f"r.target, t.name AS target_name, r.key{own} {both}"
        )
        literal = type_.replace("'", "''")
        parts.append(
            f"SELECT '{literal}' AS type, r.source, s.class AS source_class, "
            "s.name AS source_name, r.target, t.class AS target_class, "
            f"t.name AS target_name, r.key {both}"
        )
    nothing = "SELECT '' AS type, '' AS source, '' AS target WHERE 0"
    database.execute(f"CREATE VIEW {LINKS} AS {' UNION ALL '.join(parts) or nothing}")


def losses(survey: Survey) -> list[str]:
    """What columns of one kind cannot hold."""
    return mixtures("SQLite", survey.nodes, survey.relationships)


FORMAT = Format("sqlite", "SQLite database", ("sqlite", "db", "sqlite3"), write, losses)
