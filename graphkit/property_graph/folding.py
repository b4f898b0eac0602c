"""Things that have no node: sums of money, addresses, participations.

Each is said by its owner instead, and only where the owner alone brings back every
statement on it: its address, its class, its graph. One that is in any way
different does not fit, and is left over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graphkit.property_graph.elements import Value
from graphkit.property_graph.schema import RDF_TYPE_TERM, GraphSchema, NodeType
from graphkit.property_graph.values import value_of
from graphkit.rdf.nodes import Namer
from graphkit.vocabulary import expand

Statement = tuple[str, str, str]
"""Predicate, object and named graph, as terms of N-Quads."""
Statements = list[Statement]
Lookup = Callable[[str], Statements | None]
"""Gives the statements on a thing, by its IRI in angle brackets."""
Parts = Mapping[str, tuple[Value, str]]
"""Values with their marks, by key."""

_USUAL_ORDER = ("street_address", "locality", "region", "postcode", "country")


@dataclass(frozen=True, slots=True)
class Participation:
    """What a participation adds to the direct link that it stands behind.

    `folded` are the sums of money that went into it.
    """

    link: tuple[str, str]
    properties: Mapping[str, Value]
    folded: tuple[str, ...]


class Folder:
    """Folds things into their owners; whatever is given are terms of N-Quads."""

    def __init__(self, schema: GraphSchema, namer: Namer) -> None:
        self.namer = namer
        self._value = schema.sum_value.predicate
        self._sum_keys = {
            f"<{key.predicate}>": key for key in (schema.sum_value, *schema.sum_extras)
        }
        self._usual = {
            f"<{key.predicate}>": f'"{schema.ontology.properties[key.predicate].usual_value}"'
            for key in schema.sum_extras
        }
        self._amount = f"<{expand('schema:MonetaryAmount')}>"
        self._participation = f"<{expand('gk:Participation')}>"
        self._taken_by, self._role = (
            f"<{expand('dg:entity_taking_role')}>",
            f"<{expand('gk:role')}>",
        )
        self._paid = {f"<{one}>": name for one, name in schema.participation_sums.items()}
        self._roles = {
            f"<{schema.ontology.properties[iri].direct_role}>": (role, f"<{iri}>")
            for iri, role in schema.direct.items()
        }
        self._part_keys = {
            label: {f"<{key.predicate}>": key for key in schema.part_keys(label).values()}
            for label in schema.labels
        }
        self._part_class = {
            schema.ontology.label_of(term.folded_into): f"<{term.iri}>"
            for term in schema.ontology.classes.values()
            if term.folded_into and term.folded_into in schema.by_class
        }

    def sum(
        self, owner: str, iri: str, graph: str, name: str, content: Iterable[Statement]
    ) -> Parts | None:
        """The values of a sum of money, by key; None where it does not fit its owner."""
        if iri != self.namer.amount(owner, name):
            return None
        found: dict[str, tuple[Value, str]] = {}
        seen = set()
        for predicate, value, where in content:
            if where != graph or predicate in seen:
                return None
            seen.add(predicate)
            if predicate == RDF_TYPE_TERM:
                if value != self._amount:
                    return None
                continue
            key = self._sum_keys.get(predicate)
            if key is None:
                return None
            if value != self._usual.get(predicate):
                number, kind, mark = value_of(value, key)
                if kind:
                    return None
                own = predicate == f"<{self._value}>"
                found[name if own else f"{name}_{key.name}"] = number, mark
        return found if len(seen) == len(self._sum_keys) + 1 else None

    def address(
        self, kind: NodeType, owner: str, iri: str, graph: str, content: Iterable[Statement]
    ) -> Parts | None:
        """The parts of an address by key, None where it does not fit its owner."""
        if iri != self.namer.address(owner) or iri == owner:
            return None
        keys = self._part_keys[kind.label]
        found: dict[str, tuple[Value, str]] = {}
        typed = False
        for predicate, value, where in content:
            if where != graph:
                return None
            if predicate == RDF_TYPE_TERM:
                if typed or value != self._part_class.get(kind.label):
                    return None
                typed = True
                continue
            key = keys.get(predicate)
            if key is None or key.name in found:
                return None
            part, what, mark = value_of(value, key)
            if what:
                return None
            found[key.name] = part, mark
        return found if typed else None

    def shown(self, kind: NodeType, parts: Parts) -> str:
        """An address in one line, from street to country."""
        names = [key.name for key in self._part_keys[kind.label].values()]
        ordered = [name for name in _USUAL_ORDER if name in names]
        ordered += sorted(name for name in names if name not in _USUAL_ORDER)
        return ", ".join(str(parts[name][0]) for name in ordered if name in parts)

    def participation(
        self, project: str, iri: str, graph: str, content: Iterable[Statement], things: Lookup
    ) -> Participation | None:
        """What a participation adds to a direct link; None where no such link tells it."""
        organisation = role = ""
        properties: dict[str, Value] = {}
        inside: list[str] = []
        typed = False
        for predicate, value, where in content:
            if where != graph:
                return None
            if predicate == self._taken_by and not organisation and value[0] == "<":
                organisation = value
            elif predicate == self._role and not role:
                role = value
            elif predicate == RDF_TYPE_TERM and value == self._participation and not typed:
                typed = True
            elif predicate in self._paid and self._paid[predicate] not in properties:
                name = self._paid[predicate]
                folded = self.sum(iri, value, graph, name, things(value) or ())
                if folded is None or any(mark for _, mark in folded.values()):
                    return None
                for key, (number, _) in folded.items():
                    properties[key] = number
                inside.append(value)
            else:
                return None
        if not typed or not organisation or role not in self._roles:
            return None
        name, link = self._roles[role]
        if iri != self.namer.participation(project, name, organisation):
            return None
        return Participation((link, organisation), properties, tuple(inside))
