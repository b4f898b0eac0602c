"""A difference of statements, by what it says: which predicates of which things changed."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import pyoxigraph as ox

from graphkit.delta import Delta
from graphkit.vocabulary import RDF_TYPE


class Changed:
    """The statements of a delta, removed and added alike, without their graphs.

    What is said of blank nodes is left out: no index and no figure has them.

    >>> changed = Changed(Delta(("<ex:a> <ex:p> <ex:b> <ex:g> .\\n",), ()))
    >>> changed.of("ex:p"), changed.objects("ex:p")
    (['ex:a'], ['ex:b'])
    """

    def __init__(self, delta: Delta) -> None:
        self._subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._objects: defaultdict[str, set[str]] = defaultdict(set)
        for lines in (delta.removed, delta.added):
            text = "".join(lines).encode()
            for quad in ox.parse(input=text, format=ox.RdfFormat.N_QUADS, lenient=True):
                if isinstance(quad.subject, ox.NamedNode):
                    predicate = quad.predicate.value
                    self._subjects[predicate].add(quad.subject.value)
                    if isinstance(quad.object, ox.NamedNode):
                        self._objects[predicate].add(quad.object.value)

    @cached_property
    def subjects(self) -> list[str]:
        """Addresses of all things of which something else is said now, sorted."""
        return self.of(*self._subjects)

    def of(self, *predicates: str) -> list[str]:
        """Things of which one of these predicates changed, sorted."""
        return sorted({iri for one in predicates for iri in self._subjects.get(one, ())})

    def objects(self, predicate: str) -> list[str]:
        """Addresses in the statements with a predicate that came or went, sorted."""
        return sorted(self._objects.get(predicate, ()))

    @cached_property
    def classed(self) -> list[str]:
        """Things whose classes changed, those that came and went among them."""
        return self.of(RDF_TYPE)
