"""The classes of the things that a piece of a snapshot refers to, for judging it alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.vocabulary import RDF_TYPE

# Begins with what is rare, so that the search skips most of the text.
_TYPED = re.compile(rb"> <" + RDF_TYPE.encode() + rb"> (<[^>\n]+>) ")
# Things that are always written together with the one they belong to.
_DEPENDENT = ("gk:Award", "gk:Participation", "schema:MonetaryAmount", "schema:PostalAddress")

TypesOf = Callable[[bytes], bytes]
"""Maps a thing (`<iri>`) to its classes, separated by spaces; empty for none."""


def typed_things(block: bytes, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
    """Where things begin in a block from `start` on: position, thing, class."""
    for match in _TYPED.finditer(block, start):
        line = block.rfind(b"\n", 0, match.start()) + 1
        yield line, block[line : match.start() + 1], match.group(1)


class TypeIndex:
    """The classes of all things that others may refer to, taken up as they are written."""

    def __init__(self, ontology: Ontology) -> None:
        self._dependent = dependent_classes(ontology)
        self._types: dict[bytes, bytes] = {}

    def observe(self, block: bytes) -> None:
        """Take up a block of N-Quads lines."""
        for _, thing, kind in typed_things(block):
            if kind not in self._dependent:
                self._types[thing] = kind

    def of(self, thing: bytes) -> bytes:
        """The class of a thing."""
        return self._types.get(thing, b"")


def stored_types(store: GraphStore) -> TypesOf:
    """Asks a store for the classes of things."""

    @lru_cache(maxsize=200_000)
    def of(thing: bytes) -> bytes:
        return b" ".join(
            f"<{term.value}>".encode()
            for term in store.objects(thing[1:-1].decode(), RDF_TYPE)
            if isinstance(term, ox.NamedNode)
        )

    return of


def dependent_classes(ontology: Ontology) -> frozenset[bytes]:
    """Classes of things that are only ever written together with another."""
    return frozenset(f"<{ontology.iri(curie)}>".encode() for curie in _DEPENDENT)
