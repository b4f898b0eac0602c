"""Who funds the projects of a page, whether the funders are drawn on it or not."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.property_graph.elements import NodeRow, decoded
from graphkit.subgraph import Subgraph
from graphkit.view.batches import asked_by_iri


def funders(subgraph: Subgraph, nodes: Sequence[NodeRow]) -> tuple[list[str], dict[int, list[int]]]:
    """Names of the funders, and the funders of each funded thing, both by their places.

    Funders are sorted by name. What could be funded and is not has an empty list; a funder
    that is drawn counts as funding itself, so that choosing it keeps its node.
    """
    schema = subgraph.schema
    term = schema.ontology.property_term("gk:fundedBy")
    type_ = term.relationship_type or ""
    labels = {one.label for one in schema.labels.values() if type_ in one.relationships.values()}
    funding = {schema.by_class[iri].label for iri in term.ranges if iri in schema.by_class}
    names: dict[str, str] = {}
    wanted = [(place, row.iri) for place, row in enumerate(nodes) if row.label in labels]
    funded: dict[int, list[str]] = {place: [] for place, _ in wanted}
    with asked_by_iri(subgraph.graph.database, wanted) as asked:
        for place, _, _, iri, content in asked.neighbours(type_):
            if iri not in names:
                names[iri] = str(decoded(content)[0].get("name") or subgraph.key(iri))
            if iri not in funded[place]:
                funded[place].append(iri)
    ordered = sorted(names, key=lambda iri: (names[iri].casefold(), iri))
    number = {iri: place for place, iri in enumerate(ordered)}
    for place, row in enumerate(nodes):
        if row.label in funding:
            funded[place] = [row.iri] if row.iri in number else []
    return (
        [names[iri] for iri in ordered],
        {place: sorted(number[iri] for iri in iris) for place, iris in sorted(funded.items())},
    )
