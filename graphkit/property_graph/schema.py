"""What the property graph is made of, read from the ontology.

For every class with a label: which key or relationship type each of its
properties becomes, what stands in for what has no node, and what names a node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from graphkit.errors import UsageError
from graphkit.ontology import Ontology
from graphkit.vocabulary import PREFIXES, RDFS_RESOURCE, ClassTerm, PropertyTerm, curie, expand

ID, IRI, NAME = "id", "iri", "name"
SOURCE, OTHER_SOURCES, PROPERTY_SOURCES = "source", "other_sources", "property_sources"
LOCATION = "location"
NO_PARTICIPATION, ONE_WAY = "no_participation", "one_way"
MARKS = "__rdf"
"""Ends the key that says which values are not of the usual kind (see `values`)."""
OWN_KEYS = frozenset({ID, IRI, NAME, SOURCE, OTHER_SOURCES, PROPERTY_SOURCES, LOCATION})
"""Keys that graphkit writes on nodes beside those of the ontology."""

_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset({f"{_XSD}{name}" for name in ("integer", "decimal", "double", "gYear")})


@dataclass(frozen=True, slots=True)
class Key:
    """A property of nodes: `name` in the property graph, `predicate` in RDF.

    `datatypes` are IRIs of the literals it may hold; `address` tells that its values
    are IRIs, `codes` maps the codes of a closed list to their IRIs; `many`
    that there may be several values, so that they always stand in a list.
    """

    name: str
    predicate: str
    datatypes: tuple[str, ...] = ()
    many: bool = False
    address: bool = False
    codes: Mapping[str, str] | None = None

    @property
    def is_short(self) -> bool:
        """Whether it holds a code or a number, and so goes onto relationships as well."""
        return self.codes is not None or bool(_NUMBERS.intersection(self.datatypes))


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A class whose things say more about the statements of a property."""

    label: str
    type: str
    key: str
    """The key on the relationship that holds the id of the thing."""
    starts: str
    ends: str
    """The predicates that lead from the thing to the two ends."""


@dataclass(frozen=True)
class NodeType:
    """A label, with what the properties of its class become."""

    label: str
    class_iri: str
    named_by: str | None
    keys: Mapping[str, Key]
    """By predicate."""
    relationships: Mapping[str, str]
    """Relationship types by predicate."""
    sums: Mapping[str, str]
    """Keys by predicate, where the value is a sum of money of its own in RDF."""
    parts: Mapping[str, str]
    """Keys by predicate, where the value is a thing whose properties stand on the node."""
    implied: frozenset[str]
    """Predicates that are not written, because others tell the same."""
    indexed: tuple[str, ...]
    """Keys whose values a database should index."""
    searched: tuple[str, ...]
    """Keys whose words a database should index."""
    qualifier: Qualifier | None = None

    @cached_property
    def by_key(self) -> Mapping[str, Key]:
        """The keys by their names."""
        return {key.name: key for key in self.keys.values()}

    @cached_property
    def predicates(self) -> Mapping[str, str]:
        """Predicates by relationship type."""
        return {name: predicate for predicate, name in self.relationships.items()}


@dataclass(frozen=True)
class GraphSchema:
    """Everything that the property graph may hold.

    >>> schema = GraphSchema.of(Ontology.load())
    >>> schema.labels["Project"].relationships["https://w3id.org/graphkit/ontology#addresses"]
    'ADDRESSES'
    >>> schema.labels["Award"].sums["https://w3id.org/dingo#economic_value"]
    'amount'
    >>> schema.direct["https://w3id.org/graphkit/ontology#leadOrganisation"]
    'lead'
    >>> sorted(schema.qualified)
    ['ADDRESSES', 'SIMILAR_TO', 'SUCCEEDED_BY']
    """

    ontology: Ontology
    labels: Mapping[str, NodeType]
    direct: Mapping[str, str]
    """Roles by the predicate of the direct link."""

    @classmethod
    def of(cls, ontology: Ontology) -> GraphSchema:
        """The schema that an ontology gives. Raises UsageError where two terms collide."""
        labels = {
            term.label: _node_type(ontology, term)
            for term in ontology.classes.values()
            if term.folded_into is None
        }
        return cls(
            ontology=ontology,
            labels=MappingProxyType(labels),
            direct=MappingProxyType(
                {
                    term.iri: term.direct_role.rpartition("/")[2]
                    for term in ontology.properties.values()
                    if term.direct_role
                }
            ),
        )

    @cached_property
    def by_class(self) -> Mapping[str, NodeType]:
        """Node types by the IRI of their class."""
        return {one.class_iri: one for one in self.labels.values()}

    @cached_property
    def folded(self) -> frozenset[str]:
        """IRIs of the classes whose things have no node."""
        return frozenset(term.iri for term in self.ontology.classes.values() if term.folded_into)

    @cached_property
    def qualified(self) -> Mapping[str, Qualifier]:
        """By relationship type, which class says more about it."""
        found = (one.qualifier for one in self.labels.values())
        return {qualifier.type: qualifier for qualifier in found if qualifier}

    @cached_property
    def inverses(self) -> Mapping[str, str]:
        """Predicates that are not written, with the one that tells the same the other way."""
        properties = self.ontology.properties
        return {
            term.iri: term.follows_from
            for term in properties.values()
            if term.follows_from in properties and term.follows_from
        }

    @cached_property
    def types(self) -> frozenset[str]:
        """All relationship types."""
        return frozenset(
            name for one in self.labels.values() for name in one.relationships.values()
        )

    def keys_of(self, label: str) -> frozenset[str]:
        """Every key that graphkit writes on nodes of a label; others are somebody else's."""
        node = self.labels[label]
        names = {*node.by_key, *node.sums.values(), *node.parts.values()}
        names |= {key.name for key in self.part_keys(label).values()}
        names |= {f"{name}_{key.name}" for name in node.sums.values() for key in self.sum_extras}
        return frozenset(names | {f"{name}{MARKS}" for name in names} | OWN_KEYS)

    def relationship_keys(self) -> frozenset[str]:
        """Every key that graphkit writes on relationships."""
        names = {SOURCE, OTHER_SOURCES, NO_PARTICIPATION, ONE_WAY}
        names |= set(self.participation_sums.values())
        names |= {
            f"{name}_{key.name}"
            for name in self.participation_sums.values()
            for key in self.sum_extras
        }
        for one in self.labels.values():
            if one.qualifier:
                names.add(one.qualifier.key)
                names.update(key.name for key in one.keys.values() if key.is_short)
        return frozenset(names)

    def part_keys(self, label: str) -> Mapping[str, Key]:
        """Keys by predicate of what is folded into the nodes of a label."""
        return self._parts.get(label, {})

    @cached_property
    def _parts(self) -> Mapping[str, Mapping[str, Key]]:
        ontology = self.ontology
        return {
            ontology.label_of(term.folded_into): _keys(ontology, term)
            for term in ontology.classes.values()
            if term.folded_into in ontology.classes and term.folded_into
        }

    @cached_property
    def sum_value(self) -> Key:
        """The key of the number in a sum of money."""
        return self._sum_keys[self.ontology.class_term("schema:MonetaryAmount").folded_into or ""]

    @cached_property
    def sum_extras(self) -> tuple[Key, ...]:
        """What else a sum of money has; each has a usual value."""
        return tuple(
            key for key in self._sum_keys.values() if key.predicate != self.sum_value.predicate
        )

    @cached_property
    def _sum_keys(self) -> Mapping[str, Key]:
        return _keys(self.ontology, self.ontology.class_term("schema:MonetaryAmount"))

    @cached_property
    def participation_sums(self) -> Mapping[str, str]:
        """Keys by predicate of the sums of money on a participation."""
        return _sums(self.ontology, self.ontology.class_term("gk:Participation"))


def _node_type(ontology: Ontology, term: ClassTerm) -> NodeType:
    terms = ontology.properties_of(term.iri)
    names = [one.property_key for one in terms if one.property_key]
    clash = (OWN_KEYS - {NAME}).intersection(names) | {n for n in names if names.count(n) > 1}
    if term.named_by is None or ontology.properties[term.named_by].property_key != NAME:
        clash |= {NAME}.intersection(names)
    if clash:
        raise UsageError(
            f"{term.label} would have two properties {sorted(clash)[0]!r} in the property graph",
            hint="give one of the terms another gk:propertyKey",
        )
    return NodeType(
        label=term.label,
        class_iri=term.iri,
        named_by=term.named_by,
        keys=_keys(ontology, term),
        relationships={
            one.iri: one.relationship_type
            for one in terms
            if one.relationship_type and not one.follows_from
        },
        sums=_sums(ontology, term),
        parts={
            one.iri: one.property_key
            for one in terms
            if one.property_key and _folds_into(ontology, one, term.iri)
        },
        implied=frozenset(one.iri for one in terms if one.follows_from),
        indexed=tuple(ontology.properties[iri].property_key or "" for iri in term.indexed),
        searched=tuple(ontology.properties[iri].property_key or "" for iri in term.searched),
        qualifier=_qualifier(ontology, term),
    )


def _folds_into(ontology: Ontology, term: PropertyTerm, owner: str) -> bool:
    return any(
        ontology.classes[value].folded_into == owner
        for value in term.ranges
        if value in ontology.classes
    )


def _is_sum(ontology: Ontology, term: PropertyTerm) -> bool:
    return ontology.iri("schema:MonetaryAmount") in term.ranges


def _sums(ontology: Ontology, term: ClassTerm) -> dict[str, str]:
    return {
        one.iri: one.property_key
        for one in ontology.properties_of(term.iri)
        if one.property_key and _is_sum(ontology, one)
    }


def _keys(ontology: Ontology, owner: ClassTerm) -> dict[str, Key]:
    return {
        one.iri: _key(ontology, owner, one)
        for one in ontology.properties_of(owner.iri)
        if one.property_key
        and not one.follows_from
        and not _is_sum(ontology, one)
        and not _folds_into(ontology, one, owner.iri)
    }


def _key(ontology: Ontology, owner: ClassTerm, term: PropertyTerm) -> Key:
    usage = ontology.usage(owner.iri, term.iri)
    datatypes = tuple(value for value in term.ranges if value.startswith(_XSD))
    return Key(
        name=term.property_key or "",
        predicate=term.iri,
        datatypes=(usage.datatype,) if usage.datatype else datatypes,
        many=usage.many,
        address=RDFS_RESOURCE in term.ranges,
        codes=_codes(ontology, term) if term.is_coded else None,
    )


def _codes(ontology: Ontology, term: PropertyTerm) -> dict[str, str]:
    """IRIs by code: the members of the property's list, or else all lists."""
    if term.codes_from:
        concepts = ontology.schemes[term.codes_from]
        return {concept.key: concept.iri for concept in concepts}
    found: dict[str, str] = {}
    for iri in ontology.schemes:
        code = iri.rpartition("/")[2]
        if code in found:
            raise UsageError(f"two lists of the ontology are called {code!r}")
        found[code] = iri
    return found


def _qualifier(ontology: Ontology, term: ClassTerm) -> Qualifier | None:
    if term.qualifies is None:
        return None
    direct = ontology.property_term(term.qualifies)
    ends = {
        end: [
            one.iri
            for one in ontology.properties_of(term.iri)
            if PREFIXES["rdf"] + end in one.parents
        ]
        for end in ("subject", "object")
    }
    if not direct.relationship_type or any(len(found) != 1 for found in ends.values()):
        raise UsageError(
            f"{term.curie} qualifies {curie(direct.iri)}, and its two ends are not told",
            hint="make one of its properties a kind of rdf:subject and one of rdf:object",
        )
    return Qualifier(
        label=term.label,
        type=direct.relationship_type,
        key=term.label.lower(),
        starts=ends["subject"][0],
        ends=ends["object"][0],
    )


RDF_TYPE_TERM = f"<{expand('rdf:type')}>"
