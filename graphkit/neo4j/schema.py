"""Constraints and indexes of the database, from the ontology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from neo4j import exceptions

from graphkit.errors import UsageError
from graphkit.neo4j.connection import Connection
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import ID, NAME, GraphSchema

PREFIX = "graphkit_"
"""Begins the names of all constraints and indexes that graphkit makes."""
CONSTRAINT, RANGE, FULLTEXT = "constraint", "range", "fulltext"
LONGEST = 8_000
"""Bytes of text that a range index of Neo4j takes; a longer value makes a write fail."""
MARKER = "GraphkitSync"
"""The label of the few nodes that keep the books of the sync."""


@dataclass(frozen=True)
class SchemaItem:
    """A constraint or an index: its name, kind, label and properties, and how to make it."""

    name: str
    kind: str
    """One of CONSTRAINT, RANGE and FULLTEXT."""
    label: str
    keys: tuple[str, ...]

    @property
    def statement(self) -> str:
        """The Cypher that makes it; does nothing where it is there already."""
        keys = [f"n.`{key}`" for key in self.keys]
        if self.kind == CONSTRAINT:
            return (
                f"CREATE CONSTRAINT `{self.name}` IF NOT EXISTS "
                f"FOR (n:`{self.label}`) REQUIRE {keys[0]} IS UNIQUE"
            )
        if self.kind == FULLTEXT:
            return (
                f"CREATE FULLTEXT INDEX `{self.name}` IF NOT EXISTS "
                f"FOR (n:`{self.label}`) ON EACH [{', '.join(keys)}]"
            )
        on = f"FOR (n:`{self.label}`) ON ({', '.join(keys)})"
        return f"CREATE INDEX `{self.name}` IF NOT EXISTS {on}"


def schema_items(schema: GraphSchema) -> list[SchemaItem]:
    """What the database needs: an id that is unique for every label, and the indexes.

    >>> from graphkit.ontology import Ontology
    >>> items = schema_items(GraphSchema.of(Ontology.load()))
    >>> items[0].statement
    'CREATE CONSTRAINT `graphkit_aspect_id` IF NOT EXISTS FOR (n:`Aspect`) REQUIRE n.`id` IS UNIQUE'
    """
    constraints = [
        SchemaItem(f"{PREFIX}{label.lower()}_id", CONSTRAINT, label, (ID,))
        for label in sorted([*schema.labels, MARKER])
    ]
    return constraints + list(_indexes(schema))


def items_for(graph: PropertyGraph) -> list[SchemaItem]:
    """What the database needs for a graph: no index that one of its values is too long for.

    Raises UsageError where a node has such an id, which Neo4j cannot hold at all.
    """
    items = schema_items(graph.schema)
    keys: dict[str, set[str]] = {}
    for item in items:
        if item.kind != FULLTEXT and item.label != MARKER:
            keys.setdefault(item.label, set()).update(item.keys)
    query = "SELECT label, id, content FROM node WHERE LENGTH(content) > ?"
    long: set[tuple[str, str]] = set()
    for label, identifier, content in graph.database.execute(query, (LONGEST,)):
        properties = decoded(content)[0]
        for key in keys.get(label, ()):
            value = properties.get(key, "")
            texts = value if isinstance(value, list) else [value]
            if sum(len(text.encode()) for text in texts if isinstance(text, str)) > LONGEST:
                long.add((label, key))
                if key == ID:
                    raise UsageError(
                        f"{label} {identifier[:60]}… has an id of {len(identifier):,} characters, "
                        f"and Neo4j can tell ids of at most {LONGEST:,} bytes apart",
                        hint="shorten it in the source, and build again",
                    )
    return [item for item in items if item.kind != RANGE or (item.label, item.keys[0]) not in long]


def _indexes(schema: GraphSchema) -> Iterator[SchemaItem]:
    for label, kind in sorted(schema.labels.items()):
        for key in (*([NAME] if NAME in kind.by_key else []), *kind.indexed):
            yield SchemaItem(f"{PREFIX}{label.lower()}_{key}", RANGE, label, (key,))
        if kind.searched:
            yield SchemaItem(f"{PREFIX}{label.lower()}_text", FULLTEXT, label, kind.searched)


def missing_items(connection: Connection, items: list[SchemaItem]) -> list[SchemaItem]:
    """Those that the database does not have. Raises UsageError where a name is taken.

    A unique id or an index that somebody made under another name is as good.
    """
    names: dict[str, SchemaItem] = {}
    present: set[tuple[str, str, tuple[str, ...]]] = set()
    for kind, label, keys, name in _present(connection):
        names[name] = SchemaItem(name, kind, label, keys)
        present.add((kind, label, keys))
    # The index of a constraint that somebody made serves as well.
    present |= {(RANGE, label, keys) for kind, label, keys in present if kind == CONSTRAINT}
    missing = [item for item in items if (item.kind, item.label, item.keys) not in present]
    for item in missing:
        if item.name in names:
            raise UsageError(
                f"the database has a {names[item.name].kind} called {item.name} "
                "that is not the one graphkit makes",
                hint=f"drop it: DROP {_drop(names[item.name])} {item.name}",
            )
        others = [
            one
            for one in names.values()
            if (one.kind, one.label, one.keys) == (RANGE, item.label, item.keys)
        ]
        if item.kind == CONSTRAINT and others:
            other = others[0]
            raise UsageError(
                f"the index {other.name} on {item.label} ({item.keys[0]}) "
                "stands where graphkit needs a constraint",
                hint=f"drop it: DROP INDEX {other.name}",
            )
    return missing


def _drop(item: SchemaItem) -> str:
    return "CONSTRAINT" if item.kind == CONSTRAINT else "INDEX"


def _present(connection: Connection) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    constraints = connection.read(
        "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN *"
    )
    for row in constraints:
        if "UNIQUENESS" in row["type"] or row["type"] == "NODE_KEY":
            yield CONSTRAINT, _first(row["labelsOrTypes"]), tuple(row["properties"]), row["name"]
    indexes = connection.read(
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint RETURN *"
    )
    for row in indexes:
        if row["owningConstraint"] is None:
            keys = tuple(row["properties"] or ())
            yield row["type"].lower(), _first(row["labelsOrTypes"]), keys, row["name"]


def _first(values: list[Any] | None) -> str:
    return str(values[0]) if values else ""


def make_items(connection: Connection, items: list[SchemaItem]) -> None:
    """Make constraints and indexes, and wait until all are online.

    Raises UsageError where what is in the database breaks a constraint.
    """
    with connection.session() as session:
        for item in items:
            try:
                session.run(item.statement).consume()
            except exceptions.Neo4jError as error:
                if not (error.code or "").endswith("ConstraintCreationFailed"):
                    raise
                words = connection.where.hidden(error.message or "").partition(" Note that ")[0]
                raise UsageError(
                    f"several nodes labelled {item.label} in the database {connection.database} of "
                    f"{connection.settings.address} have the same {item.keys[0]}: {words}",
                    hint="delete or relabel those that are not graphkit's (`graphkit neo4j verify` "
                    "lists them), and run the command again",
                ) from None
        session.run("CALL db.awaitIndexes(3600)").consume()


def surplus_items(
    connection: Connection, schema: GraphSchema, items: list[SchemaItem]
) -> list[str]:
    """Names of graphkit's own indexes in the database that are not among the items."""
    unwanted = {item.name for item in schema_items(schema)} - {item.name for item in items}
    if not unwanted:
        return []
    return sorted(unwanted.intersection(name for _, _, _, name in _present(connection)))


def drop_items(connection: Connection, names: list[str]) -> None:
    """Drop indexes."""
    with connection.session() as session:
        for name in names:
            session.run(f"DROP INDEX `{name}` IF EXISTS").consume()
