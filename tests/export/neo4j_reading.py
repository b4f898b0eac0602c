"""What a Neo4j database holds, to be compared with a subgraph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from neo4j_server import Neo4jServer

from graphkit.neo4j.schema import MARKER
from graphkit.neo4j.values import from_driver
from graphkit.property_graph.elements import decoded
from graphkit.subgraph import Subgraph

Held = tuple[list[Any], list[Any]]


def held_by(server: Neo4jServer) -> Held:
    """Nodes (label, properties, kinds) and relationships (type, ends, properties, kinds)."""
    with server.driver() as driver, driver.session(database=server.database) as session:
        nodes = session.run(f"MATCH (n) WHERE NOT n:{MARKER} RETURN labels(n), properties(n)")
        found = [(*labels, *_plain(properties)) for labels, properties in nodes.values()]
        links = session.run("MATCH (a)-[r]->(b) RETURN type(r), a.iri, b.iri, properties(r)")
        others = [(*ends, *_plain(properties)) for *ends, properties in links.values()]
    return sorted(found, key=repr), sorted(others, key=repr)


def _plain(properties: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    values, typed = from_driver(properties, frozenset(properties))
    return dict(sorted(values.items())), dict(sorted(typed.items()))


def expected_of(subgraph: Subgraph) -> Held:
    """The same of a subgraph."""
    return (
        _listed(subgraph.nodes(), lambda row: (row.label,)),
        _listed(subgraph.relationships(), lambda row: (row.type, row.start_iri, row.end_iri)),
    )


def _listed(rows: Iterable[Any], first: Callable[[Any], tuple[str, ...]]) -> list[Any]:
    found = []
    for row in rows:
        properties, typed = decoded(row.content)
        kinds = {key: kind for key, kind in typed.items() if properties[key] != []}
        found.append((*first(row), dict(sorted(properties.items())), dict(sorted(kinds.items()))))
    return sorted(found, key=repr)
