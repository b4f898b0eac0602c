"""Making the file of a snapshot's property graph."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from graphkit.collector import rare_collection
from graphkit.gzipped import open_gzip
from graphkit.progress import Progress
from graphkit.property_graph.elements import (
    Relationship,
    Value,
    decoded,
    digest_of,
    encoded,
    identity_of,
    sum_of,
    weight_of_node,
    weight_of_relationship,
)
from graphkit.property_graph.gathering import Batch, OutOfOrderError, in_order, scattered
from graphkit.property_graph.projection import Projected, Projector, Statements, line
from graphkit.property_graph.schema import ONE_WAY, OTHER_SOURCES, SOURCE, GraphSchema
from graphkit.property_graph.statements import StatementWriter

_Gathering = Callable[[BinaryIO, Projector, sqlite3.Connection], Iterator[Batch]]

# The file is of no use before it is whole, so nothing has to survive a crash.
_TABLES = """
PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
PRAGMA locking_mode=EXCLUSIVE;
PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;
CREATE TABLE node (
    n INTEGER PRIMARY KEY, label TEXT NOT NULL, id TEXT NOT NULL, iri TEXT NOT NULL,
    digest BLOB NOT NULL, content BLOB NOT NULL);
CREATE TABLE relationship (
    n INTEGER PRIMARY KEY, type TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    key TEXT NOT NULL, identity BLOB NOT NULL, content BLOB NOT NULL);
CREATE TABLE leftover (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TEMP TABLE found (
    n INTEGER PRIMARY KEY, label TEXT, id TEXT, iri TEXT, digest BLOB, content BLOB);
CREATE TEMP TABLE term (iri TEXT);
CREATE TEMP TABLE staged (
    type TEXT, start INTEGER, "end" TEXT, key TEXT, identity BLOB, content BLOB);
CREATE TEMP TABLE ranked (
    n INTEGER PRIMARY KEY, staged INTEGER, start INTEGER, "end" INTEGER);
CREATE TEMP TABLE qualification (type TEXT, start TEXT, "end" TEXT, key TEXT, content BLOB);
CREATE TEMP TABLE repeated (identity BLOB, source TEXT, line TEXT);
"""
NODE_GAP, RELATIONSHIP_GAP = 4_096, 1_024
"""How far apart two neighbours are numbered, so that others find a place between them."""
# Numbers tell the order, and nothing else may: what comes later has to find the same place.
_NODES = f"""
CREATE TEMP TABLE place (found INTEGER PRIMARY KEY, n INTEGER);
INSERT INTO place SELECT n, {NODE_GAP} * ROW_NUMBER() OVER (ORDER BY label, id) FROM found;
INSERT INTO node SELECT p.n, f.label, f.id, f.iri, f.digest, f.content
FROM place p CROSS JOIN found f ON f.n = p.found ORDER BY p.n;
CREATE UNIQUE INDEX node_iri ON node (iri);
CREATE UNIQUE INDEX node_id ON node (label, id);
"""
_RANKED = """
INSERT INTO ranked (staged, start, "end") SELECT s.rowid, p.n, e.n
FROM staged s CROSS JOIN place p ON p.found = s.start CROSS JOIN node e ON e.iri = s."end"
ORDER BY s.type, p.n, e.n, s.key
"""
_RELATIONSHIPS = f"""
INSERT INTO relationship
SELECT {RELATIONSHIP_GAP} * r.n, s.type, r.start, r."end", s.key, s.identity, s.content
FROM ranked r CROSS JOIN staged s ON s.rowid = r.staged ORDER BY r.n
"""
_INDEXES = """
CREATE INDEX relationship_start ON relationship (start);
CREATE INDEX relationship_end ON relationship ("end");
"""
_SEPARATOR = "\n"
_QUALIFIED = """
SELECT s.rowid, s.start, n.iri, s."end", s.identity, s.content, q.key, q.content
FROM staged s CROSS JOIN found n ON n.n = s.start
CROSS JOIN qualification q ON q.start = n.iri AND q."end" = s."end" AND q.type = s.type
WHERE s.type = ?
"""
_BOTH_WAYS = f"""
SELECT s.rowid, s.identity, s.content, (
    SELECT GROUP_CONCAT(source, '{_SEPARATOR}')
    FROM (SELECT DISTINCT r.source FROM repeated r WHERE r.identity = s.identity))
FROM staged s WHERE s.type = ?
"""
_ROWS = 5_000
"""How many rows are in memory at a time."""


@dataclass(frozen=True)
class Part:
    """The property graph of a few things; `nowhere` are those of which it says nothing."""

    database: sqlite3.Connection
    nowhere: list[str]


_Staged = tuple[str, int, str, str, bytes, bytes]


def build_file(path: Path, quads: Path, schema: GraphSchema, base: str, progress: Progress) -> None:
    """Fill a new SQLite file from the quads of a snapshot."""
    try:
        _fill(path, quads, schema, base, progress, in_order)
    except (OutOfOrderError, sqlite3.IntegrityError):
        path.unlink()
        _fill(path, quads, schema, base, progress, scattered)


def _fill(
    path: Path,
    quads: Path,
    schema: GraphSchema,
    base: str,
    progress: Progress,
    gathering: _Gathering,
) -> None:
    with closing(sqlite3.connect(path)) as database, open_gzip(quads) as stream, rare_collection():
        database.executescript(_TABLES)
        builder = _Builder(database, schema, base)
        for projected, lines in gathering(stream, builder.projector, database):
            builder.add(projected, lines)
            progress("nodes and relationships", builder.number)
        builder.finish()
        database.commit()


def build_part(things: Mapping[str, Statements], schema: GraphSchema, base: str) -> Part:
    """The property graph of a few things, in memory: things are terms of N-Quads.

    What is folded into a thing, qualifies it, or tells the other direction of one of its
    relationships has to be among them, or is not there.
    """
    database = sqlite3.connect(":memory:")
    database.executescript(_TABLES)
    builder = _Builder(database, schema, base)
    projected: list[Projected] = []
    alone: dict[str, None] = {}
    for subject, statements in things.items():
        one = builder.projector.project(subject, statements, things.get)
        if one is None:
            alone[subject] = None
        else:
            projected.append(one)
    folded = {iri for one in projected for iri in one.folded}
    ontology = builder.projector.ontology_graph
    nowhere = [subject for subject in alone if subject not in folded]
    lines = [
        line(subject, one) for subject in nowhere for one in things[subject] if one[2] != ontology
    ]
    builder.add(projected, lines)
    builder.finish()
    return Part(database, nowhere)


class _Builder:
    """Puts projected things into tables, and what one of them cannot tell alone right."""

    def __init__(self, database: sqlite3.Connection, schema: GraphSchema, base: str) -> None:
        self.database = database
        self.schema = schema
        self.projector = Projector(schema, base)
        self.writer = StatementWriter(schema, base, with_ontology=True)
        self.number = 0
        self.total = 0
        self.plain: dict[str, bytes] = {}
        """Content of the relationships that hold nothing but a source."""

    def add(self, batch: list[Projected], lines: list[str]) -> None:
        """Put a batch into the tables."""
        nodes: list[tuple[int, str, str, str, bytes, bytes]] = []
        staged: list[_Staged] = []
        qualifications: list[tuple[str, str, str, str, bytes]] = []
        repeated: list[tuple[bytes, str, str]] = []
        leftover = list(lines)
        for projected in batch:
            node = projected.node
            self.number += 1
            content = encoded(node.properties, node.typed)
            digest = digest_of(content)
            nodes.append((self.number, node.label, node.id, node.iri, digest, content))
            self.total += weight_of_node(node.label, node.id, digest)
            staged += [self.staged(one, self.number) for one in projected.relationships]
            qualifications += [
                (one.type, one.start, one.end, one.key, encoded(one.properties, one.typed))
                for one in projected.qualifications
            ]
            repeated += [(one.identity, one.source, one.line) for one in projected.repeated]
            leftover += projected.leftover
        run = self.database.executemany
        run("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?)", nodes)
        run("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?)", staged)
        run("INSERT INTO qualification VALUES (?, ?, ?, ?, ?)", qualifications)
        run("INSERT INTO repeated VALUES (?, ?, ?)", repeated)
        self.leave(leftover)

    def leave(self, lines: list[str]) -> None:
        self.database.executemany(
            "INSERT OR IGNORE INTO leftover VALUES (?)", [(one,) for one in lines]
        )

    def staged(self, one: Relationship, number: int) -> _Staged:
        """A row for a relationship, which is counted in."""
        identity = identity_of(one.type, one.start, one.end, one.key)
        properties = one.properties
        if len(properties) == 1:
            source = str(properties[SOURCE])
            content = self.plain.get(source)
            if content is None:
                content = self.plain[source] = encoded(properties, one.typed)
        else:
            content = encoded(properties, one.typed)
        self.total += weight_of_relationship(identity, content)
        return one.type, number, one.end, one.key, identity, content

    def finish(self) -> None:
        """Everything that needs all things to be there."""
        self.qualify()
        self.check_directions()
        run = self.database.execute
        self.database.executescript(_NODES)
        if run("SELECT 1 FROM term JOIN node USING (iri) LIMIT 1").fetchone():
            raise OutOfOrderError("a thing with statements in the ontology's graph")
        run(_RANKED)
        run(_RELATIONSHIPS)
        ((whole,),) = run("SELECT (SELECT COUNT(*) FROM relationship) = COUNT(*) FROM staged")
        if not whole:
            self.leave_what_ends_nowhere()
        run("DROP TABLE temp.staged")
        self.database.executescript(_INDEXES)
        run("INSERT INTO meta VALUES ('digest', ?)", (sum_of(self.total),))

    def qualify(self) -> None:
        """Give each thing that says more about a relationship one of its own."""
        run = self.database.execute
        run("CREATE TEMP TABLE changed (n INTEGER PRIMARY KEY)")
        run("CREATE TEMP TABLE qualified AS SELECT * FROM staged WHERE 0")
        run('CREATE INDEX temp.qualification_ends ON qualification (start, "end", type)')
        for type_ in sorted(self.schema.qualified):
            rows = run(_QUALIFIED, (type_,))
            while some := rows.fetchmany(_ROWS):
                self.qualify_some(type_, some)
        run("DELETE FROM staged WHERE rowid IN (SELECT n FROM changed)")
        run("INSERT INTO staged SELECT * FROM qualified")

    def qualify_some(self, type_: str, rows: list[Any]) -> None:
        qualified: list[_Staged] = []
        for row, number, start, end, identity, content, key, extra in rows:
            properties, typed = decoded(content)
            more, more_typed = decoded(extra)
            one = Relationship(type_, start, end, key, properties | more, typed | more_typed)
            qualified.append(self.staged(one, number))
            if self.database.execute("INSERT OR IGNORE INTO changed VALUES (?)", (row,)).rowcount:
                self.total -= weight_of_relationship(identity, content)
        self.database.executemany("INSERT INTO qualified VALUES (?, ?, ?, ?, ?, ?)", qualified)

    def check_directions(self) -> None:
        """Mark the relationships whose other direction is not told as they are themselves."""
        run = self.database.execute
        run("CREATE INDEX temp.repeated_identity ON repeated (identity)")
        run("CREATE TEMP TABLE one_way (n INTEGER, identity BLOB, content BLOB)")
        run("CREATE TEMP TABLE told (identity BLOB PRIMARY KEY) WITHOUT ROWID")
        properties = self.schema.ontology.properties
        types = {properties[iri].relationship_type for iri in self.schema.inverses.values()}
        for type_ in sorted(filter(None, types)):
            run("INSERT INTO told SELECT identity FROM staged WHERE type = ?", (type_,))
            rows = run(_BOTH_WAYS, (type_,))
            while some := rows.fetchmany(_ROWS):
                marked = []
                for row, identity, content, others in some:
                    if others is not None and self.plain.get(others) == content:
                        continue
                    told, typed = decoded(content)
                    sources = {told[SOURCE], *_list(told.get(OTHER_SOURCES))}
                    if set((others or "").split(_SEPARATOR)) != sources:
                        changed = encoded({**told, ONE_WAY: True}, typed)
                        marked.append((row, identity, changed))
                        self.total += weight_of_relationship(identity, changed)
                        self.total -= weight_of_relationship(identity, content)
                self.database.executemany("INSERT INTO one_way VALUES (?, ?, ?)", marked)
        run(
            """INSERT OR IGNORE INTO leftover SELECT line FROM repeated
               WHERE identity IN (SELECT identity FROM one_way)
               OR identity NOT IN (SELECT identity FROM told)"""
        )
        run(
            """UPDATE staged SET content = one_way.content FROM one_way
               WHERE staged.rowid = one_way.n"""
        )

    def leave_what_ends_nowhere(self) -> None:
        """Keep the statements of relationships to what has no node."""
        rows = self.database.execute(
            """SELECT s.type, n.label, n.iri, s."end", s.identity, s.content
               FROM staged s JOIN found n ON n.n = s.start
               WHERE s."end" NOT IN (SELECT iri FROM node)"""
        )
        while some := rows.fetchmany(_ROWS):
            for type_, label, start, end, identity, content in some:
                self.total -= weight_of_relationship(identity, content)
                told = decoded(content)[0]
                self.leave(list(self.writer.relationship(type_, label, start, end, told)))


def _list(value: Value | None) -> list[Any]:
    return value if isinstance(value, list) else []
