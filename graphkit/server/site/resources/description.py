"""A page of statements around a node, with what is needed to read them.

That is: for every other end that has no address of its own worth following (blank nodes, and
the helper nodes that a property graph folds away: sums of money, addresses, participations) what
is said of it; and labels for everything that is mentioned, properties and classes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeGuard

import pyoxigraph as ox

from graphkit.server.site.answers import too_large
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.addresses import Node
from graphkit.server.site.resources.labels import Labels, kinds
from graphkit.server.site.resources.neighbourhood import Neighbourhood, Part
from graphkit.server.site.resources.selection import Selection

MAX_CLOSURE = 20_000
"""Statements on blank nodes and helpers on one page."""
_MAX_UP = 20
"""Statements that point to a helper: those that do are few, by its nature."""


class Description:
    """The statements of one page around a node."""

    def __init__(self, dataset: Dataset, around: Neighbourhood, selection: Selection) -> None:
        self.dataset = dataset
        self.around = around
        self.selection = selection
        self.labels = Labels(dataset)
        self.parts: tuple[Part, ...] = tuple(
            around.page(selection.bundles, selection.start, selection.size)
        )

    @cached_property
    def main(self) -> tuple[ox.Quad, ...]:
        """The page's statements about the node and those that point to it."""
        return tuple(quad for part in self.parts for quad in self.around.quads(part))

    @cached_property
    def helpers(self) -> dict[Node, tuple[ox.Quad, ...]]:
        """Helper nodes at the other ends, and at the ends of these, with what is said of them.

        Raises Problem 413 where that is more than `MAX_CLOSURE` statements.
        """
        found: dict[Node, tuple[ox.Quad, ...]] = {}
        left = MAX_CLOSURE
        waiting = [
            (end, part.bundle.incoming)
            for part in self.parts
            for end in part.ends
            if self.is_helper(end)
        ]
        for node, from_above in waiting:
            if node in found or node == self.around.node:
                continue
            quads = tuple(self._around_helper(node, from_above))
            left -= len(quads)
            if left < 0:
                raise too_large("statements on blank nodes", MAX_CLOSURE)
            found[node] = quads
            waiting.extend(
                (quad.object, False)
                for quad in quads
                if quad.subject == node and self.is_helper(quad.object)
            )
        return found

    def _around_helper(self, node: Node, from_above: bool) -> Iterator[ox.Quad]:
        yield from self.dataset.store.quads(node)
        if from_above:
            for count, quad in enumerate(self.dataset.store.quads(None, None, node)):
                if count == _MAX_UP:
                    return
                yield quad

    def is_helper(self, term: object) -> TypeGuard[Node]:
        """Whether a term is a blank node, or of a class that a property graph folds away."""
        if isinstance(term, ox.BlankNode):
            return True
        if not isinstance(term, ox.NamedNode):
            return False
        kind = self.labels.kind(term.value)
        if not kind or kind in self._kinds_with_nodes:
            return False
        known = self.dataset.ontology.classes
        return any(iri in known and known[iri].folded_into for iri in self.labels.classes(term))

    @cached_property
    def _kinds_with_nodes(self) -> frozenset[str]:
        """Kinds in addresses whose things are no helpers: they need no look at their classes."""
        return frozenset(kinds(self.dataset.ontology))

    def everything(self) -> Iterator[ox.Quad]:
        """All statements of the page, once for each graph that makes them, grouped by subject."""
        seen: set[ox.Quad] = set()
        for quad in (*self.main, *(q for quads in self.helpers.values() for q in quads)):
            if quad not in seen:
                seen.add(quad)
        ordered = sorted(seen, key=self._place)
        yield from ordered
        for iri in self._mentioned(ordered):
            for quad in self.labels.statements(iri):
                if quad not in seen:
                    seen.add(quad)
                    yield quad

    def _place(self, quad: ox.Quad) -> tuple[bool, str, str, str, str]:
        subject, value = str(quad.subject), str(quad.object)
        return (
            quad.subject != self.around.node,
            subject,
            quad.predicate.value,
            value,
            str(quad.graph_name),
        )

    def _mentioned(self, quads: Iterable[ox.Quad]) -> list[str]:
        """IRIs of everything that the statements mention, graphs too, sorted."""
        found: set[str] = set()
        for quad in quads:
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                if isinstance(term, ox.NamedNode):
                    found.add(term.value)
        return sorted(found)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """IRIs of the graphs that the page's statements stand in, sorted."""
        graphs = {quad.graph_name for quad in self.main}
        return tuple(sorted(g.value for g in graphs if isinstance(g, ox.NamedNode)))
