"""What is known of the named graphs: which source each holds, under which licence."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.addresses import href
from graphkit.vocabulary import expand

OWN_GRAPHS = {
    "catalogue": "What is known of the sources: licence, address, time and hash",
    "computed": "Assessments and similarities that graphkit computed",
    "derived": "What follows from the sources: places within places, aspects, totals",
    "identity": "Which records were joined, and which nearly",
    "ontology": "The ontology and its closed lists",
    "register": "The registers that come with graphkit: departments, funders, places",
}
"""What a snapshot's own graphs hold, which no source stands behind."""


@dataclass(frozen=True, slots=True)
class Source:
    """A named graph, and what the data say of it; empty where they say nothing."""

    iri: str
    name: str
    title: str
    licence: str
    attribution: str
    href: str


_LICENCES = {
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "Open Government Licence v3.0",
    "creativecommons.org/licenses/by/4.0": "CC BY 4.0",
    "creativecommons.org/licenses/by-sa/4.0": "CC BY-SA 4.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0 1.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL 1.0",
}
"""What people call licences, by their addresses without scheme, `www.` and last slash."""


def licence_name(address: str) -> str:
    """What people call a licence; its address where that is not known.

    >>> licence_name("https://creativecommons.org/licenses/by/4.0/")
    'CC BY 4.0'
    >>> licence_name("https://example.org/licence")
    'https://example.org/licence'
    """
    bare = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return _LICENCES.get(bare, address)


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
