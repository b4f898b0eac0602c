"""JSON Graph Format, version 2.

The label of a node is its name; what else is known of it is its metadata, where `label` is its
class. The relation of an edge is its type; `key` in its metadata tells parallel edges apart.
"""

from __future__ import annotations

from typing import Any

import msgspec

from graphkit.export.format import Export, Format
from graphkit.export.node_link import losses, typed_keys
from graphkit.export.output import Output
from graphkit.subgraph.subgraph import link_values, node_values

_JSON = msgspec.json.Encoder()


def write(export: Export, output: Output) -> None:
    """Write it, one node or edge a line."""
    out = output.binary()
    subgraph, survey = export.subgraph, export.survey
    key, encode = subgraph.key, _JSON.encode
    metadata = {
        **msgspec.to_builtins(export.about),
        "kinds": {"nodes": typed_keys(survey.nodes), "edges": typed_keys(survey.relationships)},
    }
    head = {"label": export.about.title, "directed": True, "type": "property graph"}
    out.write(b'{"graph": ' + encode({**head, "metadata": metadata})[:-1] + b',\n"nodes": {')
    joint = b"\n"
    for row in subgraph.nodes():
        values = node_values(row.content)[0]
        name = values.get("name")
        node: dict[str, Any] = {"label": name} if isinstance(name, str) else {}
        node["metadata"] = {"label": row.label, **values}
        out.write(joint + encode(key(row.iri)) + b":" + encode(node))
        joint = b",\n"
    out.write(b'},\n"edges": [')
    joint = b"\n"
    for link in subgraph.relationships():
        edge = {
            "source": key(link.start_iri),
            "relation": link.type,
            "target": key(link.end_iri),
            "metadata": ({"key": link.key} if link.key else {}) | link_values(link.content)[0],
        }
        out.write(joint + encode(edge))
        joint = b",\n"
    out.write(b"]}}\n")


FORMAT = Format("jgf", "JSON Graph Format", ("jgf", "jgf.json"), write, losses)
