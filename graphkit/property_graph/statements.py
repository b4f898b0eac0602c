"""Nodes and relationships → the statements they came from, as lines of N-Quads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphkit.property_graph.elements import Scalar, Value
from graphkit.property_graph.schema import (
    MARKS,
    NAME,
    NO_PARTICIPATION,
    ONE_WAY,
    OTHER_SOURCES,
    PROPERTY_SOURCES,
    RDF_TYPE_TERM,
    SOURCE,
    GraphSchema,
    Key,
    NodeType,
)
from graphkit.property_graph.values import term_of
from graphkit.rdf.nodes import Namer
from graphkit.vocabulary import expand

_ONE = re.compile(r"(.+)\[([0-9]+)\]").fullmatch
_NO_GRAPHS: dict[int | None, list[str]] = {}


class StatementWriter:
    """Writes the statements behind nodes and relationships.

    Those in the ontology's own named graph are left out unless `with_ontology`: they
    are the same for every snapshot, and the ontology's files tell them.
    """

    def __init__(self, schema: GraphSchema, base: str, *, with_ontology: bool = False) -> None:
        self.schema = schema
        self.base = base
        self.namer = Namer(schema.ontology, base)
        self._graphs: dict[str, str] = {}
        self._left_out = "" if with_ontology else self.namer.graph("ontology")
        self._participant = f"<{expand('dg:participant')}>"
        self._participation = f"<{expand('gk:Participation')}>"
        self._taken_by, self._role = (
            f"<{expand('dg:entity_taking_role')}>",
            f"<{expand('gk:role')}>",
        )
        self._amount = f"<{expand('schema:MonetaryAmount')}>"
        self._roles = {
            predicate: (role, schema.ontology.properties[predicate].direct_role or "")
            for predicate, role in schema.direct.items()
        }
        self._inverses = {direct: inverse for inverse, direct in schema.inverses.items()}
        self._extra_names = {
            name: {f"{name}_{key.name}": key for key in schema.sum_extras}
            for kind in schema.labels.values()
            for name in (*kind.sums.values(), *schema.participation_sums.values())
        }
        self._folded_into = {
            term.folded_into: term.iri
            for term in schema.ontology.classes.values()
            if term.folded_into
        }

    def graph(self, source: str) -> str:
        """A named graph by its source, as a term."""
        term = self._graphs.get(source)
        if term is None:
            term = f"<{source}>" if ":" in source else self.namer.graph(source)
            self._graphs[source] = term
        return term

    def node(
        self, label: str, properties: Mapping[str, Value], typed: Mapping[str, str]
    ) -> Iterator[str]:
        """All statements that a node stands for."""
        kind = self.schema.labels[label]
        subject = f"<{properties['iri']}>"
        main = self.graph(str(properties.get(SOURCE, "")))
        for graph in (main, *map(self.graph, _strings(properties.get(OTHER_SOURCES)))):
            if graph != self._left_out:
                yield f"{subject} {RDF_TYPE_TERM} <{kind.class_iri}> {graph} .\n"
        elsewhere = self.elsewhere(_strings(properties.get(PROPERTY_SOURCES)))
        keys = kind.by_key
        for name, value in properties.items():
            graphs = elsewhere.get(name, _NO_GRAPHS)
            key = keys.get(name)
            if key is not None:
                marks = properties.get(name + MARKS)
                if name == NAME and marks == "-":
                    continue
                start = f"{subject} <{key.predicate}> "
                for number, term in enumerate(_terms(value, key, typed.get(name, ""), marks)):
                    for graph in graphs.get(number) or graphs.get(None) or [main]:
                        if graph != self._left_out:
                            yield f"{start}{term} {graph} .\n"
        yield from self._folded(kind, subject, properties, elsewhere, main)

    def elsewhere(self, entries: list[str]) -> dict[str, dict[int | None, list[str]]]:
        """Graphs of the values that do not stand in the node's own: by key and place."""
        found: dict[str, dict[int | None, list[str]]] = {}
        for entry in entries:
            target, _, source = entry.partition("=")
            match = _ONE(target)
            name, place = (match[1], int(match[2])) if match else (target, None)
            found.setdefault(name, {}).setdefault(place, []).append(self.graph(source))
        return found

    def _folded(
        self,
        kind: NodeType,
        subject: str,
        properties: Mapping[str, Value],
        elsewhere: Mapping[str, dict[int | None, list[str]]],
        main: str,
    ) -> Iterator[str]:
        for predicate, name in kind.sums.items():
            if name in properties:
                graph = elsewhere.get(name, _NO_GRAPHS).get(None, [main])[0]
                yield from self.sum(subject, predicate, name, properties, graph)
        for predicate, name in kind.parts.items():
            if name not in properties:
                continue
            graph = elsewhere.get(name, _NO_GRAPHS).get(None, [main])[0]
            thing = self.namer.address(subject)
            class_iri = self._folded_into[kind.class_iri]
            yield f"{subject} <{predicate}> {thing} {graph} .\n"
            yield f"{thing} {RDF_TYPE_TERM} <{class_iri}> {graph} .\n"
            for key in self.schema.part_keys(kind.label).values():
                if key.name in properties:
                    value, marks = properties[key.name], properties.get(key.name + MARKS)
                    for term in _terms(value, key, "", marks):
                        yield f"{thing} <{key.predicate}> {term} {graph} .\n"

    def sum(
        self, owner: str, predicate: str, name: str, properties: Mapping[str, Value], graph: str
    ) -> Iterator[str]:
        """The statements on a sum of money that its owner holds as a number."""
        thing, value = self.namer.amount(owner, name), self.schema.sum_value
        yield f"{owner} <{predicate}> {thing} {graph} .\n"
        yield f"{thing} {RDF_TYPE_TERM} {self._amount} {graph} .\n"
        number = term_of(
            _scalar(properties[name]), value, "", str(properties.get(name + MARKS, ""))
        )
        yield f"{thing} <{value.predicate}> {number} {graph} .\n"
        for extra, key in self._extra_names[name].items():
            if extra in properties:
                mark = str(properties.get(extra + MARKS, ""))
                term = term_of(_scalar(properties[extra]), key, "", mark)
            else:
                term = f'"{self.schema.ontology.properties[key.predicate].usual_value}"'
            yield f"{thing} <{key.predicate}> {term} {graph} .\n"

    def relationship(
        self, type_: str, start_label: str, start: str, end: str, properties: Mapping[str, Value]
    ) -> Iterator[str]:
        """All statements that a relationship stands for; `start` and `end` are IRIs.

        Several relationships of one qualified type between the same two nodes give
        the same statement.
        """
        predicate = self.schema.labels[start_label].predicates[type_]
        a, b = f"<{start}>", f"<{end}>"
        inverse = self._inverses.get(predicate)
        for source in (str(properties[SOURCE]), *_strings(properties.get(OTHER_SOURCES))):
            graph = self.graph(source)
            if graph != self._left_out:
                yield f"{a} <{predicate}> {b} {graph} .\n"
                if inverse and not properties.get(ONE_WAY):
                    yield f"{b} <{inverse}> {a} {graph} .\n"
        if predicate in self._roles and not properties.get(NO_PARTICIPATION):
            yield from self._participation_lines(predicate, a, b, properties)

    def _participation_lines(
        self, predicate: str, project: str, organisation: str, properties: Mapping[str, Value]
    ) -> Iterator[str]:
        graph = self.graph(str(properties[SOURCE]))
        role, role_iri = self._roles[predicate]
        part = self.namer.participation(project, role, organisation)
        yield f"{project} {self._participant} {part} {graph} .\n"
        yield f"{part} {RDF_TYPE_TERM} {self._participation} {graph} .\n"
        yield f"{part} {self._taken_by} {organisation} {graph} .\n"
        yield f"{part} {self._role} <{role_iri}> {graph} .\n"
        for sum_predicate, name in self.schema.participation_sums.items():
            if name in properties:
                yield from self.sum(part, sum_predicate, name, properties, graph)


def _terms(value: Value, key: Key, kind: str, marks: Any) -> Iterator[str]:
    if not isinstance(value, list):
        yield term_of(value, key, kind, str(marks or ""))
        return
    marks = marks if isinstance(marks, list) else [""] * len(value)
    for one, mark in zip(value, marks, strict=False):
        yield term_of(one, key, kind, mark)


def _scalar(value: Value) -> Scalar:
    return value[0] if isinstance(value, list) else value


def _strings(value: Value | None) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
