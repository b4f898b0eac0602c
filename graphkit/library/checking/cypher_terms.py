"""Which labels, types and keys a Cypher statement may use: those of the property graph."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graphkit.embedded.tokens import PARAMETER
from graphkit.library.checking.cypher_reading import (
    KEYS,
    MAP,
    NODE,
    PROJECTION,
    RELATIONSHIP,
    Reading,
    Variable,
)
from graphkit.property_graph.schema import GraphSchema

_PARTS = frozenset(
    {
        "year", "quarter", "month", "week", "weekYear", "day", "dayOfWeek", "dayOfQuarter",
        "ordinalDay", "weekDay", "quarterDay", "hour", "minute", "second", "millisecond",
        "microsecond", "nanosecond", "timezone", "offset", "epochSeconds", "epochMillis", "years",
        "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "latitude",
        "longitude", "height", "x", "y", "z",
    }
)  # fmt: skip
"""Parts of dates, durations and points: keys of values, not of nodes."""


@dataclass(frozen=True)
class KnownNames:
    """Everything that the property graph may hold, by name.

    >>> from graphkit.ontology import Ontology
    >>> known = KnownNames.of(GraphSchema.of(Ontology.load()))
    >>> list(known.in_statement(Reading("MATCH (p:Project) WHERE p.titel = 'p.x' RETURN p")))
    [(1, 'Project has no key titel; nearest is title')]
    >>> list(known.in_statement(Reading("MATCH (:Projekt)-[:LED]->(o) RETURN o.name")))
    [(1, 'no class has the label Projekt; nearest is Project'), \
(1, 'no relationship has the type LED; nearest is LED_BY')]
    """

    keys: Mapping[str, frozenset[str]]
    types: frozenset[str]
    relationship_keys: frozenset[str]

    @classmethod
    def of(cls, schema: GraphSchema) -> KnownNames:
        """The names in a schema."""
        keys = {label: schema.keys_of(label) for label in schema.labels}
        return cls(keys, schema.types, schema.relationship_keys())

    @property
    def node_keys(self) -> frozenset[str]:
        """All keys of nodes, whatever their label."""
        return frozenset().union(*self.keys.values())

    def in_statement(self, reading: Reading) -> Iterator[tuple[int, str]]:
        """Line and fault of every name in a statement that the property graph does not have."""
        own = {
            reading.tokens[at].text
            for at in range(len(reading.tokens))
            if reading.sign(at + 1) == ":" and reading.kind_around(at) in (MAP, PROJECTION)
        }
        for at in range(len(reading.tokens)):
            if reading.sign(at) == ":":
                yield from self._names(reading, at)
            elif reading.sign(at) == ".":
                yield from self._key(reading, at, own)

    def _names(self, reading: Reading, at: int) -> Iterator[tuple[int, str]]:
        around = reading.kind_around(at)
        if around in (MAP, PROJECTION):
            return
        if around == KEYS:
            if fault := self._pattern_key(reading, at - 1):
                yield reading.line(at), fault
            return
        if reading.sign(at - 1) in ("|", "&"):  # told with the first
            return
        before = self._variable(reading, at - 1)
        is_type = around == RELATIONSHIP or (
            around != NODE and before is not None and before.is_relationship
        )
        for place in reading.names_after(at):
            name = reading.tokens[place].text
            if is_type and name not in self.types:
                yield (
                    reading.line(place),
                    f"no relationship has the type {name}{_near(name, self.types)}",
                )
            elif not is_type and name not in self.keys:
                yield (
                    reading.line(place),
                    f"no class has the label {name}{_near(name, self.keys)}",
                )

    def _pattern_key(self, reading: Reading, at: int) -> str | None:
        """What is wrong with a key in the braces of a pattern."""
        opened = reading.around[reading.around[at]]
        labels: set[str] = set()
        if reading.kinds[opened] == NODE:
            start = opened + 2 if reading.tokens[opened + 1].is_name else opened + 1
            labels = {reading.tokens[place].text for place in reading.names_after(start)}
            one = self._variable(reading, opened + 1)
            labels |= one.labels if one else set()
        is_relationship = reading.kinds[opened] == RELATIONSHIP
        return self._unknown(reading.tokens[at].text, Variable((), is_relationship, labels))

    def _key(self, reading: Reading, at: int, own: Collection[str]) -> Iterator[tuple[int, str]]:
        if at + 1 >= len(reading.tokens) or not reading.tokens[at + 1].is_name:
            return
        end = at + 1
        while reading.sign(end + 1) == "." and reading.tokens[end + 2 : end + 3]:
            end += 2
        if reading.sign(end + 1) == "(" or reading.kind(at - 1) == PARAMETER:  # a function
            return
        name, line = reading.tokens[at + 1].text, reading.line(at + 1)
        if reading.kind_around(at) == PROJECTION and reading.sign(at - 1) in ("{", ","):
            one = self._variable(reading, reading.around[at] - 1)
        elif reading.sign(at - 2) == ".":
            one = None
        else:
            one = self._variable(reading, at - 1)
        if one is not None:
            if fault := self._unknown(name, one):
                yield line, fault
        elif name not in {*self.node_keys, *self.relationship_keys, *_PARTS, *own}:
            near = _near(name, {*self.node_keys, *self.relationship_keys, *_PARTS, *own})
            yield line, f"nothing has the key {name}{near}"

    def _unknown(self, name: str, one: Variable) -> str | None:
        """What is wrong with a key of a node or relationship."""
        if one.is_relationship:
            known, owner = self.relationship_keys, "no relationship"
        elif one.labels and one.labels <= self.keys.keys():
            known = frozenset().union(*(self.keys[label] for label in one.labels))
            owner = " or ".join(sorted(one.labels))
        else:
            known, owner = self.node_keys, "no node"
        if name in known:
            return None
        has = "has" if owner.startswith("no ") else "has no"
        return f"{owner} {has} {'the ' * owner.startswith('no ')}key {name}{_near(name, known)}"

    def _variable(self, reading: Reading, at: int) -> Variable | None:
        """The node or relationship that a name stands for; None where it may be anything else."""
        if not 0 <= at < len(reading.tokens) or not reading.tokens[at].is_name:
            return None
        name = reading.tokens[at].text
        if name in reading.assigned:
            return None
        here = set(reading.branch(at))
        seen = [
            one
            for one in reading.variables.get(name, ())
            if here <= set(one.branch) or set(one.branch) <= here
        ]
        if not seen or len({one.is_relationship for one in seen}) > 1:
            return None
        return Variable((), seen[0].is_relationship, {x for one in seen for x in one.labels})


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"; nearest is {near[0]}" if near else "; docs/data-model.md has them all"
