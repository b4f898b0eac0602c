"""What a store says, as tables by predicate, for readers that want many of the same ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
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

    def has(self, predicate: str) -> bool:
        """Whether the store has any statement with a predicate."""
        return next(iter(self._store.quads(None, ox.NamedNode(predicate))), None) is not None

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """Objects of the statements of one thing, in the store's order, not kept."""
        return self._store.objects(subject, predicate)


class Things:
    """Single things of a store, each read once, whole, when it is asked for."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self._read: dict[str, dict[str, list[Any]]] = {}

    def objects(self, thing: str, predicate: str) -> list[Any]:
        """Objects of the statements of a thing with a predicate, in the store's order."""
        found = self._read.get(thing)
        if found is None:
            found = self._read[thing] = {}
            for quad in self.store.quads(ox.NamedNode(thing)):
                found.setdefault(quad.predicate.value, []).append(quad.object)
        return found.get(predicate, [])

    def links(self, thing: str, predicate: str) -> list[str]:
        """Addresses that a thing is linked to, sorted, each once."""
        terms = self.objects(thing, predicate)
        return sorted({term.value for term in terms if isinstance(term, ox.NamedNode)})

    def texts(self, thing: str, predicate: str) -> list[str]:
        """Literals of a thing, sorted, each once."""
        terms = self.objects(thing, predicate)
        return sorted({term.value for term in terms if isinstance(term, ox.Literal)})


class StatementsOf(Statements):
    """What a store says of some things. Every table and every class holds these alone."""

    def __init__(self, things: Things, wanted: Iterable[str]) -> None:
        super().__init__(things.store)
        self._things = things
        self._wanted = sorted(set(wanted))

    def links(self, predicate: str) -> Table:
        """Subject to the addresses that it is linked to."""
        if predicate not in self._links:
            self._links[predicate] = self._table(self._things.links, predicate)
        return self._links[predicate]

    def texts(self, predicate: str) -> Table:
        """Subject to its literals, whatever their language and datatype."""
        if predicate not in self._texts:
            self._texts[predicate] = self._table(self._things.texts, predicate)
        return self._texts[predicate]

    def of_class(self, iri: str) -> list[str]:
        """Addresses of the things of a class, sorted."""
        return [thing for thing, classes in self.links(RDF_TYPE).items() if iri in classes]

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """Objects of the statements of one thing, in the store's order."""
        return self._things.objects(subject, predicate)

    def _table(self, values: Callable[[str, str], list[str]], predicate: str) -> Table:
        return {thing: found for thing in self._wanted if (found := values(thing, predicate))}


def _grouped(pairs: Iterable[tuple[str, str]]) -> Table:
    """Pairs by subject: the store gives a statement for each graph that has it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for subject, value in pairs:
        found[subject].append(value)
    return {
        subject: values if len(values) == 1 else sorted(set(values))
        for subject, values in found.items()
    }
