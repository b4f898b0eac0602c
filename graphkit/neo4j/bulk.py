"""First loads without a network: a folder of files from which a database is filled.

`write_csv`, and `script` of `cypher_script`, take a whole property graph or a part of one;
only a database that was filled with a whole one is marked as such.

The folder that `export` writes appears whole or not at all, and the same graph gives the same
bytes. A folder that is there already is replaced only where this module made all that is in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from graphkit import __version__
from graphkit.errors import UsageError
from graphkit.neo4j.bulk_csv import (
    Elements,
    Layout,
    Place,
    Repair,
    Table,
    survey,
    write_tables,
)
from graphkit.neo4j.cypher_script import (
    AWAIT,
    literal,
    marker_statements,
    name,
    script,
    string,
)
from graphkit.neo4j.marker import Marker
from graphkit.neo4j.schema import SchemaItem, schema_items
from graphkit.progress import Progress, silent
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import GraphSchema
from graphkit.snapshot import Snapshot

CSV, CYPHER = "csv", "cypher"
PARTS = (CSV, CYPHER)
CONTENTS = "export.json"
SCHEMA, LOAD, IMPORT, README = "schema.cypher", "load.cypher", "import.sh", "README.txt"
REPORT = "import.report"
"""What neo4j-admin leaves in the folder."""
_BUFFER = 4 << 20
"""What neo4j-admin reads at a time if nothing else is asked for; a value has to fit in."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What an export wrote down of itself: rows (CSV) or statements (Cypher) by file."""

    made_by: str
    graphkit: str
    snapshot: str
    digest: str
    nodes: int
    relationships: int
    files: dict[str, int]


@dataclass
class Export:
    """What was written."""

    folder: Path
    contents: Contents
    bytes: int


_MADE_BY = "graphkit neo4j export"
_AFTERWARDS = """\
Afterwards `graphkit neo4j verify` proves the database equal to the graph, and
`graphkit neo4j sync` finds nothing to do until the graph changes.
"""


def export(
    snapshot: Snapshot,
    graph: PropertyGraph,
    folder: Path,
    what: Sequence[str] = PARTS,
    progress: Progress = silent,
) -> Export:
    """Write the folder. Raises UsageError where it may not, or cannot, be written."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (a link is replaced by what it names)
    _check_target(folder)
    nodes, relationships = graph.node_counts(), graph.relationship_counts()
    marker = Marker.of(snapshot, graph, (nodes, relationships))
    files: dict[str, int] = {}
    with _appearing(folder) as partial:
        command: list[str] = []
        if CSV in what:
            items = schema_items(graph.schema)
            written, command = write_csv(graph, graph.schema, items, partial, marker, progress)
            files |= written
        if CYPHER in what:
            head = "// Fills an empty database. Stop at the first statement that fails.\n"
            statements = _reported(script(graph, schema_items(graph.schema), marker), progress)
            files[LOAD] = _write(partial / LOAD, statements, head=head)
        title = f"graphkit snapshot {snapshot.manifest.id}"
        _write(partial / README, [readme(title, what, command, _AFTERWARDS)])
        contents = Contents(
            made_by=_MADE_BY,
            graphkit=__version__,
            snapshot=snapshot.manifest.id,
            digest=graph.digest,
            nodes=sum(nodes.values()),
            relationships=sum(relationships.values()),
            files={name: files.get(name, 0) for name in _names(partial)},
        )
        data = msgspec.json.format(msgspec.json.encode(contents))
        (partial / CONTENTS).write_bytes(data + b"\n")
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    return Export(folder, contents, size)


def write_csv(
    elements: Elements,
    schema: GraphSchema,
    items: Sequence[SchemaItem],
    folder: Path,
    marker: Marker | None = None,
    progress: Progress = silent,
) -> tuple[dict[str, int], list[str]]:
    """Write the CSV files, import.sh and schema.cypher into a folder that is there.

    Gives back the rows (statements of Cypher) by file, and the arguments of the import.
    """
    layout = survey(elements, progress)
    repairs = write_tables(elements, layout, folder, progress)
    tables = [
        table for place in sorted(layout.tables, key=_nodes_first) for table in layout.tables[place]
    ]
    files = {table.name: table.rows for table in tables}
    head = f"// Run this when {IMPORT} has filled the database and the server is up.\n"
    statements = _after_import(schema, items, repairs, marker)
    files[SCHEMA] = _write(folder / SCHEMA, statements, head=head)
    command = _command(layout, tables)
    _write(folder / IMPORT, [_shell(command)])
    (folder / IMPORT).chmod(0o755)
    return files, command


def _nodes_first(place: Place) -> tuple[int, Place]:
    return len(place), place


def _write(path: Path, statements: Iterable[str], *, head: str = "") -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        for statement in statements:
            file.write(statement)
            count += 1
    return count


def _reported(statements: Iterable[str], progress: Progress) -> Iterator[str]:
    for number, statement in enumerate(statements):
        if number % 10 == 0:
            progress("writing Cypher", number)
        yield statement


def _after_import(
    schema: GraphSchema,
    items: Iterable[SchemaItem],
    repairs: Iterable[Repair],
    marker: Marker | None,
) -> Iterator[str]:
    """Constraints and indexes, what CSV cannot say, and at last the marker of a finished load."""
    yield from (f"{item.statement};\n" for item in items)
    yield AWAIT
    for repair in repairs:
        value = f"{name(repair.key)} = {literal(repair.value)};\n"
        if len(repair.place) == 1:
            node = f"(n:{name(repair.place[0])} {{id: {string(repair.ends[0])}}})"
            yield f"MATCH {node} SET n.{value}"
            continue
        start, type_, end = repair.place
        qualifier = schema.qualified.get(type_)
        which = (
            f" {{{name(qualifier.key)}: {string(repair.relationship_key)}}}" if qualifier else ""
        )
        which = which if repair.relationship_key else ""
        yield (
            f"MATCH (:{name(start)} {{id: {string(repair.ends[0])}}})-[r:{name(type_)}{which}]->"
            f"(:{name(end)} {{id: {string(repair.ends[1])}}}) SET r.{value}"
        )
    if marker is not None:
        yield from marker_statements(marker)


def _command(layout: Layout, tables: Sequence[Table]) -> list[str]:
    """The arguments of the import behind `database import full NAME`."""
    options = [
        "--multiline-fields=true",
        "--legacy-style-quoting=false",
        "--ignore-empty-strings=false",
        "--trim-strings=false",
        "--input-encoding=UTF-8",
        "--id-type=string",
        f"--array-delimiter=U+{ord(layout.delimiter):04X}",
    ]
    longest = max((table.longest for table in tables), default=0)
    if longest * 2 > _BUFFER:
        options.append(f"--read-buffer-size={longest * 2 + _BUFFER}")
    for table in tables:
        if len(table.place) == 1:
            options.append(f"--nodes={table.place[0]}={table.name}")
        else:
            options.append(f"--relationships={table.place[1]}={table.name}")
    return options


def _shell(options: Sequence[str]) -> str:
    lines = " \\\n".join(f"  '{option}'" for option in options)
    return f"""\
#!/bin/sh
# Fills a Neo4j database from the CSV files beside this script; see {README}.
#   sh {IMPORT} [DATABASE [OPTION ...]]
# The database must be stopped, and empty or not there. To throw away what it holds:
#   sh {IMPORT} neo4j --overwrite-destination=true
# NEO4J_ADMIN may name the program, with words before its own (no relative paths).
set -eu
cd "$(dirname "$0")"
database=${{1:-neo4j}}
if [ $# -gt 0 ]; then shift; fi
exec ${{NEO4J_ADMIN:-neo4j-admin}} database import full "$database" "$@" \\
{lines}
"""


def readme(title: str, what: Sequence[str], options: Sequence[str], afterwards: str) -> str:
    """How the files of a folder fill a database, step by step."""
    parts = [f"{title} for a new Neo4j database, version 5 or later.\n"]
    if CSV in what:
        command = " \\\n".join(f"     '{option}'" for option in options)
        parts.append(
            f"""\
Fast way, from CSV; the database is filled while it is stopped.
  1. Stop the server, or the database (STOP DATABASE neo4j).
  2. As the user of the server, in this folder (`sh {IMPORT}` does the same):
     neo4j-admin database import full neo4j \\
{command}
     A database that holds something already needs --overwrite-destination=true.
  3. Start the server. With an Enterprise server and a new name: CREATE DATABASE name.
  4. Constraints, indexes and the mark that the load is whole:
     cypher-shell -d neo4j -f {SCHEMA}
"""
        )
    if CYPHER in what:
        parts.append(
            f"""\
Plain way, for small graphs and servers whose disk is out of reach: an empty database, then
     cypher-shell -d neo4j -f {LOAD}
   It stops at the first statement that fails; empty the database before another try.
"""
        )
    return "\n".join([*parts, afterwards])


# ---- The folder ----


def _names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()
    )


def _check_target(folder: Path) -> None:
    """Raise UsageError unless the folder is not there, empty, or of this module's making."""
    if not os.path.lexists(folder):
        return
    another = "name a folder that is not there yet"
    if not folder.is_dir() or folder.is_symlink():
        raise UsageError(f"{folder}: is no folder", hint=another)
    present = set(_names(folder))
    if not present and not any(folder.iterdir()):
        return
    try:
        contents = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (OSError, msgspec.MsgspecError):
        contents = None
    if contents is None or contents.made_by != _MADE_BY:
        raise UsageError(
            f"{folder}: is there already and was not made by `graphkit neo4j export`", hint=another
        )
    strange = sorted(present - {*contents.files, CONTENTS, REPORT})
    if strange:
        raise UsageError(
            f"{folder}: holds {strange[0]}, which `graphkit neo4j export` did not put there",
            hint="move it away, or name another folder",
        )


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of `folder` when the block ends well."""
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            yield partial
            _check_target(folder)  # it may have come, or changed, meanwhile
            if folder.exists():
                folder.rename(old)
                try:
                    partial.rename(folder)
                except OSError:
                    old.rename(folder)
                    raise
            else:
                partial.rename(folder)
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written: {error.strerror or error}",
                hint="name another folder, and see that the disk has room",
            ) from None
    finally:
        for path in (partial, old):
            with suppress(OSError):
                shutil.rmtree(path, ignore_errors=True)
