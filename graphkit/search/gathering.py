"""What a snapshot's store says of questions and projects, as far as they are searched by it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from graphkit.figures import Statements
from graphkit.figures.statements import Table
from graphkit.ontology import Ontology
from graphkit.search.values import FacetValues, Keys
from graphkit.text import fold

_LONG = {
    "project": ("dct:abstract", "gk:technicalAbstract", "gk:potentialImpact"),
    "question": ("gk:background", "gk:nextSteps"),
}
_DATES = {"project": ("schema:startDate",), "question": ("dct:issued", "gk:posted")}
NAMED = {
    "gk:Department": "department",
    "gk:Funder": "funder",
    "gk:Programme": "programme",
    "gk:Organisation": "organisation",
    "gk:Place": "place",
    "gk:Aspect": "aspect",
}
"""Classes whose things are found by their names, and what such a thing is called."""
_KINDS = {"gk:ResearchQuestion": "question", "gk:Project": "project"}
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

    `values` holds what it has of each facet, and its places; `date` is empty where nobody says
    when it began or was asked, `name` is the folded title.
    """

    card: Card
    title: str
    body: str
    identifiers: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    date: str
    name: str


@dataclass(frozen=True)
class NamedThing:
    """A thing of a class that is neither, with all its names."""

    iri: str
    kind: str
    label: str
    names: tuple[str, ...]


class Gathering:
    """Reads statements. What is short is read at once, long texts one by one."""

    def __init__(
        self, statements: Statements, ontology: Ontology, values: FacetValues, key: Keys
    ) -> None:
        self._statements = statements
        self._ontology = ontology
        self._values = values
        self._key = key
        self._labels = self._first("skos:prefLabel")
        self._within = self._links("gk:within")
        self._titles = {
            "project": self._first("dct:title"),
            "question": self._first("schema:text"),
        }
        self._dates = {
            kind: [self._first(curie) for curie in curies] for kind, curies in _DATES.items()
        }
        self._references = self._texts("gk:grantReference")
        self._other_references = self._texts("gk:otherReference")
        self._archived = self._first("gk:archived")
        self._teasers = self._first("gk:teaser")
        self._leads = self._links("gk:leadOrganisation")
        self._direct = {
            "department": self._links("gk:askedBy"),
            "funder": self._links("gk:fundedBy"),
            "aspect": self._links("gk:hasAspect"),
        }
        self._located = self._links("gk:locatedIn")
        self._concerned = self._links("gk:concernsPlace")
        self._long = {
            kind: [iri for iri in map(ontology.iri, curies) if statements.has(iri)]
            for kind, curies in _LONG.items()
        }

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Questions and projects by their address, and which each is."""
        found: dict[str, str] = {}
        for curie, kind in _KINDS.items():
            found |= dict.fromkeys(self._of_class(curie), kind)
        return dict(sorted(found.items()))

    def name(self, iri: str) -> str:
        """The folded title of a question or project."""
        return fold(self._title(iri, self.kinds[iri]))

    def documents(self, wanted: Collection[str] | None = None) -> Iterator[Document]:
        """All questions and projects by their address, or those that are wanted."""
        for iri, kind in self.kinds.items():
            if wanted is None or iri in wanted:
                yield self._document(iri, kind)

    def named(self, wanted: Collection[str] | None = None) -> Iterator[NamedThing]:
        """Departments, organisations, places and so on by class and address."""
        names = [self._texts(curie) for curie in _NAMES]
        for curie, kind in NAMED.items():
            for iri in self._of_class(curie):
                if wanted is not None and iri not in wanted:
                    continue
                known = [name for table in names for name in table.get(iri, ())]
                folded = tuple(dict.fromkeys(filter(None, map(fold, known))))
                if folded:
                    label = self._labels.get(iri, known[0])
                    yield NamedThing(iri, kind, label, folded)

    def _document(self, iri: str, kind: str) -> Document:
        card, values, title = self._card(iri, kind), self._facets(iri, kind), self._title(iri, kind)
        parts = [
            literal.value
            for predicate in self._long[kind]
            for literal in self._statements.objects(iri, predicate)
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
            title=title,
            body="\n\n".join(dict.fromkeys(parts)),
            identifiers=tuple(sorted({one.lower() for one in identifiers})),
            values=values,
            date=self._date(iri, kind),
            name=fold(title),
        )

    def _title(self, iri: str, kind: str) -> str:
        return self._titles[kind].get(iri) or self._key(iri)

    def _card(self, iri: str, kind: str) -> Card:
        department = next(iter(self._direct["department"].get(iri, ())), None)
        leader = next(iter(self._leads.get(iri, ())), None)
        date = self._date(iri, kind)
        return Card(
            iri=iri,
            kind=kind,
            key=self._key(iri),
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
        degrees, covered = self._assessed
        found = {}
        for name in ("department", "funder", "aspect"):
            links = self._direct[name]
            things = set(links.get(iri, ()))
            if name != "aspect":
                things.update(*(links.get(other, ()) for other in others))
            elif kind == "project":
                things.update(covered.get(iri, ()))
            found[name] = self._values.known(name, things)
        places = {*self._located.get(iri, ()), *self._concerned.get(iri, ())}
        places.update(*(self._within.get(place, ()) for place in sorted(places)))
        found["place"] = self._values.known("place", places)
        found["region"] = tuple(one for one in found["place"] if one in self._values.regions)
        found["degree"] = self._values.known("degree", degrees.get(iri, ()))
        return found

    @cached_property
    def _addresses(self) -> Table:
        return self._links("gk:addresses")

    @cached_property
    def _addressed(self) -> Table:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for project, questions in self._addresses.items():
            for question in questions:
                found[question].append(project)
        return found

    @cached_property
    def _assessed(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Degrees of questions and projects, and aspects of projects, from all assessments."""
        questions, projects = self._links("gk:assessesQuestion"), self._links("gk:assessesProject")
        degrees: defaultdict[str, set[str]] = defaultdict(set)
        covered: defaultdict[str, set[str]] = defaultdict(set)
        for assessment, found in self._links("gk:degree").items():
            for side in (questions, projects):
                for thing in side.get(assessment, ()):
                    degrees[thing].update(found)
        for assessment, aspects in self._links("gk:coversAspect").items():
            for project in projects.get(assessment, ()):
                covered[project].update(aspects)
        return degrees, covered

    def _labelled(self, iri: str) -> tuple[str, str]:
        return iri, self._labels.get(iri, self._key(iri))

    def _of_class(self, curie: str) -> list[str]:
        return self._statements.of_class(self._ontology.iri(curie))

    def _first(self, curie: str) -> dict[str, str]:
        return self._statements.first(self._ontology.iri(curie))

    def _texts(self, curie: str) -> Table:
        return self._statements.texts(self._ontology.iri(curie))

    def _links(self, curie: str) -> Table:
        return self._statements.links(self._ontology.iri(curie))
