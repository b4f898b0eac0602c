"""The property graphs of two snapshots side by side, in one connection to SQLite.

What is equal is passed over by its hash; only what differs is read. Everything that
grows with the number of changes lies in a temporary file, not in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

from graphkit.errors import SnapshotError, UsageError
from graphkit.progress import Progress, silent
from graphkit.property_graph.elements import Value, decoded
from graphkit.property_graph.graph import PropertyGraph, read_only
from graphkit.property_graph.schema import GraphSchema
from graphkit.snapshot import Snapshot

SIDES = ("old", "new")
_NODES = """
SELECT o.iri, o.content, n.content FROM old.node o
LEFT JOIN new.node n ON n.iri = o.iri AND n.label = o.label
WHERE o.label = :label AND (n.digest IS NULL OR n.digest <> o.digest)
UNION ALL
SELECT n.iri, NULL, n.content FROM new.node n WHERE n.label = :label
AND NOT EXISTS (SELECT 1 FROM old.node o WHERE o.iri = n.iri AND o.label = n.label)
ORDER BY 1
"""
# With an order, SQLite merges two sorted streams; without one it would look up each row.
_ONLY = """
INSERT INTO temp.only_here SELECT identity FROM {here}.relationship
EXCEPT SELECT identity FROM {there}.relationship ORDER BY 1
"""
_LINKS = """
CREATE TEMP TABLE {table} AS
SELECT r.type, s.label, s.iri AS start_iri, e.iri AS end_iri, r.key, r.content
FROM {here}.relationship r
JOIN {here}.node s ON s.n = r.start JOIN {here}.node e ON e.n = r."end"
WHERE r.identity IN (SELECT identity FROM temp.only_here)
"""
_CHOSEN_BY_TYPE = """
INSERT OR IGNORE INTO temp.{side}_chosen
SELECT identity, n FROM {side}.relationship WHERE n BETWEEN ? AND ? ORDER BY identity
"""
_CHOSEN_BY_START = """
INSERT OR IGNORE INTO temp.{side}_chosen SELECT r.identity, r.n FROM {side}.node s
CROSS JOIN {side}.relationship r ON r.start = s.n WHERE s.label = ? ORDER BY r.identity
"""
_CHOSEN_LINKS = """
CREATE TEMP TABLE {table} AS
SELECT r.type, s.label, s.iri AS start_iri, e.iri AS end_iri, r.key, r.content
FROM temp.{here}_chosen c CROSS JOIN {here}.relationship r ON r.n = c.n
CROSS JOIN {here}.node s ON s.n = r.start CROSS JOIN {here}.node e ON e.n = r."end"
WHERE c.identity NOT IN (SELECT identity FROM temp.{there}_chosen)
"""
# Numbers follow the order of types, so that those of a type stand together.
_TYPE_FROM = "SELECT n, type FROM {side}.relationship WHERE n >= ? ORDER BY n LIMIT 1"
_SAID_ANEW = """
SELECT s.iri, e.iri, o.content, n.content FROM new.relationship n
CROSS JOIN temp.held h ON h.identity = n.identity
CROSS JOIN old.relationship o ON o.n = h.n AND o.content <> n.content
CROSS JOIN new.node s ON s.n = n.start CROSS JOIN new.node e ON e.n = n."end"
WHERE n.n BETWEEN ? AND ? ORDER BY 1, 2, n.key
"""

Both = tuple[str, bytes | None, bytes | None]
"""An IRI with its content before and after, None where it was or is not there."""


class Pair:
    """Two snapshots, compared element by element."""

    def __init__(self, old: Snapshot, new: Snapshot, progress: Progress = silent) -> None:
        if old.manifest.base != new.manifest.base:
            raise UsageError(
                f"the two graphs name things differently: {old.manifest.base} and "
                f"{new.manifest.base}",
                hint="build both with one --base",
            )
        self.old, self.new = old, new
        self.base = new.manifest.base
        self.schema: GraphSchema
        paths, digests = [], []
        for snapshot in (old, new):
            with PropertyGraph.of(snapshot, progress) as graph:
                paths.append(graph.path)
                digests.append(graph.digest)
                self.schema = graph.schema
        self.equal = digests[0] == digests[1]
        # A database without a name is a file that SQLite itself removes.
        self.database = sqlite3.connect("", uri=True)
        run = self.database.execute
        run("PRAGMA temp_store=FILE")
        try:
            for side, path in zip(SIDES, paths, strict=True):
                run(f"ATTACH ? AS {side}", (read_only(path),))
                run(f"PRAGMA {side}.cache_size=-16384")
        except sqlite3.Error as error:
            raise SnapshotError(f"the property graph cannot be read: {error}") from None

    def differing(self, label: str) -> Iterator[Both]:
        """The nodes of a label whose hashes differ, or that one side has; sorted by IRI."""
        yield from self.database.execute(_NODES, {"label": label})

    def compare_links(self, types: Iterable[str] | None = None, label: str = "") -> None:
        """Find the relationships that one side has: tables `gained` and `lost`.

        With `types`, only those of some types, and those that begin at things of a label.
        """
        run = self.database.execute
        if types is not None:
            self._choose(types, label)
        else:
            run("CREATE TEMP TABLE only_here (identity BLOB PRIMARY KEY) WITHOUT ROWID")
        for table, here, there in (("gained", "new", "old"), ("lost", "old", "new")):
            if types is not None:
                run(_CHOSEN_LINKS.format(table=table, here=here, there=there))
            else:
                run("DELETE FROM temp.only_here")
                run(_ONLY.format(here=here, there=there))
                run(_LINKS.format(table=table, here=here))
            run(f"CREATE INDEX temp.{table}_type ON {table} (type, start_iri, end_iri)")

    def _choose(self, types: Iterable[str], label: str) -> None:
        """Lay down the relationships that are compared, by side."""
        run = self.database.execute
        for side in SIDES:
            run(
                f"CREATE TEMP TABLE {side}_chosen "
                "(identity BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID"
            )
            for type_ in types:
                run(_CHOSEN_BY_TYPE.format(side=side), self._numbers(side, type_))
            run(_CHOSEN_BY_START.format(side=side), (label,))

    def _numbers(self, side: str, type_: str) -> tuple[int, int]:
        """The first and the last number that a relationship of a type may have."""
        query = f"SELECT COALESCE(MAX(n), 0) FROM {side}.relationship"
        (last,) = self.database.execute(query).fetchone()

        def first(beyond: Callable[[str], bool]) -> int:
            low, high = 0, last + 1
            while low < high:
                middle = (low + high) // 2
                row = self.database.execute(_TYPE_FROM.format(side=side), (middle,)).fetchone()
                if row is None or beyond(row[1]):
                    high = middle
                else:
                    low = row[0] + 1
            return low

        return first(lambda other: other >= type_), first(lambda other: other > type_) - 1

    def one_sided(self, table: str, type_: str) -> Iterator[tuple[str, str, str, bytes]]:
        """Start, end, key and content of `gained` or `lost` relationships of a type."""
        yield from self.database.execute(
            f"SELECT start_iri, end_iri, key, content FROM temp.{table} WHERE type = ? "
            "ORDER BY start_iri, end_iri, key",
            (type_,),
        )

    def said_anew(self, type_: str) -> Iterator[tuple[str, str, bytes, bytes]]:
        """Start, end and content before and after of relationships that both sides have."""
        run = self.database.execute
        run("CREATE TEMP TABLE held (identity BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        run(
            "INSERT INTO temp.held SELECT identity, n FROM old.relationship "
            "WHERE n BETWEEN ? AND ? ORDER BY identity",
            self._numbers("old", type_),
        )
        yield from self.database.execute(_SAID_ANEW, self._numbers("new", type_))
        run("DROP TABLE temp.held")

    def properties(self, iri: str) -> dict[str, Value]:
        """What a node holds, in the new graph or else in the old one."""
        for side in reversed(SIDES):
            query = f"SELECT content FROM {side}.node WHERE iri = ?"
            row = self.database.execute(query, (iri,)).fetchone()
            if row:
                return decoded(row[0])[0]
        return {}

    def name(self, iri: str) -> str:
        """What a thing is called."""
        return str(self.properties(iri).get("name", iri))

    def key(self, iri: str) -> str:
        """An IRI as tables show it: `question/16604`."""
        return iri.removeprefix(f"{self.base}id/")

    def close(self) -> None:
        """Close the files; the temporary one goes."""
        self.database.close()

    def __enter__(self) -> Pair:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
