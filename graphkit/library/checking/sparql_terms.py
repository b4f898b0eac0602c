"""Which terms a SPARQL query may use: those that a graph of graphkit can hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.library.checking.sparql_groups import Query
from graphkit.library.checking.sparql_tokens import IRI, NAME
from graphkit.names import CODES
from graphkit.ontology import Ontology
from graphkit.vocabulary import DEFAULT_BASE, PREFIXES, RDF_TYPE, curie

_OPEN = (PREFIXES["rdf"], PREFIXES["xsd"])
"""Vocabularies that every graph is written in; the ontology need not name their terms."""
_ANNOTATION = f"<{PREFIXES['owl']}AnnotationProperty>"
_ASPECTS = f"{DEFAULT_BASE}id/aspect/"
_SCHEMES = f"{DEFAULT_BASE}topic-scheme/"


@dataclass(frozen=True)
class KnownTerms:
    """The terms of the ontology, its closed lists, and what the ontology itself is written in.

    >>> known = KnownTerms.of(Ontology.load())
    >>> known.fault("https://w3id.org/graphkit/ontology#fundedbye").rpartition("; ")[2]
    'nearest is gk:fundedBy'
    >>> known.fault("https://w3id.org/graphkit/degree/partially")
    'no degree is called partially; nearest is partial'
    >>> known.fault("http://www.w3.org/2004/02/skos/core#topConceptOf"), known.fault("a:b")
    (None, None)
    """

    ontology: Ontology
    used: frozenset[str]

    @classmethod
    def of(cls, ontology: Ontology) -> KnownTerms:
        """What a graph under this ontology knows; its snapshot holds the ontology as well."""
        used = set()
        for line in ontology.statements(f"{DEFAULT_BASE}graph/ontology"):
            subject, predicate, value = line.split(" ", 2)
            used.add(predicate[1:-1])
            if predicate[1:-1] == RDF_TYPE:
                used.add(value.partition(">")[0][1:])
            if value.startswith(_ANNOTATION):
                used.add(subject[1:-1])
        return cls(ontology, frozenset(used))

    def fault(self, iri: str) -> str | None:
        """What is wrong with an IRI, with the nearest that is right; None if nothing is known."""
        if iri.startswith(_OPEN) or iri in self.used:
            return None
        if curie(iri) != iri:
            declared = {*self.ontology.classes, *self.ontology.properties}
            if iri in declared:
                return None
            known = sorted(map(curie, declared | self.used))
            near = difflib.get_close_matches(curie(iri), known, 1)
            hint = f"nearest is {near[0]}" if near else "docs/data-model.md has them all"
            return f"the ontology has no term {curie(iri)}; {hint}"
        for scheme in (*sorted(CODES), "aspect"):
            folder = _ASPECTS if scheme == "aspect" else f"{DEFAULT_BASE}{scheme}/"
            if iri.startswith(folder):
                known = [concept.key for concept in self.ontology.concepts(scheme)]
                return _unlisted(iri[len(folder) :], known, f"{scheme.replace('-', ' ')}")
        if iri.startswith(_SCHEMES):
            known = [one[len(_SCHEMES) :] for one in self.ontology.schemes if _SCHEMES in one]
            return _unlisted(iri[len(_SCHEMES) :], known, "scheme of topics")
        return None

    def in_query(self, query: Query) -> Iterator[tuple[int, str]]:
        """Line and fault of every prefix and term of a query that is not known."""
        prefixes = query.prefixes
        declared = [token for token in query.tokens if token.kind == NAME]
        for token in declared[: len(prefixes)]:
            prefix = token.text.partition(":")[0]
            usual = PREFIXES.get(prefix)
            if usual and prefixes.get(prefix, usual) != usual:
                yield token.line, f"the prefix {prefix} stands for <{usual}> in graphkit"
        for token in query.body:
            if token.kind == NAME:
                prefix, _, local = token.text.partition(":")
                if prefix not in prefixes:
                    hint = f"PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
                    yield token.line, f"no PREFIX says what {prefix}: is{hint and '; '}{hint}"
                    continue
                fault = self.fault(prefixes[prefix] + local.replace("\\", ""))
            else:
                fault = self.fault(token.text) if token.kind == IRI else None
            if fault:
                yield token.line, fault


def _unlisted(key: str, known: list[str], noun: str) -> str | None:
    if key in known:
        return None
    near = difflib.get_close_matches(key, known, 1)
    return f"no {noun} is called {key}; " + (
        f"nearest is {near[0]}" if near else f"there are {', '.join(sorted(known))}"
    )
