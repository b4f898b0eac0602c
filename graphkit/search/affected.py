"""Which questions and projects a change of the statements is seen in."""

from __future__ import annotations

from collections.abc import Iterable

from graphkit.figures import Changed, Things
from graphkit.ontology import Ontology
from graphkit.search.values import FacetValues
from graphkit.vocabulary import RDF_TYPE

_SHOWN = ("gk:askedBy", "gk:leadOrganisation", "gk:fundedBy")
"""Links to things whose labels are shown of a hit."""
_VALUED = ("gk:askedBy", "gk:fundedBy", "gk:hasAspect")
_IN_PLACES = ("gk:locatedIn", "gk:concernsPlace")
_ASSESSED = ("gk:assessesQuestion", "gk:assessesProject")
_OF_ASSESSMENTS = (*_ASSESSED, "gk:degree", "gk:coversAspect")


class Neighbours:
    """What is linked to what, in one store."""

    def __init__(self, things: Things, ontology: Ontology) -> None:
        self._things, self._ontology = things, ontology

    def to(self, things: Iterable[str], *curies: str) -> set[str]:
        """What is linked to these things."""
        return {
            subject
            for thing in things
            for curie in curies
            for subject in self._things.store.subjects(self._ontology.iri(curie), thing)
        }

    def of(self, things: Iterable[str], *curies: str) -> set[str]:
        """What these things are linked to."""
        return {
            value
            for thing in things
            for curie in curies
            for value in self._things.links(thing, self._ontology.iri(curie))
        }

    def of_class(self, things: Iterable[str], *curies: str) -> set[str]:
        """Those of some things that are of one of these classes."""
        classes = {self._ontology.iri(curie) for curie in curies}
        return {
            thing for thing in things if not classes.isdisjoint(self._things.links(thing, RDF_TYPE))
        }

    def sources(self, things: Iterable[str]) -> set[str]:
        """All things whose statements are needed to write the documents of these questions and
        projects, they themselves among them."""
        documents = set(things)
        asked = self.of(documents, "gk:addresses") | self.to(documents, "gk:addresses")
        assessments = self.to(documents, *_ASSESSED)
        around = self.of(documents, *_SHOWN, *_IN_PLACES)
        return documents | asked | assessments | around


def affected(changed: Changed, near: Neighbours, ontology: Ontology, moved: set[str]) -> set[str]:
    """Addresses of what may have another document now, and of other things.

    `near` looks into the new store: what is no longer linked is in `changed` itself. `moved`
    are things that were `revalued`.
    """
    predicate = ontology.iri
    found = set(changed.subjects)
    found.update(changed.objects(predicate("gk:addresses")))
    # The funders of a project count for the questions that it addresses, and the department of
    # a question for the projects that address it.
    found |= near.of(changed.of(predicate("gk:fundedBy")), "gk:addresses")
    found |= near.to(changed.of(predicate("gk:askedBy")), "gk:addresses")
    assessments = changed.of(*map(predicate, _OF_ASSESSMENTS))
    found |= near.of(assessments, *_ASSESSED)
    for curie in _ASSESSED:
        found.update(changed.objects(predicate(curie)))
    found |= near.to(changed.of(predicate("skos:prefLabel")), *_SHOWN)
    found |= near.to(changed.of(predicate("gk:within")), *_IN_PLACES)
    direct = near.to(moved, *_VALUED)
    found |= direct | near.of(direct, "gk:addresses") | near.to(direct, "gk:addresses")
    found |= near.of(near.to(moved, "gk:coversAspect"), "gk:assessesProject")
    found |= near.to(moved | near.to(moved, "gk:within"), *_IN_PLACES)
    return found


def revalued(old: FacetValues, new: FacetValues) -> set[str]:
    """Things that stand for another value of a facet than before, or for one no longer; and places
    that the facet of regions lists now or no longer."""
    found = old.region_iris ^ new.region_iris
    for name, now in new.by_iri.items():
        before = old.by_iri[name]
        found |= {iri for iri in before.keys() | now.keys() if before.get(iri) != now.get(iri)}
    return found
