"""Node-link JSON, as NetworkX and D3 read it.

`networkx.node_link_graph(data, edges="links")` gives a directed graph with parallel edges;
D3 takes `nodes` and `links` as they are. Values keep their types; those that JSON has
no word for are ISO text (dates) or [longitude, latitude] (points), and `graph.kinds` names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import MANY, Columns, Survey
from graphkit.property_graph.values import DATE, DATETIME, POINT
from graphkit.subgraph.subgraph import link_values, node_values

_JSON = msgspec.json.Encoder()
_TYPED = (DATE, DATETIME, POINT, DATE + MANY, DATETIME + MANY)


def write(export: Export, output: Output) -> None:
    """Write it, one node or link a line."""
    out = output.binary()
    subgraph, survey = export.subgraph, export.survey
    graph = {
        **msgspec.to_builtins(export.about),
        "kinds": {"nodes": typed_keys(survey.nodes), "links": typed_keys(survey.relationships)},
    }
    head = {"directed": True, "multigraph": True, "graph": graph}
    out.write(_JSON.encode(head)[:-1] + b',\n"nodes": [')
    key = subgraph.key
    _listed(
        out.write,
        (
            {"id": key(row.iri), "label": row.label, **node_values(row.content)[0]}
            for row in subgraph.nodes()
        ),
    )
    out.write(b'],\n"links": [')
    _listed(
        out.write,
        (
            {
                "source": key(link.start_iri),
                "target": key(link.end_iri),
                "key": f"{link.type}/{link.key}" if link.key else link.type,
                "type": link.type,
                **link_values(link.content)[0],
            }
            for link in subgraph.relationships()
        ),
    )
    out.write(b"]}\n")


def _listed(put: Any, elements: Iterator[dict[str, Any]]) -> None:
    """Elements as the inside of a JSON list, one a line."""
    encode = _JSON.encode
    joint = b"\n"
    for element in elements:
        put(joint)
        put(encode(element))
        joint = b",\n"


def typed_keys(columns: Columns) -> dict[str, str]:
    """Keys whose values JSON has no word for, with their kinds.

    >>> from collections import Counter
    >>> typed_keys({"Project": {"start_date": Counter(date=2), "title": Counter(string=2)}})
    {'start_date': 'date'}
    """
    found = {
        key: kind
        for by_key in columns.values()
        for key, kinds in by_key.items()
        for kind in kinds
        if kind in _TYPED
    }
    return dict(sorted(found.items()))


def losses(survey: Survey) -> list[str]:
    """What JSON cannot hold."""
    count = survey.large_integers
    return [f"JSON: {count:,} whole numbers above 2^53 are inexact for JavaScript"] if count else []


FORMAT = Format("node-link", "node-link JSON", ("json",), write, losses)
