"""The rules by which graphkit reads, concludes and computes, in plain words.

They stand in ontology/rules.ttl, as plans of PROV-O: a general one for each kind of named graph,
and rules of their own for properties and classes. A property that has no rule of its own has the
general one of its kind; a test sees to it that every property that graphkit concludes has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from graphkit.errors import UsageError
from graphkit.rdf.catalogue import OWN_GRAPHS
from graphkit.rdf.nodes import VOCABULARY
from graphkit.vocabulary import RDF_TYPE, expand, ontology_folder

SOURCE, COMPUTED, ONTOLOGY = "source", "computed", "ontology"
KINDS = (SOURCE, *OWN_GRAPHS)
"""Kinds of named graphs: those of sources, and each of graphkit's own."""
RULE = f"{VOCABULARY}rule/"
"""What the IRIs of rules begin with, whatever the base of a graph."""
_FILE = "rules.ttl"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its IRI, what it is called, and what it says."""

    iri: str
    name: str
    text: str


@dataclass(frozen=True)
class Rules:
    """All rules. `own` are those of single properties and classes, by kind and then by IRI.

    >>> rules = Rules.load()
    >>> rules.of("derived", expand("gk:within")).text
    'A place lies within everything that its own place lies in.'
    >>> rules.of("derived", expand("rdf:type"), expand("gk:Aspect")).iri.removeprefix(RULE)
    'derived/Aspect'
    >>> rules.of("source", expand("dct:title")).iri.removeprefix(RULE)
    'source'
    """

    general: Mapping[str, Rule]
    own: Mapping[str, Mapping[str, Rule]]
    loaders: Mapping[str, Rule]

    @classmethod
    def load(cls, folder: Path | None = None) -> Rules:
        """Read the rules from the ontology's folder. Raises UsageError where they are not sound."""
        path = (folder or ontology_folder()) / _FILE
        try:
            quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
        except (OSError, SyntaxError, ValueError) as error:
            raise UsageError(
                f"{path}: the rules cannot be read: {error}", hint="install graphkit again"
            ) from None
        said: dict[str, dict[str, str]] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                said.setdefault(subject.value, {})[quad.predicate.value] = value.value
        general: dict[str, Rule] = {}
        own: dict[str, dict[str, Rule]] = {}
        loaders: dict[str, Rule] = {}
        for iri, values in sorted(said.items()):
            rule = Rule(iri, values[expand("rdfs:label")], values[expand("rdfs:comment")])
            kind, _, name = iri.removeprefix(RULE).partition("/")
            made = values.get(expand("gk:ruleFor"))
            if made:
                own.setdefault(kind, {})[made] = rule
            elif name:
                loaders[name] = rule
            else:
                general[kind] = rule
        return cls(
            MappingProxyType(general),
            MappingProxyType({kind: MappingProxyType(rules) for kind, rules in own.items()}),
            MappingProxyType(loaders),
        )

    @property
    def all(self) -> Iterator[Rule]:
        """Every rule."""
        yield from self.general.values()
        for rules in self.own.values():
            yield from rules.values()
        yield from self.loaders.values()

    def of(self, kind: str, predicate: str, value: str = "") -> Rule:
        """The rule for statements of a property, by IRI, in a kind of named graph.

        Whether a thing is of a class (`value`, where the property is rdf:type) may have a rule of
        its own.
        """
        own = self.own.get(kind, {})
        by_class = own.get(value) if predicate == RDF_TYPE else None
        return by_class or own.get(predicate) or self.general[kind]
