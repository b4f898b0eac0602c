"""Statements about a thing → its node and the relationships that begin there.

A statement is a triple of N-Quads terms: predicate, object, named graph. What
cannot be said in the property graph is given back as left over, never dropped
unseen. The order of the statements makes no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphkit.property_graph.elements import Node, Relationship, Value, identity_of
from graphkit.property_graph.folding import Folder, Lookup, Parts, Statement, Statements
from graphkit.property_graph.schema import (
    ID,
    IRI,
    LOCATION,
    MARKS,
    NAME,
    NO_PARTICIPATION,
    OTHER_SOURCES,
    PROPERTY_SOURCES,
    RDF_TYPE_TERM,
    SOURCE,
    GraphSchema,
    Key,
    NodeType,
)
from graphkit.property_graph.values import POINT, as_text, value_of
from graphkit.rdf.nodes import ONTOLOGY_GRAPH, Namer
from graphkit.vocabulary import expand

__all__ = ["Lookup", "Projected", "Projector", "Repeated", "Statement", "Statements", "line"]

NAME_LENGTH = 120
"""Longer names are cut at a word: they are what a picture shows beside a node."""

Given = tuple[Value, str, str, str, str]
"""A value with its kind, mark, term and named graph."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A statement that tells a relationship once more, the other way round."""

    identity: bytes
    source: str
    line: str


@dataclass(slots=True)
class Projected:
    """What came of one thing.

    `folded` are the things that went into the node and its relationships; `leftover`
    are lines of N-Quads that have no place.
    """

    node: Node
    relationships: list[Relationship]
    qualifications: list[Relationship] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)


def line(subject: str, statement: Statement) -> str:
    """A statement as a line of N-Quads.

    >>> line("<a:s>", ("<a:p>", '"o"', "<a:g>"))
    '<a:s> <a:p> "o" <a:g> .\\n'
    """
    predicate, value, graph = statement
    return f"{subject} {predicate} {value} {graph} .\n"


@dataclass(frozen=True)
class _Plan:
    """What to do with each predicate (in angle brackets) of a label's things."""

    kind: NodeType
    class_term: str
    prefix: str
    """What the address of a thing begins with that has its key alone as id."""
    named_by: str | None
    """The key whose value names its things."""
    keys: Mapping[str, Key]
    links: Mapping[str, str]
    sums: Mapping[str, str]
    parts: Mapping[str, str]
    inverses: Mapping[str, str]
    """Types of the relationships that a predicate tells the other way round."""
    short: frozenset[str]
    """Keys that go onto the relationships that its things say more about."""


class Projector:
    """Turns things into nodes and relationships; knows nothing of where they are kept."""

    def __init__(self, schema: GraphSchema, base: str) -> None:
        self.schema = schema
        self.base = base
        self.namer = Namer(schema.ontology, base)
        self.folder = Folder(schema, self.namer)
        self.ontology_graph = self.namer.graph(ONTOLOGY_GRAPH)
        self.plans = {one.label: _plan(schema, one, base) for one in schema.labels.values()}
        self.participant = f"<{expand('dg:participant')}>"
        self.direct = frozenset(f"<{iri}>" for iri in schema.direct)
        self._by_class = {plan.class_term: plan for plan in self.plans.values()}
        self._sources: dict[str, str] = {}

    def plan(self, statements: Iterable[Statement]) -> _Plan | None:
        """What the classes of a thing make of it; of several labels, the first by name."""
        classes = [one for predicate, one, _ in statements if predicate == RDF_TYPE_TERM]
        plans = [self._by_class[one] for one in classes if one in self._by_class]
        return min(plans, key=lambda plan: plan.kind.label) if plans else None

    def source(self, graph: str) -> str:
        """A named graph as relationships and nodes tell it: the last part of its IRI."""
        source = self._sources.get(graph)
        if source is None:
            source = graph[1:-1].removeprefix(f"{self.base}graph/")
            source = self._sources[graph] = graph[1:-1] if ":" in source else source
        return source

    def identifier(self, label: str, iri: str) -> str:
        """The id of a node, of which no two of a label share one: the key in its IRI, or all of it.

        An IRI always has a colon, a key never: so one is not taken for the other.
        """
        prefix = self.plans[label].prefix
        key = iri[len(prefix) :] if prefix and iri.startswith(prefix) else ""
        return key if key and ":" not in key else iri

    def project(self, subject: str, statements: Statements, lookup: Lookup) -> Projected | None:
        """The node of a thing with a label, and what begins at it; None for other things.

        `subject` is its IRI in angle brackets; `lookup` gives the statements on what may
        be folded into it. What it cannot give is left over with the statement that names it.
        """
        plan = self.plan(statements)
        if plan is None or subject[0] != "<":
            return None
        return _Projection(self, plan, subject, lookup).run(statements)


def _plan(schema: GraphSchema, kind: NodeType, base: str) -> _Plan:
    properties = schema.ontology.properties
    named_by = kind.keys.get(kind.named_by or "")
    under = schema.ontology.classes[kind.class_iri].addressed_under
    return _Plan(
        kind=kind,
        class_term=f"<{kind.class_iri}>",
        prefix=f"{base}{under}" if under else "",
        named_by=named_by.name if named_by else None,
        keys={f"<{iri}>": key for iri, key in kind.keys.items()},
        links={f"<{iri}>": name for iri, name in kind.relationships.items()},
        sums={f"<{iri}>": name for iri, name in kind.sums.items()},
        parts={f"<{iri}>": name for iri, name in kind.parts.items()},
        inverses={
            f"<{iri}>": properties[schema.inverses[iri]].relationship_type or ""
            for iri in kind.implied
            if iri in schema.inverses
        },
        short=frozenset(key.name for key in kind.keys.values() if key.is_short),
    )


class _Projection:
    """One thing being projected."""

    def __init__(self, projector: Projector, plan: _Plan, subject: str, lookup: Lookup) -> None:
        self.projector = projector
        self.plan = plan
        self.subject = subject
        self.iri = subject[1:-1]
        self.id = projector.identifier(plan.kind.label, self.iri)
        self.lookup = lookup
        self.values: dict[str, list[Given]] = {}
        self.relationships: list[Relationship] = []
        self.repeated: list[Repeated] = []
        self.folded: list[str] = []
        self.taken: Statements = []
        self.leftover: list[str] = []

    def run(self, statements: Statements) -> Projected:
        plan, values = self.plan, self.values
        keys, links = plan.keys, plan.links
        direct: dict[tuple[str, str], list[str]] = {}
        participations: Statements = []
        types: list[str] = []
        for statement in statements:
            predicate, value, graph = statement
            key = keys.get(predicate)
            if key is not None:
                given = (*value_of(value, key), value, graph)
                found = values.get(key.name)
                if found is None:
                    values[key.name] = [given]
                else:
                    found.append(given)
            elif predicate in links:
                if value[0] != "<":
                    self.leave(statement)
                elif (predicate, value) not in direct:
                    direct[predicate, value] = [graph]
                elif graph not in direct[predicate, value]:
                    direct[predicate, value].append(graph)
            elif predicate == RDF_TYPE_TERM and value == plan.class_term:
                if graph not in types:
                    types.append(graph)
            elif predicate == self.projector.participant:
                participations.append(statement)
            else:
                self.other(statement)
        if len(types) > 1:
            ontology = self.projector.ontology_graph
            types.sort(key=lambda graph: (graph == ontology, graph))
        self.relate(direct, participations)
        node = Node(plan.kind.label, self.id, self.iri, *self.properties(types))
        return Projected(
            node,
            self.relationships,
            self.qualifications(node, direct) if plan.kind.qualifier else [],
            self.repeated,
            self.folded,
            self.leftover,
        )

    def leave(self, statement: Statement) -> None:
        """Keep a statement that has no place; the ontology's own are not meant to have one."""
        if statement[2] != self.projector.ontology_graph:
            self.leftover.append(line(self.subject, statement))

    def other(self, statement: Statement) -> None:
        """A statement of what is folded, or of the other direction of a relationship."""
        predicate, value, graph = statement
        plan = self.plan
        if predicate in plan.sums:
            name = plan.sums[predicate]
            self.fold(
                statement, partial(self.projector.folder.sum, self.subject, value, graph, name)
            )
        elif predicate in plan.parts:
            folder = self.projector.folder
            parts = self.fold(
                statement, partial(folder.address, plan.kind, self.subject, value, graph)
            )
            if parts is not None:
                shown = folder.shown(plan.kind, parts)
                self.values[plan.parts[predicate]] = [(shown, "", "", value, graph)]
        elif predicate in plan.inverses and value[0] == "<":
            identity = identity_of(plan.inverses[predicate], value[1:-1], self.iri, "")
            text = line(self.subject, statement)
            self.repeated.append(Repeated(identity, self.projector.source(graph), text))
        else:
            self.leave(statement)

    def fold(self, statement: Statement, folding: partial[Parts | None]) -> Parts | None:
        """Put the values of a thing without a node on this one."""
        _, iri, graph = statement
        if statement in self.taken:
            return None
        content = self.lookup(iri)
        parts = None if content is None else folding(content)
        if parts is None:
            self.leave(statement)
            return None
        self.taken.append(statement)
        self.folded.append(iri)
        for name, (value, mark) in parts.items():
            self.values[name] = [(value, "", mark, iri, graph)]
        return parts

    def relate(self, direct: Mapping[tuple[str, str], list[str]], parts: Statements) -> None:
        """The relationships that begin at this thing."""
        projector = self.projector
        taken = self.participations(direct, parts) if parts else {}
        for link, graphs in direct.items():
            properties: dict[str, Value]
            if len(graphs) == 1:
                properties = {SOURCE: projector.source(graphs[0])}
            else:
                first, *others = sorted(map(projector.source, graphs))
                properties = {SOURCE: first, OTHER_SOURCES: others}
            if link[0] in projector.direct:
                properties |= taken.get(link, {NO_PARTICIPATION: True})
            name, end = self.plan.links[link[0]], link[1][1:-1]
            self.relationships.append(Relationship(name, self.iri, end, "", properties, {}))

    def participations(
        self, direct: Mapping[tuple[str, str], list[str]], statements: Statements
    ) -> dict[tuple[str, str], Mapping[str, Value]]:
        """What participations add to the direct links that they stand behind."""
        taken: dict[tuple[str, str], Mapping[str, Value]] = {}
        for statement in dict.fromkeys(statements):
            _, iri, graph = statement
            content = self.lookup(iri)
            found = None
            if content is not None:
                found = self.projector.folder.participation(
                    self.subject, iri, graph, content, self.lookup
                )
            if found is None or direct.get(found.link) != [graph]:
                self.leave(statement)
            else:
                taken[found.link] = found.properties
                self.folded += [iri, *found.folded]
        return taken

    def properties(self, types: list[str]) -> tuple[dict[str, Value], dict[str, str]]:
        """What stands on the node, and the kinds that JSON has no word for."""
        main = types[0]
        properties: dict[str, Value] = {}
        typed: dict[str, str] = {}
        elsewhere: list[str] = []
        by_key = self.plan.kind.by_key
        for name, given in self.values.items():
            many = name in by_key and by_key[name].many
            if len(given) > 1:
                given = list({one[3:]: one for one in given}.values())
            if many or len(given) > 1:
                self.several(name, given, main, properties, typed, elsewhere)
                continue
            value, kind, mark, _, graph = given[0]
            properties[name] = value
            if mark:
                properties[name + MARKS] = mark
            if kind:
                typed[name] = kind
            if graph != main:
                elsewhere.append(f"{name}={self.projector.source(graph)}")
        self.describe(properties, typed)
        properties[ID], properties[IRI] = self.id, self.iri
        properties[SOURCE] = self.projector.source(main)
        if len(types) > 1:
            properties[OTHER_SOURCES] = [self.projector.source(graph) for graph in types[1:]]
        if elsewhere:
            properties[PROPERTY_SOURCES] = sorted(elsewhere)
        return properties, typed

    def several(
        self,
        name: str,
        given: list[Given],
        main: str,
        properties: dict[str, Value],
        typed: dict[str, str],
        elsewhere: list[str],
    ) -> None:
        """A list: its values sorted, all of one kind, with the graphs of each."""
        graphs: dict[str, list[str]] = defaultdict(list)
        values: dict[str, tuple[Any, str, str]] = {}
        for value, kind, mark, term, graph in given:
            graphs[term].append(graph)
            values[term] = value, kind, mark
        if len({(type(value), kind) for value, kind, _ in values.values()}) > 1:
            # A list holds values of one kind only: all become text, with a mark.
            key = self.plan.kind.by_key[name]
            values = {term: as_text(*one, key) for term, one in values.items()}
        ordered = sorted(values, key=lambda term: (values[term][0], values[term][2], term))
        properties[name] = [values[term][0] for term in ordered]
        if any(mark for _, _, mark in values.values()):
            properties[name + MARKS] = [values[term][2] for term in ordered]
        if kind := values[ordered[0]][1]:
            typed[name] = kind
        where = [sorted(graphs[term]) for term in ordered]
        source = self.projector.source
        if all(one == where[0] for one in where):
            if where[0] != [main]:
                elsewhere += [f"{name}={source(graph)}" for graph in where[0]]
            return
        for number, one in enumerate(where):
            if one != [main]:
                elsewhere += [f"{name}[{number}]={source(graph)}" for graph in one]

    def describe(self, properties: dict[str, Value], typed: dict[str, str]) -> None:
        """What graphkit adds for readers: a name, and a point where there are coordinates."""
        named_by = self.plan.named_by
        if named_by != NAME:
            name = properties.get(named_by or "")
            first = name[0] if isinstance(name, list) else name
            properties[NAME] = shortened(str(first or "")) or self.id
        elif NAME not in properties:
            properties[NAME] = self.id
            properties[NAME + MARKS] = "-"
        latitude, longitude = properties.get("latitude"), properties.get("longitude")
        if (
            isinstance(latitude, float)
            and isinstance(longitude, float)
            and abs(latitude) <= 90
            and abs(longitude) <= 180
        ):
            properties[LOCATION] = [longitude, latitude]
            typed[LOCATION] = POINT

    def qualifications(
        self, node: Node, direct: Mapping[tuple[str, str], list[str]]
    ) -> list[Relationship]:
        """What a thing says more about: one for each pair of its ends."""
        qualifier = self.plan.kind.qualifier
        if qualifier is None:
            return []
        ends: dict[str, list[str]] = {qualifier.starts: [], qualifier.ends: []}
        for predicate, value in direct:
            if predicate[1:-1] in ends:
                ends[predicate[1:-1]].append(value[1:-1])
        short = self.plan.short
        copied = {name: value for name, value in node.properties.items() if name in short}
        copied[qualifier.key] = node.id
        kinds = {name: kind for name, kind in node.typed.items() if name in short}
        return [
            Relationship(qualifier.type, start, end, node.id, copied, kinds)
            for start in ends[qualifier.starts]
            for end in ends[qualifier.ends]
            if start != end
        ]


def shortened(text: str) -> str:
    """A text short enough for a caption, cut at a word.

    >>> shortened("one two three") == "one two three"
    True
    >>> len(shortened("word " * 100)) <= NAME_LENGTH
    True
    """
    text = " ".join(text[: NAME_LENGTH * 8].split())
    if len(text) <= NAME_LENGTH:
        return text
    cut = text[: NAME_LENGTH - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > NAME_LENGTH // 2 else cut}…"
