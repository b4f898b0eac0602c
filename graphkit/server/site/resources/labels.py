"""What things are called: labels of IRIs, each looked up once for an answer."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import unquote

import pyoxigraph as ox

from graphkit.ontology import Ontology
from graphkit.server.site.dataset import Dataset
from graphkit.vocabulary import DEFAULT_BASE, RDF_TYPE, ClassTerm, curie, expand

LABELLING = tuple(
    ox.NamedNode(iri)
    for iri in (
        expand("skos:prefLabel"),
        expand("rdfs:label"),
        expand("dct:title"),
        expand("schema:text"),
        expand("schema:name"),
        "http://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
        "http://purl.org/dc/elements/1.1/title",
    )
)
"""The properties that hold labels, the best first."""
_TYPE = ox.NamedNode(RDF_TYPE)


def kinds(ontology: Ontology) -> dict[str, ClassTerm]:
    """Kinds of things by what their addresses have after `id/`, with their classes."""
    return {
        term.addressed_under.removeprefix("id/").strip("/"): term
        for term in ontology.classes.values()
        if term.addressed_under and term.addressed_under.startswith("id/")
    }


class Labels:
    """Labels of one data set. Make one for each answer: it remembers what it was asked."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._store = dataset.store
        self._statements: dict[str, tuple[ox.Quad, ...]] = {}
        self._kinds: dict[str, str] = {}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[ox.NamedNode, ...]]:
        """Kind in the path of an address to the properties that may name its things.

        Nothing names an assessment: looking for eight properties on each of a thousand shows.
        """
        if self._dataset.snapshot is None:
            return {}
        return {
            kind: (ox.NamedNode(term.named_by), *LABELLING) if term.named_by else ()
            for kind, term in kinds(self._dataset.ontology).items()
        }

    def kind(self, iri: str) -> str:
        """The kind in the path of an address (`project`); empty for the IRIs of others."""
        path = self._dataset.local(iri) or ""
        return path.split("/")[1] if path.startswith("id/") and path.count("/") > 1 else ""

    def statements(self, iri: str) -> tuple[ox.Quad, ...]:
        """The statements that say what a thing is called; none where nothing says so."""
        known = self._statements.get(iri)
        if known is None:
            known = self._statements[iri] = self._look_up(iri)
        return known

    def _look_up(self, iri: str) -> tuple[ox.Quad, ...]:
        node = ox.NamedNode(iri)
        for predicate in self._by_kind.get(self.kind(iri), LABELLING):
            found = tuple(
                quad
                for quad in self._store.quads(node, predicate)
                if isinstance(quad.object, ox.Literal)
            )
            if found:
                return found
        return ()

    def said(self, iri: str) -> str:
        """The label that the data give a thing: English or without a language if there is one."""
        literals = [quad.object for quad in self.statements(iri)]
        texts = sorted(
            (_language_rank(literal), literal.value)
            for literal in literals
            if isinstance(literal, ox.Literal) and literal.value.strip()
        )
        return texts[0][1] if texts else ""

    def of(self, iri: str) -> str:
        """What to show for an IRI, never empty: its label, the ontology's name, or a short form."""
        said = self.said(iri)
        if said:
            return said
        ontology = self._dataset.ontology
        term = ontology.properties.get(iri) or ontology.classes.get(iri)
        if term is not None:
            return term.name
        if iri == RDF_TYPE:
            return "is a"
        path = self._dataset.local(iri)
        if path is None and iri.startswith(DEFAULT_BASE):
            path = iri[len(DEFAULT_BASE) :]
        if path:
            return unquote(path.removeprefix("id/").removeprefix("graph/"))
        return curie(iri)

    def classes(self, node: ox.NamedNode | ox.BlankNode) -> tuple[str, ...]:
        """IRIs of the classes of a thing, sorted."""
        ends = {quad.object for quad in self._store.quads(node, _TYPE)}
        return tuple(sorted(end.value for end in ends if isinstance(end, ox.NamedNode)))


def _language_rank(literal: ox.Literal) -> int:
    language = (literal.language or "").casefold()
    return 0 if not language else 1 if language.split("-")[0] == "en" else 2
