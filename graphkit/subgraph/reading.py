"""Looking up nodes and relationships by number in the file of a property graph."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from graphkit.batching import batches
from graphkit.property_graph.elements import Value, decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.uk_areas import COUNTRIES, REGIONS

_STEPS = """
    SELECT r.n, r.type, r.key, r.content, f.n, o.n, o.label FROM temp.frontier f
    CROSS JOIN relationship r ON r.start = f.n CROSS JOIN node o ON o.n = r."end"
    UNION ALL
    SELECT r.n, r.type, r.key, r.content, f.n, o.n, o.label FROM temp.frontier f
    CROSS JOIN relationship r ON r."end" = f.n CROSS JOIN node o ON o.n = r.start
"""
_BETWEEN = """
    SELECT r.n, r.type, r.key, r.content, r.start, r."end" FROM temp.frontier f
    CROSS JOIN relationship r ON r.start = f.n
    WHERE EXISTS (SELECT 1 FROM temp.frontier g WHERE g.n = r."end") {kept} ORDER BY r.n
"""
_BETWEEN_MANY = """
    SELECT r.n, r.type, r.key, r.content, r.start, r."end" FROM relationship r
    WHERE r.start IN (SELECT n FROM temp.frontier) AND r."end" IN (SELECT n FROM temp.frontier)
    {kept} ORDER BY r.n
"""
_MANY_NODES = 20_000
"""From so many nodes on, reading all relationships in their order is quicker than by node."""


_MANY = 500
"""Values that a statement takes at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    """A relationship from a node at hand to another, in whichever direction it points."""

    number: int
    type: str
    key: str
    content: bytes
    here: int
    there: int
    label: str
    """Of the node there."""


class Reader:
    """Reads a property graph by the numbers that its file gives to nodes and relationships."""

    def __init__(self, graph: PropertyGraph) -> None:
        self.graph = graph
        self._database: sqlite3.Connection = graph.database
        self._database.execute("CREATE TEMP TABLE IF NOT EXISTS frontier (n INTEGER PRIMARY KEY)")

    def number(self, iri: str) -> int | None:
        """The number of a node; None for an IRI that has none."""
        row = self._database.execute("SELECT n FROM node WHERE iri = ?", (iri,)).fetchone()
        return int(row[0]) if row else None

    def labels(self, numbers: Iterable[int]) -> dict[int, str]:
        """The label of each node."""
        self._put(numbers)
        rows = "SELECT f.n, o.label FROM temp.frontier f JOIN node o ON o.n = f.n"
        return dict(self._database.execute(rows))

    def of_label(self, *labels: str) -> set[int]:
        """The nodes of these labels."""
        marks = ", ".join("?" * len(labels))
        rows = self._database.execute(f"SELECT n FROM node WHERE label IN ({marks})", labels)
        return {n for (n,) in rows}

    def all_labels(self) -> dict[int, str]:
        """The label of every node."""
        return dict(self._database.execute("SELECT n, label FROM node"))

    def properties(self, numbers: Iterable[int]) -> Iterator[tuple[int, dict[str, Value]]]:
        """The properties of nodes."""
        self._put(numbers)
        rows = "SELECT f.n, o.content FROM temp.frontier f JOIN node o ON o.n = f.n"
        for number, content in self._database.execute(rows).fetchall():
            yield number, decoded(content)[0]

    def steps(self, numbers: Iterable[int]) -> Iterator[Step]:
        """All relationships that begin or end at nodes."""
        self._put(numbers)
        for row in self._database.execute(_STEPS):
            yield Step(*row)

    def between(
        self, numbers: Collection[int], types: Iterable[str] | None = None
    ) -> Iterator[tuple[int, str, str, bytes, int, int]]:
        """Number, type, key, content, start and end of the relationships among nodes.

        All of them, or those of some types.
        """
        self._put(numbers)
        query = _BETWEEN_MANY if len(numbers) > _MANY_NODES else _BETWEEN
        asked = [] if types is None else sorted(types)
        kept = "" if types is None else f"AND r.type IN ({', '.join('?' * len(asked))})"
        yield from self._database.execute(query.format(kept=kept), asked)

    def ends(self, type_: str, starts: Iterable[int]) -> list[tuple[int, int]]:
        """Start and end of the relationships of a type that begin at nodes."""
        self._put(starts)
        return self._database.execute(
            'SELECT f.n, r."end" FROM temp.frontier f CROSS JOIN relationship r ON r.start = f.n '
            "WHERE r.type = ? ORDER BY r.n",
            (type_,),
        ).fetchall()

    def starts(self, type_: str, ends: Iterable[int]) -> set[int]:
        """Where the relationships of a type begin that end at nodes."""
        self._put(ends)
        rows = self._database.execute(
            'SELECT r.start FROM temp.frontier f CROSS JOIN relationship r ON r."end" = f.n '
            "WHERE r.type = ?",
            (type_,),
        )
        return {n for (n,) in rows}

    def iris(self, numbers: Iterable[int]) -> dict[int, str]:
        """The IRI of each node."""
        self._put(numbers)
        rows = "SELECT f.n, o.iri FROM temp.frontier f JOIN node o ON o.n = f.n"
        return dict(self._database.execute(rows))

    def places(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Label and id of each node: the order in which nodes are given."""
        self._put(numbers)
        rows = "SELECT f.n, o.label, o.id FROM temp.frontier f JOIN node o ON o.n = f.n"
        return {n: (label, id_) for n, label, id_ in self._database.execute(rows)}

    def covered_aspects(self, assessments: Iterable[str]) -> dict[str, set[int]]:
        """The aspects that assessments, given by their ids, say are covered."""
        found: dict[str, set[int]] = {}
        for some in batches(assessments, _MANY):
            marks = ", ".join("?" * len(some))
            rows = self._database.execute(
                'SELECT a.id, r."end" FROM node a CROSS JOIN relationship r ON r.start = a.n '
                f"WHERE a.label = 'Assessment' AND a.id IN ({marks}) AND r.type = 'COVERS_ASPECT'",
                some,
            )
            for assessment, aspect in rows:
                found.setdefault(assessment, set()).add(aspect)
        return found

    def regions(self) -> set[int]:
        """The regions of England and the other three countries."""
        codes = [*REGIONS, *(code for code in COUNTRIES if code[0] != "E")]
        marks = ", ".join("?" * len(codes))
        query = f"SELECT n FROM node WHERE label = 'Place' AND id IN ({marks})"
        return {n for (n,) in self._database.execute(query, codes)}

    def _put(self, numbers: Iterable[int]) -> None:
        run = self._database
        run.execute("DELETE FROM temp.frontier")
        run.executemany(
            "INSERT OR IGNORE INTO temp.frontier VALUES (?)", ((one,) for one in numbers)
        )
        run.commit()
