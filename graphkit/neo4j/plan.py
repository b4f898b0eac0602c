"""What has to change in the database so that it equals the property graph.

The plan is worked out in a temporary SQLite file beside the property graph's
own, so that its memory stays small however much differs. What the database
holds is learnt in one of four ways: nothing (it is empty), from the marker
(nothing to do), from the older snapshot that the marker names, or by reading it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.batching import batches
from graphkit.neo4j.reading import Counts, FoundNode, FoundRelationship, Reader
from graphkit.progress import Progress
from graphkit.property_graph.elements import NodeRow, RelationshipRow, digest_of, encoded
from graphkit.property_graph.graph import PropertyGraph, read_only

EMPTY, UNCHANGED, SNAPSHOT, DATABASE = "empty", "unchanged", "snapshot", "database"
CREATE, CHANGE, DELETE, DOUBLE = "create", "change", "delete", "double"
STRIP = "strip"
"""Takes a label from a node that is another of the graph's."""
_ROWS = 5_000

_TABLES = """
CREATE TABLE node_change (action TEXT, label TEXT, id TEXT);
CREATE TABLE relationship_change (
    action TEXT, n INTEGER, type TEXT, start_label TEXT, start TEXT, end_label TEXT, "end" TEXT,
    key TEXT);
"""
_ENDS = """s.label, s.id, e.label, e.id"""


@dataclass(frozen=True)
class Ends:
    """Which relationship: type, labels and ids of its ends, and key."""

    type: str
    start_label: str
    start: str
    end_label: str
    end: str
    key: str


@dataclass
class Count:
    """How many are created, changed and deleted."""

    create: int = 0
    change: int = 0
    delete: int = 0

    def __bool__(self) -> bool:
        return bool(self.create or self.change or self.delete)


@dataclass
class Totals:
    """Counts by label or type."""

    nodes: dict[str, Count] = field(default_factory=dict)
    relationships: dict[str, Count] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.nodes.values()) or any(self.relationships.values())


class Plan:
    """The changes that make the database equal to `graph`. Use it as a context manager."""

    def __init__(self, graph: PropertyGraph, basis: str, present: Counts = ({}, {})) -> None:
        self.graph = graph
        self.basis = basis
        self.present = present
        """How many nodes and relationships the database has."""
        self._folder = tempfile.TemporaryDirectory(prefix="graphkit-plan-")
        self.work = sqlite3.connect(Path(self._folder.name) / "plan.sqlite", uri=True)
        self.work.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE;"
            "PRAGMA cache_size=-32768;" + _TABLES
        )
        self._attach(graph.path, "g")

    def _attach(self, path: Path, name: str) -> None:
        self.work.execute(f"ATTACH ? AS {name}", (read_only(path),))

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *_: object) -> None:
        self.work.close()
        self._folder.cleanup()

    def totals(self) -> Totals:
        """How much there is to do, by label and type."""
        totals = Totals()
        if self.basis == EMPTY:
            counts = self.graph.node_counts()
            totals.nodes = {label: Count(create=count) for label, count in counts.items()}
            kinds = self.graph.relationship_counts()
            totals.relationships = {type_: Count(create=count) for type_, count in kinds.items()}
            return totals
        for table, column, into in (
            ("node_change", "label", totals.nodes),
            ("relationship_change", "type", totals.relationships),
        ):
            rows = self.work.execute(
                f"SELECT {column}, action, COUNT(*) FROM {table} GROUP BY 1, 2 ORDER BY 1"
            )
            for name, action, count in rows:
                found = into.setdefault(name, Count())
                action = DELETE if action in (DOUBLE, STRIP) else action
                setattr(found, action, getattr(found, action) + count)
        return totals

    # ---- What to do ----

    def nodes(self, action: str, label: str) -> Iterator[NodeRow]:
        """The nodes to create, or the new state of those to change."""
        if self.basis == EMPTY:
            yield from self.graph.nodes(label) if action == CREATE else ()
            return
        rows = self.work.execute(
            """SELECT n.label, n.id, n.iri, n.digest, n.content FROM node_change c
               JOIN g.node n ON n.label = c.label AND n.id = c.id
               WHERE c.action = ? AND c.label = ? ORDER BY n.id""",
            (action, label),
        )
        for row in rows:
            yield NodeRow(*row)

    def deleted_nodes(self, label: str, action: str = DELETE) -> Iterator[str | None]:
        """Ids of the nodes to delete (or of another action); None for nodes without an id."""
        rows = self.work.execute(
            "SELECT DISTINCT id FROM node_change WHERE action = ? AND label = ? ORDER BY id",
            (action, label),
        )
        for (identifier,) in rows:
            yield identifier

    def relationships(self, action: str, type_: str) -> Iterator[RelationshipRow]:
        """The relationships to create, or the new state of those to change."""
        if self.basis == EMPTY:
            yield from self.graph.relationships(type_) if action == CREATE else ()
            return
        rows = self.work.execute(
            f"""SELECT r.type, {_ENDS}, r.key, r.content, s.iri, e.iri
               FROM relationship_change c JOIN g.relationship r ON r.n = c.n
               JOIN g.node s ON s.n = r.start JOIN g.node e ON e.n = r."end"
               WHERE c.action = ? AND c.type = ? ORDER BY r.n""",
            (action, type_),
        )
        for row in rows:
            yield RelationshipRow(*row)

    def ends(self, action: str, type_: str) -> Iterator[Ends]:
        """The relationships to delete, or those that stand several times."""
        rows = self.work.execute(
            """SELECT DISTINCT type, start_label, start, end_label, "end", key
               FROM relationship_change WHERE action = ? AND type = ? ORDER BY 2, 3, 4, 5, 6""",
            (action, type_),
        )
        for row in rows:
            yield Ends(*row)

    # ---- Working it out ----

    def from_snapshot(self, old: Path) -> None:
        """Compare with the property graph of an older snapshot, which the database holds."""
        run = self.work.execute
        self._attach(old, "old")
        run(
            """INSERT INTO node_change
               SELECT CASE WHEN o.id IS NULL THEN 'create' ELSE 'change' END, n.label, n.id
               FROM g.node n LEFT JOIN old.node o ON o.label = n.label AND o.id = n.id
               WHERE o.id IS NULL OR o.digest <> n.digest"""
        )
        run(
            """INSERT INTO node_change SELECT 'delete', o.label, o.id
               FROM old.node o LEFT JOIN g.node n ON o.label = n.label AND o.id = n.id
               WHERE n.id IS NULL"""
        )
        # A file that followed the other has most rows under the same number: these are passed
        # over in one go. What is left is sorted, or SQLite would look up each row.
        for this, other in (("g", "old"), ("old", "g")):
            run(
                f"""CREATE TEMP TABLE {this}_moved AS
                    SELECT identity, content FROM {this}.relationship r WHERE NOT EXISTS (
                        SELECT 1 FROM {other}.relationship o
                        WHERE o.n = r.n AND o.identity = r.identity AND o.content = r.content)"""
            )
        for name, this, other in (("came", "g", "old"), ("went", "old", "g")):
            run(
                f"""CREATE TEMP TABLE {name} AS
                    SELECT identity, content FROM temp.{this}_moved
                    EXCEPT SELECT identity, content FROM temp.{other}_moved ORDER BY 1, 2"""
            )
            run(f"CREATE INDEX temp.{name}_identity ON {name} (identity)")
        for action, table, others, database in (
            (CREATE, "came", "NOT IN", "g"),
            (CHANGE, "came", "IN", "g"),
            (DELETE, "went", "NOT IN", "old"),
        ):
            other = "went" if table == "came" else "came"
            run(
                f"""INSERT INTO relationship_change
                    SELECT ?, r.n, r.type, {_ENDS}, r.key FROM {database}.relationship r
                    JOIN {database}.node s ON s.n = r.start JOIN {database}.node e ON e.n = r."end"
                    WHERE r.identity IN (SELECT identity FROM {table})
                    AND r.identity {others} (SELECT identity FROM {other})""",
                (action,),
            )
        self.work.commit()
        self._without_lost_ends()

    def from_database(
        self,
        reader: Reader,
        progress: Progress,
        node: Callable[[FoundNode], None] = lambda found: None,
        relationship: Callable[[FoundRelationship], None] = lambda found: None,
    ) -> None:
        """Compare with everything that the database holds.

        `node` and `relationship` are shown each thing that was read.
        """
        work = self.work
        work.executescript(
            """CREATE TABLE seen_node (label TEXT, id TEXT, digest BLOB);
               CREATE TABLE seen_relationship (
                   type TEXT, start_label TEXT, start TEXT, end_label TEXT, "end" TEXT, key TEXT,
                   content BLOB);"""
        )
        read = 0
        nodes, relationships = self.present
        for label in sorted(nodes):
            for batch in batches(reader.nodes(label), _ROWS):
                for one in batch:
                    node(one)
                rows = [
                    (label, one.id, digest_of(encoded(one.properties, one.typed)))
                    for one in batch
                    if one.owner is None or one.id is None
                ]
                work.executemany("INSERT INTO seen_node VALUES (?, ?, ?)", rows)
                if len(rows) < len(batch):
                    surplus = [(STRIP, label, x.id) for x in batch if x.owner and x.id is not None]
                    work.executemany("INSERT INTO node_change VALUES (?, ?, ?)", surplus)
                read += len(batch)
                progress("reading nodes", read)
        read = 0
        for type_ in sorted(relationships):
            for several in batches(reader.relationships(type_), _ROWS):
                for link in several:
                    relationship(link)
                work.executemany(
                    "INSERT INTO seen_relationship VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (x.type, x.start_label, x.start, x.end_label, x.end, x.key,
                         encoded(x.properties, x.typed))
                        for x in several
                    ],
                )  # fmt: skip
                read += len(several)
                progress("reading relationships", read)
        self._compare_nodes()
        self._compare_relationships()
        work.commit()
        self._without_lost_ends()

    def _compare_nodes(self) -> None:
        run = self.work.execute
        run("CREATE INDEX seen_node_id ON seen_node (label, id)")
        run(
            """INSERT INTO node_change
               SELECT DISTINCT CASE WHEN x.id IS NULL THEN 'create' ELSE 'change' END, n.label, n.id
               FROM g.node n LEFT JOIN seen_node x ON x.label = n.label AND x.id = n.id
               WHERE x.id IS NULL OR x.digest <> n.digest"""
        )
        run(
            """INSERT INTO node_change SELECT 'delete', x.label, x.id
               FROM seen_node x LEFT JOIN g.node n ON n.label = x.label AND n.id = x.id
               WHERE n.id IS NULL"""
        )
        run(
            """INSERT INTO node_change SELECT 'double', x.label, x.id
               FROM seen_node x JOIN g.node n ON n.label = x.label AND n.id = x.id
               GROUP BY 2, 3 HAVING COUNT(*) > 1"""
        )

    def _compare_relationships(self) -> None:
        run = self.work.execute
        run(
            """CREATE TABLE matched AS SELECT x.rowid AS seen, r.n, x.content = r.content AS same
               FROM seen_relationship x
               CROSS JOIN g.node s ON s.label = x.start_label AND s.id = x.start
               CROSS JOIN g.node e ON e.label = x.end_label AND e.id = x."end"
               JOIN g.relationship r
                 ON r.start = s.n AND r.type = x.type AND r."end" = e.n AND r.key = x.key"""
        )
        run("CREATE INDEX matched_n ON matched (n, same)")
        run("CREATE UNIQUE INDEX matched_seen ON matched (seen)")
        run(
            f"""INSERT INTO relationship_change SELECT 'create', r.n, r.type, {_ENDS}, r.key
                FROM g.relationship r JOIN g.node s ON s.n = r.start JOIN g.node e ON e.n = r."end"
                WHERE NOT EXISTS (SELECT 1 FROM matched m WHERE m.n = r.n)"""
        )
        for action, having in ((CHANGE, "MIN(same) = 0 OR COUNT(*) > 1"), (DOUBLE, "COUNT(*) > 1")):
            run(
                f"""INSERT INTO relationship_change SELECT ?, r.n, r.type, {_ENDS}, r.key
                    FROM (SELECT n FROM matched GROUP BY n HAVING {having}) m
                    JOIN g.relationship r ON r.n = m.n
                    JOIN g.node s ON s.n = r.start JOIN g.node e ON e.n = r."end" """,
                (action,),
            )
        run(
            """INSERT INTO relationship_change
               SELECT 'delete', NULL, type, start_label, start, end_label, "end", key
               FROM seen_relationship x
               WHERE NOT EXISTS (SELECT 1 FROM matched m WHERE m.seen = x.rowid)"""
        )

    def _without_lost_ends(self) -> None:
        """Relationships of nodes that are deleted go with them, and need no line of their own."""
        run = self.work.execute
        run("CREATE INDEX node_change_id ON node_change (label, id, action)")
        run(
            """DELETE FROM relationship_change WHERE action = 'delete' AND (
               start IS NULL OR "end" IS NULL
               OR EXISTS (SELECT 1 FROM node_change c WHERE c.action = 'delete'
                          AND c.label = start_label AND c.id = start)
               OR EXISTS (SELECT 1 FROM node_change c WHERE c.action = 'delete'
                          AND c.label = end_label AND c.id = "end"))"""
        )
        self.work.commit()
