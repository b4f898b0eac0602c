"""Reading what the database holds, as the property graph would have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphkit.neo4j.connection import Connection
from graphkit.neo4j.values import NOTHING, Told, from_driver
from graphkit.property_graph.elements import RelationshipRow, Value
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import GraphSchema


@dataclass(frozen=True, slots=True)
class FoundNode:
    """A node of the database; `id` is None where it has none that is text.

    A node that bears several labels of graphkit is met under each; `owner` is the one that it
    is taken for, and None says that it is `label`.
    """

    label: str
    id: str | None
    properties: dict[str, Value]
    typed: dict[str, str]
    owner: str | None = None


Counts = tuple[dict[str, int], dict[str, int]]
"""Nodes by label, relationships by type."""
Owner = Callable[[Sequence[str], Any, Any], str]
"""Which of several labels of graphkit a node is taken for, by its id and IRI."""


def first_label(labels: Sequence[str], identifier: Any, iri: Any) -> str:
    """The first by the alphabet."""
    return min(labels)


@dataclass(frozen=True, slots=True)
class FoundRelationship:
    """A relationship of the database; `start_iri` and `end_iri` as the nodes there have them."""

    type: str
    start_label: str
    start: str | None
    end_label: str
    end: str | None
    key: str
    properties: dict[str, Value]
    typed: dict[str, str]
    start_iri: Any
    end_iri: Any


def told(found: FoundNode | None) -> Told:
    """What stands on a node; nothing where there is none."""
    return (found.properties, found.typed) if found else NOTHING


class Reader:
    """Streams nodes by label and relationships by type, with the keys that graphkit manages."""

    def __init__(
        self, connection: Connection, schema: GraphSchema, owner: Owner = first_label
    ) -> None:
        self.connection = connection
        self._schema = schema
        self._owner = owner
        self._keys = {label: schema.keys_of(label) for label in schema.labels}
        self._relationship_keys = schema.relationship_keys()
        self._qualified = {name: one.key for name, one in schema.qualified.items()}

    @classmethod
    def of(cls, connection: Connection, graph: PropertyGraph) -> Reader:
        """A reader that takes a node with several labels for the one that the graph has."""

        def owner(labels: Sequence[str], identifier: Any, iri: Any) -> str:
            query = "SELECT label FROM node WHERE iri = ?"
            known = [row[0] for row in graph.database.execute(query, (str(iri),))]
            known += [one for one in sorted(labels) if graph.has(one, str(identifier))]
            return next((one for one in known if one in labels), min(labels))

        return cls(connection, graph.schema, owner)

    def nodes(self, label: str) -> Iterator[FoundNode]:
        """All nodes of a label."""
        managed = self._keys[label]
        query = (
            f"MATCH (n:`{label}`) RETURN properties(n), "
            "CASE WHEN size(labels(n)) > 1 THEN labels(n) END"
        )
        for found, labels in self.connection.read(query):
            properties, typed = from_driver(found, managed)
            identifier = properties.get("id")
            owner = None
            if labels is not None:
                owner = self._label(labels, identifier, properties.get("iri"))
            yield FoundNode(
                label,
                identifier if isinstance(identifier, str) and "id" not in typed else None,
                properties,
                typed,
                None if owner == label else owner,
            )

    def some_nodes(self, label: str, ids: list[str]) -> dict[str, FoundNode]:
        """Nodes of a label by id."""
        query = f"UNWIND $ids AS id MATCH (n:`{label}` {{id: id}}) RETURN properties(n)"
        found = {}
        for (given,) in self.connection.read(query, {"ids": ids}):
            properties, typed = from_driver(given, self._keys[label])
            found[str(properties["id"])] = FoundNode(
                label, str(properties["id"]), properties, typed
            )
        return found

    def relationships(self, type_: str) -> Iterator[FoundRelationship]:
        """All relationships of a type between nodes that bear labels of graphkit."""
        key_of = key_expression(self._qualified.get(type_, ""))
        query = (
            f"MATCH (a)-[r:`{type_}`]->(b) RETURN labels(a), a.id, labels(b), b.id, "
            f"properties(r), a.iri, b.iri, {key_of}"
        )
        managed = self._relationship_keys
        for at_start, start, at_end, end, found, a, b, key in self.connection.read(query):
            start_label, end_label = self._label(at_start, start, a), self._label(at_end, end, b)
            if start_label is None or end_label is None:
                continue  # somebody else's node at one end
            properties, typed = from_driver(found, managed)
            yield FoundRelationship(
                type_,
                start_label,
                start if isinstance(start, str) else None,
                end_label,
                end if isinstance(end, str) else None,
                key,
                properties,
                typed,
                a,
                b,
            )

    def one_relationship(self, row: RelationshipRow) -> Told:
        """The properties of one relationship and their kinds, empty where it is not there."""
        where = f" WHERE {key_expression(self._qualified.get(row.type, ''))} = $key"
        query = (
            f"MATCH (:`{row.start_label}` {{id: $start}})-[r:`{row.type}`]->"
            f"(:`{row.end_label}` {{id: $end}}){where} RETURN properties(r) LIMIT 1"
        )
        values = {"start": row.start, "end": row.end, "key": row.key}
        found = [record[0] for record in self.connection.read(query, values)]
        return from_driver(found[0], self._relationship_keys) if found else NOTHING

    def _label(self, labels: list[str], identifier: Any, iri: Any) -> str | None:
        if len(labels) == 1:
            return labels[0] if labels[0] in self._keys else None
        ours = [label for label in labels if label in self._keys]
        if len(ours) < 2:
            return ours[0] if ours else None
        return self._owner(ours, identifier, iri)

    def counts(self) -> Counts:
        """How many nodes each label of graphkit has, and relationships each type."""
        return (
            self.node_counts(self._schema.labels),
            self.relationship_counts(self._schema.types),
        )

    def node_counts(self, labels: Iterable[str]) -> dict[str, int]:
        """How many nodes each label has, from the database's own books."""
        return self._counts({one: f"MATCH (n:`{one}`) RETURN count(n) AS count" for one in labels})

    def relationship_counts(self, types: Iterable[str]) -> dict[str, int]:
        """How many relationships each type has, whatever their ends."""
        return self._counts(
            {one: f"MATCH ()-[r:`{one}`]->() RETURN count(r) AS count" for one in types}
        )

    def _counts(self, queries: Mapping[str, str]) -> dict[str, int]:
        with self.connection.session() as session:
            return {
                name: count
                for name, query in sorted(queries.items())
                if (count := int(session.run(query).single(strict=True)["count"]))
            }


def key_expression(qualifier: str) -> str:
    """The Cypher for what tells parallel relationships `r` of a type apart, always text.

    >>> key_expression("assessment")
    "coalesce(toStringOrNull(r.`assessment`), '')"
    """
    return f"coalesce(toStringOrNull(r.`{qualifier}`), '')" if qualifier else "''"
