"""What is known of the named graphs: which source each holds, under which licence."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.rdf.catalogue import OWN_GRAPHS
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.addresses import href
from graphkit.vocabulary import expand


@dataclass(frozen=True, slots=True)
class Source:
    """A named graph, and what the data say of it; empty where they say nothing."""

    iri: str
    name: str
    title: str
    licence: str
    attribution: str
    href: str


def graph_name(graph: str) -> str:
    """The short name of a named graph: the last part of its IRI, or the IRI."""
    return graph.rpartition("/graph/")[2] or graph


def source(dataset: Dataset, graph: str) -> Source:
    """What is known of a named graph."""

    def first(short: str) -> str:
        values = sorted(value.value for value in dataset.store.objects(graph, expand(short)))
        return values[0] if values else ""

    name = graph_name(graph)
    title = first("dct:title") or (OWN_GRAPHS.get(name, name) if dataset.snapshot else name)
    return Source(graph, name, title, first("dct:license"), first("gk:attribution"), href(graph))
