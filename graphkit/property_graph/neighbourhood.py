"""Around what changed: everything that another thing's nodes and relationships hang on.

What the file of a property graph says of a thing hangs on more than the statements about it:
on those of what is folded into it, of what qualifies its relationships, on whether their other
direction is told, and on whether there is a node where they end. All of it is gathered here
from the file itself, which gives back each statement to the letter, and from the store where
things are found by what they point to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from graphkit.delta import Delta
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.gathering import statement_of
from graphkit.property_graph.projection import Projector
from graphkit.property_graph.schema import RDF_TYPE_TERM, GraphSchema
from graphkit.property_graph.statements import StatementWriter
from graphkit.store import GraphStore

_NODE = "SELECT n, label, id, digest, content FROM node WHERE iri = ?"
_STARTING = """
SELECT r.n, r.type, r."end", e.iri, r.key, r.identity, r.content
FROM relationship r JOIN node e ON e.n = r."end" WHERE r.start = ?
"""
_LEFTOVER = "SELECT line FROM leftover WHERE line >= ? AND line < ?"


class NotFollowedError(Exception):
    """A change that is not worth following, or cannot be."""


@dataclass(frozen=True, slots=True)
class NodeBefore:
    """A row of the table of nodes."""

    n: int
    label: str
    id: str
    digest: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class RelationshipBefore:
    """A row of the table of relationships, with the IRI of its end."""

    n: int
    type: str
    end: int
    end_iri: str
    key: str
    identity: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Before:
    """What the file holds of a thing, and the statements that all of it stands for."""

    node: NodeBefore | None
    relationships: tuple[RelationshipBefore, ...]
    leftover: tuple[str, ...]
    lines: tuple[str, ...]


class _Terms:
    """The predicates by which one thing hangs on another."""

    def __init__(self, schema: GraphSchema, projector: Projector) -> None:
        folding = [iri for one in schema.labels.values() for iri in (*one.sums, *one.parts)]
        folding += schema.participation_sums
        self.folding = frozenset((projector.participant, *(f"<{iri}>" for iri in folding)))
        self.direct = {f"<{inverse}>": f"<{iri}>" for inverse, iri in schema.inverses.items()}
        """The predicate that tells the same, by the one that is told the other way round."""
        self.both_ways = frozenset((*self.direct, *self.direct.values()))
        self.qualifiers = {one.label: one for one in schema.qualified.values()}
        types = {
            schema.ontology.properties[one].relationship_type for one in schema.inverses.values()
        }
        ends = {f"<{end}>" for one in self.qualifiers.values() for end in (one.starts, one.ends)}
        self.is_simple = not (types & set(schema.qualified) or ends & self.both_ways)
        """Whether no relationship is both qualified and told in two directions."""


class Surroundings:
    """Looks up what is around things: `database` is the file before, `store` all that is now."""

    def __init__(
        self,
        database: sqlite3.Connection,
        store: GraphStore,
        delta: Delta,
        schema: GraphSchema,
        base: str,
    ) -> None:
        self.database = database
        self.store = store
        self.delta = delta
        self.schema = schema
        self.projector = Projector(schema, base)
        self.terms = _Terms(schema, self.projector)
        self.changed = [statement_of(text) for text in chain(self.delta.removed, self.delta.added)]
        self._writer = StatementWriter(schema, base, with_ontology=True)
        self._before: dict[str, Before] = {}
        self._labels: dict[str, str | None] = {}
        self._labels_before: dict[str, str | None] = {}
        self._typed = {subject for subject, one in self.changed if one[0] == RDF_TYPE_TERM}

    # ---- What is and was ----

    def before(self, term: str) -> Before:
        """What the file holds of a thing."""
        found = self._before.get(term)
        if found is None:
            found = self._before[term] = self._read(term)
        return found

    def _read(self, term: str) -> Before:
        run = self.database.execute
        bounds = f"{term} ", f"{term}!"
        leftover = tuple(text for (text,) in run(_LEFTOVER, bounds))
        row = run(_NODE, (term[1:-1],)).fetchone() if term[0] == "<" else None
        if row is None:
            return Before(None, (), leftover, leftover)
        node = NodeBefore(*row)
        starting = tuple(RelationshipBefore(*one) for one in run(_STARTING, (node.n,)))
        lines = [*leftover, *self._writer.node(node.label, *decoded(node.content))]
        for one in starting:
            content = decoded(one.content)[0]
            lines += self._writer.relationship(
                one.type, node.label, term[1:-1], one.end_iri, content
            )
        return Before(node, starting, leftover, tuple(lines))

    def label_before(self, term: str) -> str | None:
        """The label of a thing's node; None where it has none."""
        if term not in self._labels_before:
            query = "SELECT label FROM node WHERE iri = ?"
            iri = term[1:-1] if term[0] == "<" else None
            row = self.database.execute(query, (iri,)).fetchone()
            self._labels_before[term] = row[0] if row else None
        return self._labels_before[term]

    def label(self, term: str) -> str | None:
        """The label of the node that a thing has now."""
        if term not in self._labels:
            self._labels[term] = self._label_now(term)
        return self._labels[term]

    def _label_now(self, term: str) -> str | None:
        if term not in self._typed or term[0] != "<":
            return self.label_before(term)
        classes = [(RDF_TYPE_TERM, value, "") for value in self.objects(term, RDF_TYPE_TERM)]
        plan = self.projector.plan(classes)
        return plan.kind.label if plan else None

    def objects(self, term: str, predicate: str) -> Iterator[str]:
        """Where a thing points to now."""
        for quad in self._quads(term, predicate, None):
            if isinstance(quad.object, ox.NamedNode):
                yield f"<{quad.object.value}>"

    def subjects(self, predicate: str | None, term: str) -> Iterator[str]:
        """What points to a thing now."""
        for quad in self._quads(None, predicate, term):
            if isinstance(quad.subject, ox.NamedNode):
                yield f"<{quad.subject.value}>"

    def links(self, start: str | None, predicate: str, end: str | None) -> Iterator[str]:
        """The statements that lead from one thing to another, as lines."""
        for quad in self._quads(start, predicate, end):
            if isinstance(quad.object, ox.NamedNode):
                yield f"{quad.subject} {quad.predicate} {quad.object} {quad.graph_name} .\n"

    def _quads(
        self, subject: str | None, predicate: str | None, value: str | None
    ) -> Iterator[ox.Quad]:
        terms = subject, predicate, value
        if any(term is not None and term[0] != "<" for term in terms):
            return iter(())
        s, p, o = (None if term is None else ox.NamedNode(term[1:-1]) for term in terms)
        return self.store.quads(s, p, o)

    # ---- Whom a change concerns ----

    @property
    def can_follow(self) -> bool:
        """Whether the statements in the ontology's graph, which no row tells, play no part."""
        graph = self.projector.ontology_graph
        if not self.terms.is_simple or any(where == graph for _, (_, _, where) in self.changed):
            return False
        told = self.store.quads(graph=ox.NamedNode(graph[1:-1]))
        both = self.delta.subjects & {str(quad.subject) for quad in told}
        return not any(
            self.label(term) is None or self.label_before(term) != self.label(term) for term in both
        )

    def concerned(self, most: int) -> dict[str, Before]:
        """The things whose rows may be others now.

        Raises NotFollowedError where these are more than `most`.
        """
        terms = self.terms
        found = dict.fromkeys(sorted(self.delta.subjects))
        for term in self.owners(
            term for term in found if None in (self.label_before(term), self.label(term))
        ):
            found[term] = None
        for term in list(found):
            _check(found, most)
            labels = {self.label_before(term), self.label(term)}
            for name in sorted(labels & terms.qualifiers.keys(), key=str):
                starts = f"<{terms.qualifiers[str(name)].starts}>"
                found |= dict.fromkeys(self.objects(term, starts))
            if len(labels) > 1:
                for other in self.subjects(None, term):
                    found[other] = None
                    _check(found, most)
        qualified = {f"<{one.starts}>" for one in terms.qualifiers.values()}
        for _, (predicate, value, _) in self.changed:
            if value[0] == "<" and (predicate in terms.both_ways or predicate in qualified):
                found[value] = None
        _check(found, most)
        return {term: self.before(term) for term in found}

    def owners(self, things: Iterable[str]) -> dict[str, None]:
        """What things may be folded into, and what these may be folded into."""
        found: dict[str, None] = {}
        open_ = list(things)
        while open_:
            for quad in self._quads(None, None, open_.pop()):
                if str(quad.predicate) not in self.terms.folding:
                    continue
                owner = str(quad.subject)
                if owner[0] == "<" and owner not in found:
                    found[owner] = None
                    if self.label(owner) is None:
                        open_.append(owner)
        return found


def _check(found: dict[str, None], most: int) -> None:
    if len(found) > most:
        raise NotFollowedError
