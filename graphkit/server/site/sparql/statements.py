"""Making small graphs: statements with short names."""

from __future__ import annotations

import pyoxigraph as ox

from graphkit.vocabulary import PREFIXES

NAMES = {
    **PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "format": "http://www.w3.org/ns/formats/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "entailment": "http://www.w3.org/ns/entailment/",
}
PREFIXES_USED = {
    name: NAMES[name]
    for name in ("sd", "void", "dcat", "dct", "foaf", "format", "gk", "prov", "rdf", "xsd")
}
"""Those that descriptions are written with."""
Node = ox.NamedNode | ox.BlankNode


def iri(short: str) -> ox.NamedNode:
    """The node of a short name.

    >>> iri("sd:Service").value
    'http://www.w3.org/ns/sparql-service-description#Service'
    """
    prefix, _, local = short.partition(":")
    return ox.NamedNode(NAMES[prefix] + local)


class Statements:
    """A graph that grows."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(
        self, subject: Node, predicate: str, *values: Node | ox.Literal | str | int | float | None
    ) -> None:
        """Add statements; plain values become literals, None says nothing."""
        for value in values:
            if value is not None:
                term = ox.Literal(value) if isinstance(value, str | int | float) else value
                self.triples.append(ox.Triple(subject, iri(predicate), term))

    def by_subject(self) -> list[ox.Triple]:
        """All statements; those of one subject follow one another."""
        found: dict[object, list[ox.Triple]] = {}
        for triple in self.triples:
            found.setdefault(triple.subject, []).append(triple)
        return [triple for triples in found.values() for triple in triples]

    def link(self, subject: Node, predicate: str, address: str | None) -> None:
        """Add a statement about an address, if it is one."""
        if address:
            try:
                self.say(subject, predicate, ox.NamedNode(address))
            except ValueError:
                self.say(subject, predicate, address)

    def part(self, subject: Node, predicate: str, kind: str) -> ox.BlankNode:
        """Add a nameless thing of a kind."""
        node = ox.BlankNode(f"b{len(self.triples)}")
        self.say(subject, predicate, node)
        self.say(node, "rdf:type", iri(kind))
        return node

    def time(self, subject: Node, predicate: str, value: str | None) -> None:
        """Add a moment."""
        if value:
            self.say(subject, predicate, ox.Literal(value, datatype=iri("xsd:dateTime")))
