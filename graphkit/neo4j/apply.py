"""Carrying out a plan: nodes, then relationships, then deletes."""

from __future__ import annotations

import time
from typing import Any

from graphkit.batching import batches, batches_by
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.plan import (
    CHANGE,
    CREATE,
    DELETE,
    DOUBLE,
    EMPTY,
    STRIP,
    Ends,
    Plan,
    Totals,
)
from graphkit.neo4j.reading import Reader, key_expression, told
from graphkit.neo4j.values import NOTHING, difference, from_driver, to_driver
from graphkit.neo4j.writing import Writers, Written
from graphkit.progress import Progress
from graphkit.property_graph.elements import NodeRow, RelationshipRow, decoded
from graphkit.property_graph.schema import ID

NODE_BATCH, RELATIONSHIP_BATCH = 2_000, 10_000
"""Rows of a transaction; measured, see docs/benchmarks.md."""
WITHDRAWN = "GraphkitWithdrawn"
"""The label of nodes that the snapshot no longer has and to which others have tied theirs."""


class Applier:
    """Writes a plan: nodes, then relationships, then deletes."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        progress: Progress,
        batch: int | None = None,
    ) -> None:
        self.plan = plan
        self.schema = plan.graph.schema
        self.reader = Reader(connection, self.schema)
        self.connection = connection
        self.progress = progress
        self.node_batch = batch or NODE_BATCH
        self.relationship_batch = batch or RELATIONSHIP_BATCH
        self.writers = Writers(connection)
        self.written = self.writers.written
        self.done = 0

    def run(self) -> Written:
        """Do everything; what was committed stays, whatever happens later."""
        with self.writers:
            self.writers.open()
            self.carry_out(self.plan.totals())
        return self.written

    def carry_out(self, totals: Totals) -> None:
        with self.stage("nodes"):
            for label, count in totals.nodes.items():
                if count.delete:
                    self.strip_nodes(label)
            if self.plan.basis != EMPTY:
                self.take_back()
            for label, count in totals.nodes.items():
                if count.create:
                    self.create_nodes(label)
                if count.change:
                    self.change_nodes(label)
        with self.stage("relationships"):
            for type_, count in totals.relationships.items():
                if count.delete:
                    self.undouble(type_)
                if count.create:
                    self.create_relationships(type_)
                if count.change:
                    self.change_relationships(type_)
        with self.stage("deletes"):
            for type_, count in totals.relationships.items():
                if count.delete:
                    self.delete_relationships(type_)
            for label, count in totals.nodes.items():
                if count.delete:
                    self.delete_nodes(label)

    def stage(self, name: str) -> _Stage:
        """Nothing of a stage is left to write when it ends."""
        return _Stage(self.writers, name)

    def write(self, query: str, rows: list[Any], expected: str = "", **more: Any) -> None:
        """Have a batch written by one of the sessions."""
        self.writers.submit(query, rows, expected, **more)

    def advance(self, what: str, count: int) -> None:
        self.done += count
        self.progress(what, self.done)

    # ---- Nodes ----

    def create_nodes(self, label: str) -> None:
        if self.plan.basis == EMPTY:
            query = f"CREATE (n:`{label}`) SET n = row"
            expected = "nodes_created"
        else:
            query = f"MERGE (n:`{label}` {{id: row.id}}) SET n += row"
            expected = ""
        for rows in batches(self.plan.nodes(CREATE, label), self.node_batch):
            self.write(query, [_values(row) for row in rows], expected)
            self.advance(f"creating {label}", len(rows))

    def change_nodes(self, label: str) -> None:
        query = f"MATCH (n:`{label}` {{id: row.id}}) SET n += row.changes"
        for rows in batches(self.plan.nodes(CHANGE, label), self.node_batch):
            found = self.reader.some_nodes(label, [row.id for row in rows])
            changed = [
                {"id": row.id, "changes": changes}
                for row in rows
                if (changes := difference(told(found.get(row.id)), decoded(row.content)))
            ]
            if changed:
                self.write(query, changed)
            self.advance(f"changing {label}", len(rows))

    def strip_nodes(self, label: str) -> None:
        """Take the label from nodes that are others of the graph's."""
        query = (
            f"MATCH (n:`{label}` {{id: row}}) "
            f"WHERE size([x IN labels(n) WHERE x IN $ours]) > 1 REMOVE n:`{label}`"
        )
        for rows in batches(self.plan.deleted_nodes(label, STRIP), self.node_batch):
            self.write(query, rows, ours=sorted(self.schema.labels))
        self.writers.drain()

    def delete_nodes(self, label: str) -> None:
        """Delete, but for what others have tied to a node: they keep it, without our label."""
        keys = self.schema.keys_of(label)
        for rows in batches(self.plan.deleted_nodes(label), self.node_batch):
            ids = [row for row in rows if row is not None]
            if ids:
                self.delete_some(label, f"MATCH (n:`{label}` {{id: row}})", ids, keys)
            if None in rows:
                every = keys.union(*map(self.schema.keys_of, self.schema.labels))
                nameless = "n.id IS NULL OR NOT n.id IS :: STRING"
                self.delete_some(label, f"MATCH (n:`{label}`) WHERE {nameless} WITH n", [0], every)
            self.advance(f"deleting {label}", len(rows))

    def delete_some(self, label: str, match: str, rows: list[Any], keys: frozenset[str]) -> None:
        """Delete the nodes that `match` finds; `keys` are those that graphkit may have written.

        What somebody else has given a label, a property or a relationship of theirs stays:
        where graphkit made the node, it is withdrawn and loses what graphkit tied to it.
        """
        ours = "any(x IN labels(m) WHERE x IN $ours)"
        tied = (
            f"{match} WHERE any(x IN labels(n) WHERE NOT x IN $ours) "
            "OR any(k IN keys(n) WHERE NOT k IN $keys) "
            f"OR EXISTS {{ (n)-[r]-(m) WHERE NOT type(r) IN $types OR NOT {ours} }} "
            "WITH n, any(x IN labels(n) WHERE NOT x IN $ours) "
            "AND (n.iri IS NULL OR n.source IS NULL) AS theirs "
            f"OPTIONAL MATCH (n)-[r]-(m) WHERE NOT theirs AND type(r) IN $types AND {ours} "
            f"DELETE r WITH DISTINCT n, theirs REMOVE n:`{label}` "
            "FOREACH (_ IN CASE WHEN theirs THEN [] ELSE [1] END | "
            f"SET n:{WITHDRAWN}, n.withdrawn_label = $label)"
        )
        self.writers.drain()
        before = self.written.labels_added
        self.write(
            tied,
            rows,
            label=label,
            ours=sorted(self.schema.labels),
            types=sorted(self.schema.types),
            keys=sorted(keys),
        )
        self.writers.drain()
        self.written.withdrawn += self.written.labels_added - before
        self.write(f"{match} DETACH DELETE n", rows)

    def take_back(self) -> None:
        """Give withdrawn nodes that the snapshot has again their label back."""
        query = f"MATCH (n:{WITHDRAWN}) RETURN n.withdrawn_label AS label, n.id AS id"
        by_label: dict[str, set[str]] = {}
        for row in self.connection.read(query):
            label, identifier = row["label"], row["id"]
            if not isinstance(label, str) or not isinstance(identifier, str):
                continue  # edited by hand
            if label in self.schema.labels and self.plan.graph.has(label, identifier):
                by_label.setdefault(label, set()).add(identifier)
        for label, ids in by_label.items():
            # Its old properties go: those that it has now are written next.
            old = dict.fromkeys(self.schema.keys_of(label) - {ID})
            self.write(
                f"MATCH (n:{WITHDRAWN} {{id: row}}) WHERE n.withdrawn_label = $label "
                f"AND NOT EXISTS {{ (:`{label}` {{id: row}}) }} WITH row, head(collect(n)) AS n "
                f"SET n += $old SET n:`{label}` REMOVE n:{WITHDRAWN}, n.withdrawn_label",
                sorted(ids),
                label=label,
                old=old,
            )
        self.writers.drain()

    # ---- Relationships ----

    def create_relationships(self, type_: str) -> None:
        for (start, end), rows in batches_by(
            self.plan.relationships(CREATE, type_), self.relationship_batch, ends_of
        ):
            query = (
                f"MATCH (a:`{start}` {{id: row[0]}}) MATCH (b:`{end}` {{id: row[1]}}) "
                f"CREATE (a)-[r:`{type_}`]->(b) SET r = row[2]"
            )
            values = [[row.start, row.end, _values(row)] for row in rows]
            self.write(query, values, "relationships_created")
            self.advance(f"creating {type_}", len(rows))

    def change_relationships(self, type_: str) -> None:
        managed = self.schema.relationship_keys()
        for (start, end), rows in batches_by(
            self.plan.relationships(CHANGE, type_), self.relationship_batch, ends_of
        ):
            match = _match(start, type_, end, self.key_of(type_))
            ends = [[row.start, row.end, row.key] for row in rows]
            asked = f"UNWIND $rows AS row {match} RETURN row[0], row[1], row[2], properties(r)"
            found = {
                (record[0], record[1], record[2]): from_driver(record[3], managed)
                for record in self.connection.read(asked, {"rows": ends})
            }
            changed = []
            for row in rows:
                old = found.get((row.start, row.end, row.key), NOTHING)
                if changes := difference(old, decoded(row.content)):
                    changed.append([row.start, row.end, row.key, changes])
            if changed:
                self.write(f"{match} SET r += row[3]", changed)
            self.advance(f"changing {type_}", len(rows))

    def undouble(self, type_: str) -> None:
        """Leave one of several relationships that ought to be one: that with the most on it."""
        rest = (
            "WITH row, r ORDER BY size(keys(r)) DESC "
            "WITH row, collect(r) AS several FOREACH (r IN tail(several) | DELETE r)"
        )
        self._delete(DOUBLE, type_, rest)
        self.writers.drain()

    def delete_relationships(self, type_: str) -> None:
        self._delete(DELETE, type_, "DELETE r")

    def _delete(self, action: str, type_: str, end: str) -> None:
        for (at_start, at_end), rows in batches_by(
            self.plan.ends(action, type_), self.relationship_batch, ends_of
        ):
            match = _match(at_start, type_, at_end, self.key_of(type_))
            self.write(f"{match} {end}", [[row.start, row.end, row.key] for row in rows])
            self.advance(f"deleting {type_}", len(rows))

    def key_of(self, type_: str) -> str:
        """The property that tells parallel relationships of a type apart, if any."""
        qualifier = self.schema.qualified.get(type_)
        return qualifier.key if qualifier else ""


def _match(start: str, type_: str, end: str, key: str) -> str:
    where = f" WHERE {key_expression(key)} = row[2]" if key else ""
    return f"MATCH (a:`{start}` {{id: row[0]}})-[r:`{type_}`]->(b:`{end}` {{id: row[1]}}){where}"


def ends_of(row: RelationshipRow | Ends) -> tuple[str, str]:
    """The labels of both ends."""
    return row.start_label, row.end_label


def _values(row: NodeRow | RelationshipRow) -> dict[str, Any]:
    return to_driver(*decoded(row.content))


class _Stage:
    """A stage is over when everything submitted in it is written; notes how long it took."""

    def __init__(self, writers: Writers, name: str) -> None:
        self._writers, self._name = writers, name

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._writers.drain()
        taken = time.perf_counter() - self._started
        self._writers.written.seconds[self._name] = round(taken, 2)
