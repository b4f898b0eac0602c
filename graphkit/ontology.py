"""The one table of terms: class and node label, property and key or relationship type.

Everything here is read from `ontology/*.ttl`, so that a term is declared in one
place. `Ontology.load()` reads the classes, properties and closed lists, which
takes a few milliseconds; the shapes are read when a caller first asks how often
a property may stand on a class. Nothing is kept between calls: whoever needs
the ontology loads it once and passes it on.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from graphkit.errors import UsageError
from graphkit.vocabulary import (
    CONTEXT_FILE,
    DEFAULT_BASE,
    ONTOLOGY_IRI,
    PREFIXES,
    RDF_TYPE,
    SHAPES_FILE,
    TERM_FILES,
    ClassTerm,
    Concept,
    PropertyTerm,
    Usage,
    curie,
    expand,
    ontology_folder,
)

_Values = Mapping[str, list[str]]
"""What is said of one subject: predicate to values, all as plain strings."""

_Table = defaultdict[str, defaultdict[str, list[str]]]


@dataclass(frozen=True, eq=False)
class Ontology:
    """The terms, by IRI, and the closed lists, by the IRI of their scheme.

    >>> ontology = Ontology.load()
    >>> ontology.iri("gk:leadOrganisation")
    'https://w3id.org/graphkit/ontology#leadOrganisation'
    >>> ontology.property_term("gk:leadOrganisation").relationship_type
    'LED_BY'
    >>> ontology.label_of(ontology.iri("org:ChangeEvent"))
    'Succession'
    >>> [degree.key for degree in ontology.concepts("degree")]
    ['full', 'direct', 'partial', 'indirect', 'unstated', 'none']
    """

    folder: Path
    version: str
    classes: Mapping[str, ClassTerm]
    properties: Mapping[str, PropertyTerm]
    schemes: Mapping[str, tuple[Concept, ...]]
    _declared: frozenset[str] = field(repr=False)
    _triples: tuple[ox.Triple, ...] = field(repr=False)

    @classmethod
    def load(cls, folder: str | Path | None = None) -> Ontology:
        """Read the ontology from `folder`, by default the one that graphkit ships with.

        Raises `UsageError` where a file is missing or cannot be read, or a term
        lacks what a property graph needs.
        """
        where = ontology_folder() if folder is None else Path(folder)
        parsed = [triple for name in TERM_FILES for triple in _read(where / name)]
        table = _by_subject(parsed)
        classes = {term.iri: term for term in _classes(table)}
        properties = {term.iri: term for term in _properties(table)}
        annotations = (
            iri
            for iri, values in table.items()
            if expand("owl:AnnotationProperty") in values.get(RDF_TYPE, ())
        )
        return cls(
            folder=where,
            version=_first(table[ONTOLOGY_IRI], expand("owl:versionInfo")) or "",
            classes=MappingProxyType(classes),
            properties=MappingProxyType(properties),
            schemes=MappingProxyType(_schemes(table)),
            _declared=frozenset({*classes, *properties, *annotations, RDF_TYPE}),
            _triples=tuple(parsed),
        )

    @property
    def shapes_path(self) -> Path:
        """The file of the SHACL shapes."""
        return self.folder / SHAPES_FILE

    @property
    def context_path(self) -> Path:
        """The file of the JSON-LD context."""
        return self.folder / CONTEXT_FILE

    def iri(self, term: str) -> str:
        """The IRI of a declared term, given in short form or in full.

        `rdf:type` counts as declared. Raises `UsageError` for any other term
        that the ontology does not have, so that a slip of the pen is found when
        the program runs and not when a query comes back empty.

        >>> Ontology.load().iri("gk:leedOrganisation")
        Traceback (most recent call last):
        ...
        graphkit.errors.UsageError: the ontology has no term gk:leedOrganisation; \
nearest is gk:leadOrganisation
        """
        full = expand(term)
        if full not in self._declared:
            raise UsageError(
                f"the ontology has no term {term}", hint=_nearest(curie(full), self._declared)
            )
        return full

    def class_term(self, term: str) -> ClassTerm:
        """A class by short form or IRI; raises `UsageError` if there is none.

        >>> Ontology.load().class_term("gk:Project").parents
        ('https://schema.org/ResearchProject', 'https://w3id.org/dingo#Project')
        """
        found = self.classes.get(expand(term))
        if found is None:
            raise UsageError(
                f"the ontology has no class {term}", hint=_nearest(curie(term), self.classes)
            )
        return found

    def property_term(self, term: str) -> PropertyTerm:
        """A property by short form or IRI; raises `UsageError` if there is none.

        >>> Ontology.load().property_term("dct:title").property_key
        'title'
        """
        found = self.properties.get(expand(term))
        if found is None:
            raise UsageError(
                f"the ontology has no property {term}", hint=_nearest(curie(term), self.properties)
            )
        return found

    def label_of(self, class_iri: str) -> str:
        """The node label of a class, given in short form or in full.

        >>> Ontology.load().label_of("https://w3id.org/graphkit/ontology#Funder")
        'Funder'
        """
        return self.class_term(class_iri).label

    def class_labelled(self, label: str) -> ClassTerm:
        """The class with a node label; raises `UsageError` if there is none.

        >>> Ontology.load().class_labelled("Succession").curie
        'org:ChangeEvent'
        """
        found = self._by_label.get(label)
        if found is None:
            raise UsageError(
                f"no class has the label {label!r}",
                hint=f"labels are {', '.join(sorted(self._by_label))}",
            )
        return found

    def properties_of(self, class_iri: str) -> tuple[PropertyTerm, ...]:
        """The properties that the things of a class carry, sorted by key or relationship type.

        >>> [term.property_key for term in Ontology.load().properties_of("gk:Programme")]
        ['acronym', 'alt_label', 'name']
        """
        return self._by_class[self.class_term(class_iri).iri]

    def usage(self, class_iri: str, property_iri: str) -> Usage:
        """How often a property may stand on the things of a class, and what it holds.

        Raises `UsageError` where the shapes do not know the pair.

        >>> Ontology.load().usage("gk:Project", "dct:title").required
        'Violation'
        >>> Ontology.load().usage("gk:Project", "dct:subject").many
        True
        """
        found = self.usages.get(
            (self.class_term(class_iri).iri, self.property_term(property_iri).iri)
        )
        if found is None:
            raise UsageError(f"{curie(class_iri)} does not carry {curie(property_iri)}")
        return found

    @cached_property
    def usages(self) -> Mapping[tuple[str, str], Usage]:
        """Every (class IRI, property IRI) that the shapes know, with its usage."""
        return MappingProxyType(_usages(_by_subject(_read(self.shapes_path))))

    def concepts(self, scheme: str) -> tuple[Concept, ...]:
        """The codes of a closed list, in order: degree, origin, role, place-kind or aspect.

        Degrees come from strongest to weakest, all others by key.

        >>> [origin.key for origin in Ontology.load().concepts("origin")]
        ['computed', 'published-link', 'published-page']
        """
        found = self.schemes.get(f"{DEFAULT_BASE}{scheme}-scheme")
        if found is None:
            raise UsageError(
                f"no closed list is called {scheme!r}",
                hint="lists are degree, origin, role, place-kind and aspect",
            )
        return found

    def concept(self, scheme: str, key: str) -> Concept:
        """One code of a closed list by its key; raises `UsageError` if there is none.

        >>> Ontology.load().concept("degree", "partial").order
        2
        """
        for concept in self.concepts(scheme):
            if concept.key == key:
                return concept
        known = ", ".join(concept.key for concept in self.concepts(scheme))
        raise UsageError(f"no {scheme} is called {key!r}", hint=f"there are {known}")

    def statements(self, graph_iri: str, base: str = DEFAULT_BASE) -> Iterator[str]:
        """The ontology and its lists as sorted lines of N-Quads, each ending in a newline.

        Everything is put into the graph `graph_iri`. Aspects are things of the
        graph, so their IRIs move to `{base}id/`; terms and codes stay where
        they are.

        >>> lines = Ontology.load().statements("https://example.org/graph/ontology")
        >>> next(lines).endswith(" <https://example.org/graph/ontology> .\\n")
        True
        """
        old, new = f"<{DEFAULT_BASE}id/", f"<{base.removesuffix('/')}/id/"
        graph = str(ox.NamedNode(graph_iri))
        lines = set()
        for triple in self._triples:
            subject = str(triple.subject).replace(old, new)
            value = str(triple.object)
            if isinstance(triple.object, ox.NamedNode):
                value = value.replace(old, new)
            lines.add(f"{subject} {triple.predicate} {value} {graph} .\n")
        yield from sorted(lines)

    @cached_property
    def _by_label(self) -> dict[str, ClassTerm]:
        return {term.label: term for term in self.classes.values()}

    @cached_property
    def _by_class(self) -> dict[str, tuple[PropertyTerm, ...]]:
        carried: dict[str, list[PropertyTerm]] = {iri: [] for iri in self.classes}
        for term in self.properties.values():
            for iri in term.used_on:
                if iri in carried:
                    carried[iri].append(term)
        return {iri: tuple(sorted(terms, key=_key)) for iri, terms in carried.items()}


def _read(path: Path) -> list[ox.Triple]:
    try:
        return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
    except FileNotFoundError:
        raise UsageError(
            f"the ontology file {path} is missing", hint="install graphkit again"
        ) from None
    except (SyntaxError, ValueError, OSError) as error:
        raise UsageError(f"the ontology file {path} cannot be read: {error}") from error


def _by_subject(triples: Iterable[ox.Triple]) -> _Table:
    table: _Table = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        table[_value(triple.subject)][triple.predicate.value].append(_value(triple.object))
    return table


def _value(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


_LABEL = expand("rdfs:label")
_COMMENT = expand("rdfs:comment")
_GRAPH_LABEL = expand("gk:graphLabel")
_RELATIONSHIP_TYPE = expand("gk:relationshipType")
_PROPERTY_KEY = expand("gk:propertyKey")
_PREF_LABEL = expand("skos:prefLabel")
_IN_SCHEME = expand("skos:inScheme")
_PATH = expand("sh:path")


def _all(values: _Values, *terms: str) -> tuple[str, ...]:
    """The values of several predicates together, sorted, so that loading is deterministic."""
    return tuple(sorted({value for term in terms for value in values.get(expand(term), ())}))


def _first(values: _Values, iri: str) -> str | None:
    found = values.get(iri)
    return found[0] if found else None


def _described(iri: str, values: _Values) -> tuple[str, str]:
    name, comment = _first(values, _LABEL), _first(values, _COMMENT)
    if name is None or comment is None:
        raise UsageError(f"the term {curie(iri)} of the ontology lacks a label or a comment")
    return name, comment


def _classes(table: _Table) -> Iterator[ClassTerm]:
    for iri, values in sorted(table.items()):
        label = _first(values, _GRAPH_LABEL)
        if label is None:
            continue
        name, comment = _described(iri, values)
        folded = values.get(expand("gk:foldedInto"))
        yield ClassTerm(
            iri=iri,
            curie=curie(iri),
            label=label,
            name=name,
            comment=comment,
            parents=_all(values, "rdfs:subClassOf", "owl:equivalentClass"),
            folded_into=folded[0] if folded else None,
            named_by=_first(values, expand("gk:namedBy")),
            qualifies=_first(values, expand("gk:qualifies")),
            addressed_under=_first(values, expand("gk:addressedUnder")),
            indexed=_all(values, "gk:indexed"),
            searched=_all(values, "gk:searched"),
        )


def _properties(table: _Table) -> Iterator[PropertyTerm]:
    for iri, values in sorted(table.items()):
        relationship, key = _first(values, _RELATIONSHIP_TYPE), _first(values, _PROPERTY_KEY)
        if relationship is None and key is None:
            continue
        if relationship is not None and key is not None:
            raise UsageError(
                f"the property {curie(iri)} of the ontology has a key and a relationship type",
                hint="leave one of them",
            )
        name, comment = _described(iri, values)
        yield PropertyTerm(
            iri=iri,
            curie=curie(iri),
            name=name,
            comment=comment,
            relationship_type=relationship,
            property_key=key,
            ranges=_all(values, "rdfs:range", "gk:valueType"),
            used_on=_all(values, "rdfs:domain", "gk:usedOn"),
            parents=_all(values, "rdfs:subPropertyOf", "gk:kindOf"),
            follows_from=_first(values, expand("gk:followsFrom")),
            direct_role=_first(values, expand("gk:directRole")),
            codes_from=_first(values, expand("gk:codesFrom")),
            usual_value=_first(values, expand("gk:usualValue")),
        )


def _schemes(table: _Table) -> dict[str, tuple[Concept, ...]]:
    found: dict[str, list[Concept]] = {
        iri: []
        for iri, values in table.items()
        if expand("skos:ConceptScheme") in values.get(RDF_TYPE, ())
    }
    for iri, values in table.items():
        scheme, label = _first(values, _IN_SCHEME), _first(values, _PREF_LABEL)
        if scheme not in found or label is None:
            continue
        order = _first(values, expand("gk:order"))
        found[scheme].append(
            Concept(
                iri=iri,
                key=iri.rsplit("/", 1)[1],
                label=label,
                definition=_first(values, expand("skos:definition")) or "",
                scheme=scheme,
                alternatives=_all(values, "skos:altLabel"),
                order=None if order is None else int(order),
                signs=_all(values, "skos:hiddenLabel"),
            )
        )
    return {
        iri: tuple(sorted(concepts, key=lambda one: (one.order or 0, one.key)))
        for iri, concepts in sorted(found.items())
    }


def _usages(table: _Table) -> dict[tuple[str, str], Usage]:
    found: dict[tuple[str, str], Usage] = {}
    for shape, values in sorted(table.items()):
        target = _first(values, expand("sh:targetClass"))
        if target is None:
            continue
        # Several property shapes may speak of one property: one says what its values are,
        # another only warns when there is none.
        by_path: dict[str, list[_Values]] = defaultdict(list)
        for name in values.get(expand("sh:property"), ()):
            path = _first(table[name], _PATH)
            if path is None:
                raise UsageError(f"a property shape of {curie(shape)} has no sh:path")
            by_path[path].append(table[name])
        for path, parts in by_path.items():
            found[target, path] = _usage(target, path, parts)
    return found


def _usage(target: str, path: str, parts: list[_Values]) -> Usage:
    severities = {
        (_first(part, expand("sh:severity")) or expand("sh:Violation")).removeprefix(PREFIXES["sh"])
        for part in parts
        if int(_first(part, expand("sh:minCount")) or 0) > 0
    }
    datatypes = [value for part in parts for value in part.get(expand("sh:datatype"), ())]
    return Usage(
        class_iri=target,
        property_iri=path,
        required=min(severities, default=None),  # "Violation" sorts before "Warning"
        many=not any(_first(part, expand("sh:maxCount")) == "1" for part in parts),
        datatype=datatypes[0] if datatypes else None,
    )


def _key(term: PropertyTerm) -> str:
    return term.property_key or term.relationship_type or ""


def _nearest(term: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(term, sorted(curie(iri) for iri in known), n=1)
    return f"nearest is {near[0]}" if near else "the terms are in docs/data-model.md"
