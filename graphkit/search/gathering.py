"""What a snapshot's store says of questions and projects, as far as they are searched by it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.text import fold
from graphkit.vocabulary import RDF_TYPE

_LONG = {
    "project": ("dct:abstract", "gk:technicalAbstract", "gk:potentialImpact"),
    "question": ("gk:background", "gk:nextSteps"),
}
_DATES = {"project": ("schema:startDate",), "question": ("dct:issued", "gk:posted")}
_NAMED = {
    "gk:Department": "department",
    "gk:Funder": "funder",
    "gk:Programme": "programme",
    "gk:Organisation": "organisation",
    "gk:Place": "place",
    "gk:Aspect": "aspect",
}
"""Classes whose things are found by their names, and what such a thing is called."""
_NAMES = ("skos:prefLabel", "skos:altLabel", "gk:acronym")
_YEAR = re.compile(r"\d{4}(?=-)")


class Card(msgspec.Struct, frozen=True, array_like=True):
    """What is shown of a thing that was found, beside its texts. Pairs are address and label."""

    iri: str
    kind: str
    key: str
    year: int | None = None
    archived: bool = False
    reference: str | None = None
    department: tuple[str, str] | None = None
    organisation: tuple[str, str] | None = None
    funders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """One question or project.

    `values` holds what it has of each facet, and its places; `order` its place in each order.
    """

    card: Card
    title: str
    body: str
    identifiers: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    order: dict[str, int]


@dataclass(frozen=True)
class NamedThing:
    """A thing that is neither, with all its names."""

    iri: str
    kind: str
    label: str
    names: tuple[str, ...]


@dataclass
class Values:
    """What a facet's values stand for: value → (label, address)."""

    labels: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    by_iri: dict[str, str] = field(default_factory=dict)

    def add(self, value: str, label: str, iri: str) -> None:
        """Add one; a value that stands for another thing already gives way to the address."""
        known = self.labels.get(value)
        if known is not None and known[1] != iri:
            value = iri
        self.labels[value] = (label, iri)
        self.by_iri[iri] = value


class Gathering:
    """Reads a store. What is short is read at once, long texts one by one."""

    def __init__(self, store: GraphStore, ontology: Ontology, base: str) -> None:
        self._store = store
        self._ontology = ontology
        self._base = f"{base}id/"
        self._labels = self._first("skos:prefLabel")
        self._within = self._links("gk:within")
        self.values = {
            "department": self._things("gk:Department"),
            "funder": self._things("gk:Funder", "gk:Programme"),
            "aspect": self._things("gk:Aspect"),
            "place": self._things("gk:Place"),
            "degree": self._codes("degree"),
        }
        self.regions = self._widest_places()
        """Values of the places that the facet of regions lists."""
        self._addresses = self._links("gk:addresses")
        self._assess()

    def key(self, iri: str) -> str:
        """The last part of an address made in the usual way, else the whole address.

        What is not safe in an address of a page is given whole as well.
        """
        _, _, key = iri.removeprefix(self._base).partition("/")
        return key if iri.startswith(self._base) and key and "/" not in key else iri

    def documents(self) -> Iterator[Document]:
        """All questions and projects by their address."""
        kinds: dict[str, str] = {}
        for kind, curie in (("question", "gk:ResearchQuestion"), ("project", "gk:Project")):
            kinds |= dict.fromkeys(self._subjects(curie), kind)
        self._titles = self._first("dct:title")
        self._wordings = self._first("schema:text")
        self._dates = {
            kind: [self._first(curie) for curie in curies] for kind, curies in _DATES.items()
        }
        self._references = self._all("gk:grantReference")
        self._other_references = self._all("gk:otherReference")
        self._archived = self._first("gk:archived")
        self._teasers = self._first("gk:teaser")
        self._leads = self._links("gk:leadOrganisation")
        self._long = {
            kind: [self._ontology.iri(one) for one in curies if self._is_used(one)]
            for kind, curies in _LONG.items()
        }
        self._direct = {
            "department": self._links("gk:askedBy"),
            "funder": self._links("gk:fundedBy"),
            "aspect": self._links("gk:hasAspect"),
        }
        self._located = self._links("gk:locatedIn")
        self._concerned = self._links("gk:concernsPlace")
        addressed: defaultdict[str, list[str]] = defaultdict(list)
        for project, questions in self._addresses.items():
            for question in questions:
                addressed[question].append(project)
        self._addressed = addressed
        things = sorted(kinds.items())
        self._order = self._orders(things)
        for iri, kind in things:
            yield self._document(iri, kind)

    def named(self) -> Iterator[NamedThing]:
        """Departments, organisations, places and so on by their address."""
        names = [self._all(curie) for curie in _NAMES]
        for curie, kind in _NAMED.items():
            for iri in sorted(self._subjects(curie)):
                known = [name for table in names for name in table.get(iri, ())]
                folded = tuple(dict.fromkeys(filter(None, map(fold, known))))
                if folded:
                    label = self._labels.get(iri, known[0])
                    yield NamedThing(iri, kind, label, folded)

    def _document(self, iri: str, kind: str) -> Document:
        card, values = self._card(iri, kind), self._facets(iri, kind)
        parts = [
            literal.value
            for predicate in self._long[kind]
            for literal in self._store.objects(iri, predicate)
        ]
        if not parts and iri in self._teasers:
            parts = [self._teasers[iri]]
        references = (self._references, self._other_references)
        identifiers = {card.key}.union(*(table.get(iri, ()) for table in references))
        values["year"] = (str(card.year),) if card.year is not None else ()
        values["archived"] = ("yes",) if card.archived else ("no",)
        values["kind"] = (kind,)
        return Document(
            card=card,
            title=self._title(iri, kind),
            body="\n\n".join(dict.fromkeys(parts)),
            identifiers=tuple(sorted({one.lower() for one in identifiers})),
            values=values,
            order={name: places[iri] for name, places in self._order.items()},
        )

    def _title(self, iri: str, kind: str) -> str:
        return (self._titles if kind == "project" else self._wordings).get(iri) or self.key(iri)

    def _orders(self, things: list[tuple[str, str]]) -> dict[str, dict[str, int]]:
        """For each order, the place of each thing; those without a date come last."""
        dates = {iri: self._date(iri, kind) for iri, kind in things}
        oldest = sorted(dates, key=lambda iri: (not dates[iri], dates[iri]))
        newest = sorted(dates, key=dates.__getitem__, reverse=True)  # which keeps equals in order
        titles = sorted(things, key=lambda thing: (fold(self._title(*thing)), thing))
        ordered = {"newest": newest, "oldest": oldest, "title": [iri for iri, _ in titles]}
        return {
            name: {iri: place for place, iri in enumerate(iris)} for name, iris in ordered.items()
        }

    def _card(self, iri: str, kind: str) -> Card:
        department = next(iter(self._direct["department"].get(iri, ())), None)
        leader = next(iter(self._leads.get(iri, ())), None)
        date = self._date(iri, kind)
        return Card(
            iri=iri,
            kind=kind,
            key=self.key(iri),
            year=int(date[:4]) if date else None,
            archived=self._archived.get(iri) in ("true", "1"),
            reference=next(iter(self._references.get(iri, ())), None),
            department=self._labelled(department) if department else None,
            organisation=self._labelled(leader) if leader else None,
            funders=tuple(map(self._labelled, self._direct["funder"].get(iri, ()))),
        )

    def _date(self, iri: str, kind: str) -> str:
        """When a project began or a question was asked; empty where nobody says."""
        for table in self._dates[kind]:
            if _YEAR.match(date := table.get(iri, "")):
                return date
        return ""

    def _facets(self, iri: str, kind: str) -> dict[str, tuple[str, ...]]:
        """Values of the facets that are things, and all places."""
        others = (self._addresses if kind == "project" else self._addressed).get(iri, ())
        found = {}
        for name in ("department", "funder", "aspect"):
            links = self._direct[name]
            things = set(links.get(iri, ()))
            if name != "aspect":
                things.update(*(links.get(other, ()) for other in others))
            elif kind == "project":
                things.update(self._covered.get(iri, ()))
            found[name] = self._known(name, things)
        places = {*self._located.get(iri, ()), *self._concerned.get(iri, ())}
        places.update(*(self._within.get(place, ()) for place in sorted(places)))
        found["place"] = self._known("place", places)
        found["region"] = tuple(one for one in found["place"] if one in self.regions)
        found["degree"] = self._known("degree", self._degrees.get(iri, ()))
        return found

    def _known(self, name: str, things: Iterable[str]) -> tuple[str, ...]:
        known = self.values[name].by_iri
        return tuple(sorted({known[thing] for thing in things if thing in known}))

    def _assess(self) -> None:
        """Degrees of questions and projects, and aspects of projects, from all assessments."""
        questions, projects, degrees, covers = (
            self._links(curie)
            for curie in (
                "gk:assessesQuestion",
                "gk:assessesProject",
                "gk:degree",
                "gk:coversAspect",
            )
        )
        self._degrees: defaultdict[str, set[str]] = defaultdict(set)
        self._covered: defaultdict[str, set[str]] = defaultdict(set)
        for assessment, found in degrees.items():
            for side in (questions, projects):
                for thing in side.get(assessment, ()):
                    self._degrees[thing].update(found)
        for assessment, aspects in covers.items():
            for project in projects.get(assessment, ()):
                self._covered[project].update(aspects)

    def _things(self, *curies: str) -> Values:
        values = Values()
        for curie in curies:
            for iri in sorted(self._subjects(curie)):
                values.add(self.key(iri), self._labels.get(iri, self.key(iri)), iri)
        return values

    def _codes(self, scheme: str) -> Values:
        values = Values()
        for concept in self._ontology.concepts(scheme):
            values.add(concept.key, concept.label, concept.iri)
        return values

    def _widest_places(self) -> frozenset[str]:
        """Regions, and nations that are not made of regions."""
        kinds: defaultdict[str, set[str]] = defaultdict(set)
        for iri, kind in self._store.links(self._ontology.iri("gk:placeKind")):
            kinds[kind.rpartition("/")[2]].add(iri)
        nations = kinds["country"]
        for inner in kinds["region"] | kinds["country"]:
            nations = nations - set(self._within.get(inner, ()))
        return frozenset(self._known("place", kinds["region"] | nations))

    def _labelled(self, iri: str) -> tuple[str, str]:
        return iri, self._labels.get(iri, self.key(iri))

    def _subjects(self, curie: str) -> set[str]:
        return set(self._store.subjects(RDF_TYPE, self._ontology.iri(curie)))

    def _is_used(self, curie: str) -> bool:
        return next(self._store.literals(self._ontology.iri(curie)), None) is not None

    def _first(self, curie: str) -> dict[str, str]:
        """Thing → its one text; where several are given, the first in the alphabet."""
        found: dict[str, str] = {}
        for iri, text in self._store.literals(self._ontology.iri(curie)):
            if iri not in found or text < found[iri]:
                found[iri] = text
        return found

    def _all(self, curie: str) -> dict[str, list[str]]:
        return _grouped(self._store.literals(self._ontology.iri(curie)))

    def _links(self, curie: str) -> dict[str, list[str]]:
        return _grouped(self._store.links(self._ontology.iri(curie)))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Subject → values, sorted, each once: the store gives a statement for each graph."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for subject, value in pairs:
        found[subject].append(value)
    return {
        subject: values if len(values) == 1 else sorted(set(values))
        for subject, values in found.items()
    }
