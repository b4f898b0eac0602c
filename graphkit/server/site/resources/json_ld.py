"""A description as JSON-LD, with the names of the ontology's context and framed around the node.

The node is the root; what it points to stands inside it with its label; what points to it stands
under `@reverse`; whatever else the page says (helpers' ends, properties, classes, the document)
stands under `@included`. A processor that expands the answer gets the same statements as from
any other form.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pyoxigraph as ox

from graphkit.json_ld import Context, Framing, node_id
from graphkit.server.site.resources.addresses import absolute
from graphkit.server.site.resources.description import Description

CONTEXT_PATH = "ontology/context.jsonld"


def framed(description: Description, about: Iterable[ox.Triple]) -> bytes:
    """The page as JSON-LD text."""
    ontology = description.dataset.ontology
    context = Context(msgspec.json.decode(ontology.context_path.read_bytes())["@context"])
    node = description.around.node
    triples = dict.fromkeys([*(quad.triple for quad in description.everything()), *about])
    pointing = [t for t in triples if t.object == node and t.subject != node]
    framing = Framing(context, (t for t in triples if t.object != node or t.subject == node))
    root = framing.node(node, nested=True)
    types = framing.types(node)
    reverse: dict[str, list[Any]] = {}
    for triple in pointing:
        name, _ = context.term(triple.predicate.value, types)
        fresh = triple.subject in framing.nodes and triple.subject not in framing.placed
        entry = (
            framing.node(triple.subject, nested=False) if fresh else {"id": node_id(triple.subject)}
        )
        reverse.setdefault(name, []).append(entry)
    if reverse:
        root["@reverse"] = reverse
    others = [other for other in framing.nodes if other not in framing.placed]
    rest = [framing.node(other, nested=False) for other in others]
    if rest:
        root["@included"] = rest
    answer = {"@context": absolute(CONTEXT_PATH), **root}
    return msgspec.json.format(msgspec.json.encode(answer), indent=1) + b"\n"
