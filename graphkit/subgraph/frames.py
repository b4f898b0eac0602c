"""A subgraph as objects of NetworkX and pandas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from graphkit.errors import UsageError
from graphkit.property_graph.values import DATE, DATETIME, POINT, converted
from graphkit.subgraph.subgraph import Subgraph, link_values, node_values

if TYPE_CHECKING:
    import networkx
    import pandas

_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    DATE: date.fromisoformat,
    DATETIME: datetime.fromisoformat,
    POINT: tuple,
}


def networkx_graph(subgraph: Subgraph) -> networkx.MultiDiGraph[str]:
    """A directed graph with parallel edges, of which each has its type in its key.

    Nodes go by their short keys (`question/16604`) and have `label` beside their
    properties, edges have `type`; dates are dates, points are (longitude, latitude). The
    graph's attributes say what was chosen.
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
        snapshot=subgraph.snapshot.manifest.id, selection=subgraph.selection.words
    )
    for row in subgraph.nodes():
        graph.add_node(subgraph.key(row.iri), label=row.label, **_made(node_values(row.content)))
    for link in subgraph.relationships():
        start, end = subgraph.key(link.start_iri), subgraph.key(link.end_iri)
        key = f"{link.type}/{link.key}" if link.key else link.type
        graph.add_edge(start, end, key=key, type=link.type, **_made(link_values(link.content)))
    return graph


def pandas_frames(subgraph: Subgraph) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Two frames: nodes by their short keys, and relationships with `start` and `end`.

    Columns are properties, with no value where a thing has none. Raises UsageError where
    pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise UsageError("pandas is not installed", hint="pip install 'graphkit[pandas]'") from None
    key = subgraph.key
    nodes = pandas.DataFrame.from_records(
        [
            {"key": key(row.iri), "label": row.label, **_made(node_values(row.content))}
            for row in subgraph.nodes()
        ],
        columns=None if subgraph.node_count else ["key", "label"],
    )
    relationships = pandas.DataFrame.from_records(
        [
            {
                "type": link.type,
                "start": key(link.start_iri),
                "end": key(link.end_iri),
                "relationship_key": link.key,
                **_made(link_values(link.content)),
            }
            for link in subgraph.relationships()
        ],
        columns=None
        if subgraph.relationship_count
        else ["type", "start", "end", "relationship_key"],
    )
    for frame in (nodes, relationships):
        frame.attrs["snapshot"] = subgraph.snapshot.manifest.id
        frame.attrs["selection"] = subgraph.selection.words
    return nodes.set_index("key"), relationships


def _made(values: tuple[dict[str, Any], dict[str, str]]) -> dict[str, Any]:
    return converted(*values, _CONVERT)
