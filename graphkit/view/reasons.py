"""Why a link is there: what stands behind it in the whole graph, beyond the selection.

Assessments with their aspects, evidence and explanation, similarities with their reason,
successions. They are read for all links of a page at once, a few questions a class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphkit.property_graph.elements import decoded
from graphkit.subgraph import Subgraph
from graphkit.view.batches import asked_by_id, asked_by_iri
from graphkit.view.drawn import Link


@dataclass(frozen=True)
class Evidence:
    """A sentence that a reason rests on, and the names of the aspects that it shows."""

    quote: str
    quoted_from: str
    score: float | None
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """What stands behind a link.

    `label` is the class of what was found, `properties` and `typed` what it says itself;
    `related` are the names of what it leads to, by relationship type.
    """

    label: str
    iri: str
    properties: Mapping[str, Any]
    typed: Mapping[str, str]
    related: Mapping[str, tuple[str, ...]]
    evidence: tuple[Evidence, ...]


def reasons(subgraph: Subgraph, links: Sequence[Link]) -> dict[int, Reason]:
    """The reasons of links, by the place of the link; links that nothing qualifies have none."""
    qualified = subgraph.schema.qualified
    wanted: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, link in enumerate(links):
        if (qualifier := qualified.get(link.row.type)) is not None and link.row.key:
            wanted[qualifier.label].append((place, link.row.key))
    found: dict[int, Reason] = {}
    for label in sorted(wanted):
        found.update(_of_label(subgraph, label, wanted[label]))
    return found


def _of_label(subgraph: Subgraph, label: str, wanted: list[tuple[int, str]]) -> dict[int, Reason]:
    schema = subgraph.schema
    node = schema.labels[label]
    ends = {node.qualifier.starts, node.qualifier.ends} if node.qualifier else set()
    types = sorted(
        type_ for predicate, type_ in node.relationships.items() if predicate not in ends
    )
    evidence_type = schema.ontology.property_term("gk:evidence").relationship_type or ""
    database = subgraph.graph.database
    related: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    pieces: dict[int, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    with asked_by_id(database, label, wanted) as asked:
        contents = {place: (iri, *decoded(content)) for place, iri, content in asked.contents()}
        for place, type_, _, iri, content in asked.neighbours(*types):
            properties, _typed = decoded(content)
            if type_ == evidence_type:
                pieces[place].append((iri, properties))
            else:
                related[place][type_].append(str(properties.get("name") or iri))
    shown = _shown_aspects(subgraph, sorted({iri for some in pieces.values() for iri, _ in some}))
    return {
        place: Reason(
            label,
            iri,
            properties,
            typed,
            {type_: tuple(names) for type_, names in related[place].items()},
            tuple(_evidence(shown.get(piece, ()), said) for piece, said in _sorted(pieces[place])),
        )
        for place, (iri, properties, typed) in contents.items()
    }


def _shown_aspects(subgraph: Subgraph, pieces: list[str]) -> dict[str, tuple[str, ...]]:
    """Names of the aspects that pieces of evidence show, by the IRI of the piece."""
    type_ = subgraph.schema.ontology.property_term("gk:showsAspect").relationship_type or ""
    found: dict[str, list[str]] = defaultdict(list)
    with asked_by_iri(subgraph.graph.database, enumerate(pieces)) as asked:
        for place, _, _, iri, content in asked.neighbours(type_):
            found[pieces[place]].append(str(decoded(content)[0].get("name") or iri))
    return {iri: tuple(names) for iri, names in found.items()}


def _sorted(
    pieces: list[tuple[str, Mapping[str, Any]]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Evidence in the order of the text it is taken from, its title first."""

    def order(piece: tuple[str, Mapping[str, Any]]) -> tuple[bool, str, int, str]:
        iri, said = piece
        taken_from = str(said.get("quoted_from", ""))
        return taken_from != "title", taken_from, int(said.get("offset") or 0), iri

    return sorted(pieces, key=order)


def _evidence(aspects: tuple[str, ...], said: Mapping[str, Any]) -> Evidence:
    return Evidence(
        str(said.get("quote", "")), str(said.get("quoted_from", "")), said.get("score"), aspects
    )
