"""Reading what the database holds, as the property graph would have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphkit.neo4j.connection import Connection
from graphkit.neo4j.values import from_driver
from graphkit.property_graph.elements import RelationshipRow, Value
from graphkit.property_graph.schema import GraphSchema


@dataclass(frozen=True, slots=True)
class FoundNode:
    """A node of the database; `id` is None where it has none that is text."""

    label: str
    id: str | None
    properties: dict[str, Value]
    typed: dict[str, str]


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


class Reader:
    """Streams nodes by label and relationships by type, with the keys that graphkit manages."""

    def __init__(self, connection: Connection, schema: GraphSchema) -> None:
        self.connection = connection
        self._schema = schema
        self._keys = {label: schema.keys_of(label) for label in schema.labels}
        self._relationship_keys = schema.relationship_keys()
        self._qualified = {name: one.key for name, one in schema.qualified.items()}

    @cached_property
    def _ends(self) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
        """Labels that may stand at either end, by relationship type."""
        return relationship_ends(self._schema)

    def nodes(self, label: str) -> Iterator[FoundNode]:
        """All nodes of a label."""
        managed = self._keys[label]
        for (found,) in self.connection.read(f"MATCH (n:`{label}`) RETURN properties(n)"):
            properties, typed = from_driver(found, managed)
            identifier = properties.get("id")
            yield FoundNode(
                label, identifier if isinstance(identifier, str) else None, properties, typed
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
        starts, ends = self._ends[type_]
        query = (
            f"MATCH (a)-[r:`{type_}`]->(b) RETURN labels(a), a.id, labels(b), b.id, "
            "properties(r), a.iri, b.iri"
        )
        qualifier = self._qualified.get(type_, "")
        managed = self._relationship_keys
        for at_start, start, at_end, end, found, a, b in self.connection.read(query):
            start_label, end_label = self._label(at_start, starts), self._label(at_end, ends)
            if start_label is None or end_label is None:
                continue  # somebody else's node at one end
            properties, typed = from_driver(found, managed)
            key = properties.get(qualifier, "") if qualifier else ""
            yield FoundRelationship(
                type_,
                start_label,
                start if isinstance(start, str) else None,
                end_label,
                end if isinstance(end, str) else None,
                str(key),
                properties,
                typed,
                a,
                b,
            )

    def one_relationship(self, row: RelationshipRow) -> dict[str, Value]:
        """The properties of one relationship, empty where it is not there."""
        qualifier = self._qualified.get(row.type)
        where = f" WHERE coalesce(r.`{qualifier}`, '') = $key" if qualifier else ""
        query = (
            f"MATCH (:`{row.start_label}` {{id: $start}})-[r:`{row.type}`]->"
            f"(:`{row.end_label}` {{id: $end}}){where} RETURN properties(r) LIMIT 1"
        )
        values = {"start": row.start, "end": row.end, "key": row.key}
        found = [record[0] for record in self.connection.read(query, values)]
        return from_driver(found[0], self._relationship_keys)[0] if found else {}

    def _label(self, labels: list[str], expected: frozenset[str]) -> str | None:
        if len(labels) == 1:
            return labels[0] if labels[0] in self._keys else None
        ours = sorted(label for label in labels if label in self._keys)
        return next((one for one in ours if one in expected), ours[0] if ours else None)

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


def relationship_ends(schema: GraphSchema) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each relationship type the labels that the ontology allows at its start and end."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for label, kind in schema.labels.items():
        for predicate, name in kind.relationships.items():
            starts, ends = found.setdefault(name, (set(), set()))
            starts.add(label)
            ranges = schema.ontology.properties[predicate].ranges
            ends |= {schema.by_class[iri].label for iri in ranges if iri in schema.by_class}
    return {name: (frozenset(starts), frozenset(ends)) for name, (starts, ends) in found.items()}
