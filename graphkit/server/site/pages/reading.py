"""Reading what a page shows of one thing, statement by statement.

The named queries give the same, and each page links to them; but a page needs seven of them,
and reading the statements of the few things that it shows takes a tenth of the time. A test
compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyoxigraph as ox

from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.labels import Labels
from graphkit.store import python_value
from graphkit.uk_areas import COUNTRIES, REGIONS
from graphkit.vocabulary import expand

MAP_PLACES = {**REGIONS, **{code: name for code, name in COUNTRIES.items() if code[0] != "E"}}
"""Codes and names of the twelve parts of the United Kingdom that maps show."""


class Reader:
    """Reads values of things. Make one for each page: it remembers names and places."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.labels = Labels(dataset)
        self._nodes: dict[str, ox.NamedNode] = {}
        self._parts: dict[str, frozenset[str]] = {}

    def _property(self, short: str) -> ox.NamedNode:
        node = self._nodes.get(short)
        if node is None:
            node = self._nodes[short] = ox.NamedNode(expand(short))
        return node

    def all(self, iri: str, short: str) -> list[Any]:
        """Values of a property, each once, sorted; IRIs as text."""
        found = self.dataset.store.quads(ox.NamedNode(iri), self._property(short))
        return sorted({python_value(quad.object) for quad in found}, key=str)

    def one(self, iri: str, short: str) -> Any:
        """The first value of a property, or None."""
        found = self.all(iri, short)
        return found[0] if found else None

    def text(self, iri: str, short: str) -> str:
        """The first value of a property as text, or nothing."""
        found = self.one(iri, short)
        return "" if found is None else str(found)

    def code(self, iri: str, short: str) -> str:
        """The value of a property as the code of a closed list: `partial`."""
        return self.text(iri, short).rpartition("/")[2]

    def subjects(self, short: str, iri: str) -> list[str]:
        """IRIs of the things that have this thing as value of a property, sorted."""
        found = self.dataset.store.quads(None, self._property(short), ox.NamedNode(iri))
        return sorted(
            {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}
        )

    def with_text(self, short: str, text: str) -> list[str]:
        """IRIs of the things that have this text as value of a property, sorted."""
        return sorted(set(self.dataset.store.subjects(expand(short), ox.Literal(text))))

    def values(self, iri: str) -> dict[str, list[Any]]:
        """All that is said of a thing: values by the IRI of the property, each once, sorted."""
        found: defaultdict[str, set[Any]] = defaultdict(set)
        for quad in self.dataset.store.quads(ox.NamedNode(iri)):
            found[quad.predicate.value].add(python_value(quad.object))
        return {name: sorted(values, key=str) for name, values in found.items()}

    def name(self, iri: str) -> str:
        """What a thing is called."""
        return self.labels.of(iri)

    def named(self, iri: str, short: str) -> list[tuple[str, str]]:
        """The things that a property leads to, as name and IRI, sorted by name."""
        ends = [end for end in self.all(iri, short) if "://" in str(end)]
        return sorted((self.name(end), end) for end in ends)

    def map_places(self, iri: str) -> frozenset[str]:
        """Codes of the parts of the United Kingdom (`MAP_PLACES`) in which a place lies."""
        parts = self._parts.get(iri)
        if parts is None:
            around = [iri, *(str(end) for end in self.all(iri, "gk:within"))]
            codes = {place.rpartition("/")[2] for place in around}
            parts = self._parts[iri] = frozenset(codes & MAP_PLACES.keys())
        return parts
