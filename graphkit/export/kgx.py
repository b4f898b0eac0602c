"""KGX as JSON lines: a pair of files, one of nodes and one of edges.

Ids are CURIEs as KGX checks them (no slash in them): `gk.question:16604` is `id/question/16604`
under the base. A node's categories are Biolink's NamedThing, as KGX wants one of Biolink's, and its
own class. An edge's predicate is the ontology's own, not Biolink's `related_to`: readers of
KGX take two edges with the same ends and predicate for one. `knowledge_level` and `agent_type`
tell what was worked out here from what sources say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from graphkit.export.format import Export, Format
from graphkit.export.node_link import losses as json_losses
from graphkit.export.output import Output
from graphkit.export.survey import Survey
from graphkit.property_graph.elements import RelationshipRow, identity_of
from graphkit.rdf.computed import COMPUTED_GRAPH
from graphkit.rdf.nodes import DERIVED_GRAPH, IDENTITY_GRAPH
from graphkit.subgraph.subgraph import PROVENANCE, Subgraph, link_values, node_values
from graphkit.vocabulary import curie

THING, ASSOCIATION = "biolink:NamedThing", "biolink:Association"
RELATED = "biolink:related_to"
LEVELS: Mapping[str, str] = {
    COMPUTED_GRAPH: "prediction",
    IDENTITY_GRAPH: "prediction",
    DERIVED_GRAPH: "logical_entailment",
}
"""Biolink's words for what graphkit works out itself, by named graph."""
_JSON = msgspec.json.Encoder()
MOST_HELD = 10_000


def curie_of(key: str) -> str:
    """The CURIE of a short key or an IRI; an IRI for which there is none stays as it is.

    >>> curie_of("question/16604"), curie_of("http://purl.org/dc/terms/title")
    ('gk.question:16604', 'dct:title')
    >>> curie_of("https://example.org/a")
    'https://example.org/a'
    """
    if ":" in key:
        return curie(key)
    kind, slash, rest = key.partition("/")
    if slash and "/" not in rest:
        return f"gk.{kind}:{rest}"
    return f"gk.id:{key.replace('%', '%25').replace('/', '%2F')}"


def source_of(provenance: str) -> str:
    """The CURIE of a named graph."""
    return provenance if ":" in provenance else f"gk.graph:{provenance}"


def curies(subgraph: Subgraph) -> Callable[[str], str]:
    """Gives the CURIE of an IRI of a subgraph: of a thing, a named graph or a term."""
    key, graphs = subgraph.key, f"{subgraph.base}graph/"

    def of(iri: str) -> str:
        if iri.startswith(graphs):
            return source_of(iri[len(graphs) :])
        return curie_of(key(iri))

    return of


def nodes(subgraph: Subgraph) -> Iterator[dict[str, Any]]:
    """Node records, one a node."""
    curie_for = curies(subgraph)
    classes = {label: curie(one.class_iri) for label, one in subgraph.schema.labels.items()}
    for row in subgraph.nodes():
        values = node_values(row.content)[0]
        yield {
            "id": curie_for(row.iri),
            "category": [THING, classes[row.label]],
            "provided_by": [source_of(str(values[PROVENANCE]))],
            **values,
        }


def edges(subgraph: Subgraph) -> Iterator[tuple[dict[str, Any], RelationshipRow]]:
    """Edge records without their properties, with the relationships behind them."""
    curie_for = curies(subgraph)
    labels = subgraph.schema.labels
    predicates: dict[tuple[str, str], str] = {}
    for link in subgraph.relationships():
        pattern = link.start_label, link.type
        predicate = predicates.get(pattern)
        if predicate is None:
            iri = labels[link.start_label].predicates.get(link.type)
            predicate = predicates[pattern] = curie(iri) if iri else RELATED
        identity = identity_of(link.type, link.start_iri, link.end_iri, link.key)
        record = {
            "id": UUID(bytes=identity, version=5).urn,
            "subject": curie_for(link.start_iri),
            "predicate": predicate,
            "object": curie_for(link.end_iri),
            "category": [ASSOCIATION],
        }
        if link.key:
            record["qualified_by"] = link.key
        yield record, link


def edge_properties(type_: str, content: bytes) -> dict[str, Any]:
    """What an edge record has beside its ends: its properties, and what KGX asks of knowledge.

    What graphkit worked out comes from an automated agent; whatever else there is was
    stated by a source, of which it is not known whether a person wrote it.
    """
    values = link_values(content)[0]
    source = str(values[PROVENANCE])
    level = LEVELS.get(source)
    return {
        "relationship_type": type_,
        "knowledge_level": level or "knowledge_assertion",
        "agent_type": "automated_agent" if level else "not_provided",
        "primary_knowledge_source": source_of(source),
        **values,
    }


class Rendered:
    """Renders properties of edges; most edges of a type hold the same, so it is done once."""

    def __init__(self, render: Callable[[dict[str, Any]], bytes]) -> None:
        self._render = render
        self._held: dict[tuple[str, bytes], bytes] = {}

    def of(self, link: RelationshipRow) -> bytes:
        """The rendered properties of an edge."""
        same = link.type, link.content
        found = None if link.key else self._held.get(same)
        if found is None:
            found = self._render(edge_properties(*same))
            if not link.key and len(self._held) < MOST_HELD:
                self._held[same] = found
        return found


def write(export: Export, output: Output) -> None:
    """Write both files, one JSON object a line."""
    out = output.binary("nodes")
    encode = _JSON.encode
    for node in nodes(export.subgraph):
        out.write(encode(node) + b"\n")
    out = output.binary("edges")
    rendered = Rendered(lambda values: encode(values)[1:])
    for edge, link in edges(export.subgraph):
        out.write(encode(edge)[:-1] + b"," + rendered.of(link) + b"\n")


def merged(survey: Survey) -> list[str]:
    """What programs that read KGX do not keep."""
    more = survey.parallel
    if not more:
        return []
    found = f"KGX: its own reader keeps one edge of each predicate between two nodes; {more:,} "
    return [f"{found}more are in the file, told apart by qualified_by"]


def _losses(survey: Survey) -> list[str]:
    return [*merged(survey), *json_losses(survey)]


FORMAT = Format("kgx-jsonl", "KGX JSON lines", ("kgx.jsonl",), write, _losses)
