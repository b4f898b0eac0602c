"""What is said about a node and what points to it: counted, and read a page at a time.

All statements around a node stand in one fixed order: those about it by property, then those
that point to it by property, and within a property as the store keeps them. The store's order
comes from hashes of the terms: it tells people nothing, but it is the same for every process
and needs no sorting of tens of thousands of addresses to find page 70.

A statement that several graphs make is one statement here; `sources` tells them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from graphkit.server.site.resources.addresses import Node
from graphkit.store import GraphStore

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_COUNT_OUT = """SELECT ?property (COUNT(*) AS ?n) WHERE {
  SELECT DISTINCT ?property ?end WHERE { ?_node ?property ?end }
} GROUP BY ?property"""
_COUNT_IN = """SELECT ?property (COUNT(*) AS ?n) WHERE {
  SELECT DISTINCT ?property ?end WHERE { ?end ?property ?_node }
} GROUP BY ?property"""
_OUT = "SELECT DISTINCT ?end WHERE { ?_node ?_property ?end } OFFSET %d LIMIT %d"
_IN = "SELECT DISTINCT ?end WHERE { ?end ?_property ?_node } OFFSET %d LIMIT %d"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The statements around a node that share property and direction; `total` counts them."""

    property: str
    incoming: bool
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some statements of a bundle: their other ends, in the store's order."""

    bundle: Bundle
    ends: tuple[Term, ...]


class Neighbourhood:
    """The statements around one node."""

    def __init__(self, store: GraphStore, node: Node) -> None:
        self.store = store
        self.node = node
        self.bundles = (*self._counted(False), *self._counted(True))

    def __bool__(self) -> bool:
        """Whether anything is said of the node at all."""
        return bool(self.bundles)

    @property
    def total(self) -> int:
        """How many statements there are."""
        return sum(bundle.total for bundle in self.bundles)

    def _counted(self, incoming: bool) -> list[Bundle]:
        if isinstance(self.node, ox.NamedNode):
            rows = self.store.select(_COUNT_IN if incoming else _COUNT_OUT, {"_node": self.node})
            counts = {row["property"].value: int(row["n"].value) for row in rows}
        else:
            counts = Counter(quad.predicate.value for quad in self._distinct(None, incoming))
        return [Bundle(name, incoming, counts[name]) for name in sorted(counts)]

    def page(self, bundles: Sequence[Bundle], start: int, size: int) -> Iterator[Part]:
        """`size` statements of these bundles, after the first `start` of them."""
        for bundle in bundles:
            if size <= 0:
                return
            if start >= bundle.total:
                start -= bundle.total
                continue
            ends = self.ends(bundle, start, size)
            yield Part(bundle, ends)
            size -= len(ends)
            start = 0

    def ends(self, bundle: Bundle, start: int, size: int) -> tuple[Term, ...]:
        """The other ends of some statements of a bundle."""
        if isinstance(self.node, ox.NamedNode):
            query = (_IN if bundle.incoming else _OUT) % (start, size)
            bindings = {"_node": self.node, "_property": ox.NamedNode(bundle.property)}
            return tuple(row["end"] for row in self.store.select(query, bindings))
        quads = self._distinct(ox.NamedNode(bundle.property), bundle.incoming)
        ends = (quad.subject if bundle.incoming else quad.object for quad in quads)
        return tuple(islice(ends, start, start + size))

    def quads(self, part: Part) -> Iterator[ox.Quad]:
        """The statements of a part, once for every graph that makes them."""
        predicate = ox.NamedNode(part.bundle.property)
        for end in part.ends:
            if not part.bundle.incoming:
                yield from self.store.quads(self.node, predicate, end)
            elif not isinstance(end, ox.Literal):
                yield from self.store.quads(end, predicate, self.node)

    def _distinct(self, predicate: ox.NamedNode | None, incoming: bool) -> Iterator[ox.Quad]:
        """Statements around a blank node, which no query can name, without repetition."""
        found = (
            self.store.quads(None, predicate, self.node)
            if incoming
            else self.store.quads(self.node, predicate)
        )
        seen: set[ox.Triple] = set()
        for quad in found:
            if quad.triple not in seen:
                seen.add(quad.triple)
                yield quad
