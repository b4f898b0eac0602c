"""What a store says, as tables by predicate, for readers that want many of the same ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from graphkit.store import GraphStore
from graphkit.vocabulary import RDF_TYPE

Table = Mapping[str, list[str]]
"""Subject to values, sorted, each once."""


class Statements:
    """Everything in a store. Each table is read once and then kept."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._links: dict[str, Table] = {}
        self._texts: dict[str, Table] = {}
        self._classes: dict[str, list[str]] = {}

    def links(self, predicate: str) -> Table:
        """Subject to the addresses that it is linked to."""
        if predicate not in self._links:
            self._links[predicate] = _grouped(self._store.links(predicate))
        return self._links[predicate]

    def texts(self, predicate: str) -> Table:
        """Subject to its literals, whatever their language and datatype."""
        if predicate not in self._texts:
            self._texts[predicate] = _grouped(self._store.literals(predicate))
        return self._texts[predicate]

    def first(self, predicate: str) -> dict[str, str]:
        """Subject to its one literal; where several are given, the first in the alphabet."""
        return {subject: values[0] for subject, values in self.texts(predicate).items()}

    def of_class(self, iri: str) -> list[str]:
        """Addresses of the things of a class, sorted."""
        if iri not in self._classes:
            self._classes[iri] = sorted(set(self._store.subjects(RDF_TYPE, iri)))
        return self._classes[iri]

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """Objects of the statements of one thing, in the store's order, not kept."""
        return self._store.objects(subject, predicate)


class StatementsOf(Statements):
    """What a store says of some things. Every table and every class holds these alone."""

    def __init__(self, store: GraphStore, things: Iterable[str]) -> None:
        super().__init__(store)
        links: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        texts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for thing in sorted(set(things)):
            for quad in store.quads(ox.NamedNode(thing)):
                value = quad.object
                if isinstance(value, ox.NamedNode):
                    links[quad.predicate.value].append((thing, value.value))
                elif isinstance(value, ox.Literal):
                    texts[quad.predicate.value].append((thing, value.value))
        self._links = {predicate: _grouped(pairs) for predicate, pairs in links.items()}
        self._texts = {predicate: _grouped(pairs) for predicate, pairs in texts.items()}
        for thing, classes in self._links.get(RDF_TYPE, {}).items():
            for one in classes:
                self._classes.setdefault(one, []).append(thing)

    def links(self, predicate: str) -> Table:
        """Subject to the addresses that it is linked to."""
        return self._links.get(predicate, {})

    def texts(self, predicate: str) -> Table:
        """Subject to its literals, whatever their language and datatype."""
        return self._texts.get(predicate, {})

    def of_class(self, iri: str) -> list[str]:
        """Addresses of the things of a class, sorted."""
        return self._classes.get(iri, [])


def _grouped(pairs: Iterable[tuple[str, str]]) -> Table:
    """Pairs by subject: the store gives a statement for each graph that has it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for subject, value in pairs:
        found[subject].append(value)
    return {
        subject: values if len(values) == 1 else sorted(set(values))
        for subject, values in found.items()
    }
