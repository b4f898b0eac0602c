"""The texts of a snapshot's questions and projects, as linking needs them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graphkit.identity.places import Gazetteer
from graphkit.model import Assessment, Place
from graphkit.ontology import Ontology
from graphkit.relevance.evaluation.judged import Judged, judged_by
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.vocabulary import RDF_TYPE


@dataclass(frozen=True)
class QuestionText:
    """A question. `aspects` maps keys to labels, `places` holds keys of places it names."""

    key: str
    text: str
    department: str | None
    archived: bool
    aspects: dict[str, str]
    places: frozenset[str]
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ProjectText:
    """A project. `field` names the text in `abstract`, which is a teaser where there is no
    abstract; `places` holds the places it concerns or is led in, with those around them."""

    key: str
    title: str
    abstract: str | None
    field: str
    topics: tuple[str, ...]
    grant: str
    places: frozenset[str]


@dataclass(frozen=True)
class Corpus:
    """All questions and projects of a snapshot, by key, and the names of places."""

    questions: list[QuestionText]
    projects: list[ProjectText]
    place_names: dict[str, str]


class CorpusReader:
    """Reads texts from a snapshot's store."""

    def __init__(self, snapshot: Snapshot, ontology: Ontology) -> None:
        self._store = GraphStore(snapshot.store)
        self._ontology = ontology
        self._id = f"{snapshot.manifest.base}id/"
        self._labelled: dict[str, dict[str, str]] = {}
        self._withdrawn = frozenset(self._store.subjects(RDF_TYPE, self._iri("gk:Withdrawn")))

    def read(self) -> Corpus:
        """Everything. What is without one word of text is left out, and what is withdrawn."""
        labels = self._labels("aspect")
        return Corpus(
            questions=self._questions(labels),
            projects=self._projects(),
            place_names=self.place_names(),
        )

    def place_names(self) -> dict[str, str]:
        """Key → name of every place."""
        return {key: names[0] for key in self._kinds() if (names := self._names(key))}

    def _names(self, place: str, curie: str = "skos:prefLabel") -> list[str]:
        # Few of all names are those of places, so they are looked up one by one.
        found = self._store.objects(f"{self._id}place/{place}", self._iri(curie))
        return sorted(one.value for one in found)

    def _kinds(self) -> dict[str, str]:
        """Place → its kind."""
        return {
            key: target.rpartition("/")[2]
            for iri, target in self._store.links(self._iri("gk:placeKind"))
            if (key := self._key("place", iri)) is not None
        }

    def gazetteer(self) -> Gazetteer:
        """The places of the snapshot, to be found in a text."""
        return Gazetteer.build(
            (
                0,
                Place(
                    code=key,
                    name=names[0],
                    kind=kind,
                    names=tuple(self._names(key, "skos:altLabel")),
                ),
            )
            for key, kind in self._kinds().items()
            if (names := self._names(key))
        )

    def published(self) -> Judged:
        """The published assessments, as judgements."""
        pairs = self._links("gk:assessesQuestion", "assessment", "question")
        projects = self._links("gk:assessesProject", "assessment", "project")
        covers = self._links("gk:coversAspect", "assessment", "aspect")
        misses = self._links("gk:missesAspect", "assessment", "aspect")
        degrees, origins = (
            {iri: target.rpartition("/")[2] for iri, target in self._store.links(self._iri(curie))}
            for curie in ("gk:degree", "gk:origin")
        )
        found = []
        for key, questions in sorted(pairs.items()):
            iri = f"{self._id}assessment/{key}"
            if origins.get(iri, "computed") != "computed" and key in projects:
                found.append(
                    Assessment(
                        question=questions[0],
                        project=projects[key][0],
                        degree=degrees.get(iri, "unstated"),
                        origin=origins[iri],
                        covers=tuple(covers.get(key, ())),
                        misses=tuple(misses.get(key, ())),
                    )
                )
        return judged_by(found)

    def project(self, key: str) -> ProjectText:
        """One project, without reading any other."""
        iri = f"{self._id}project/{key}"

        def text(curie: str) -> str | None:
            return next((one.value for one in self._store.objects(iri, self._iri(curie))), None)

        def keys(subject: str, curie: str, kind: str) -> list[str]:
            found = self._store.objects(subject, self._iri(curie))
            return sorted(key for one in found if (key := self._key(kind, one.value)) is not None)

        near = {
            place
            for curie in ("gk:locatedIn", "gk:concernsPlace")
            for place in keys(iri, curie, "place")
        }
        for place in sorted(near):
            near.update(keys(f"{self._id}place/{place}", "gk:within", "place"))
        abstract = text("dct:abstract")
        teaser = text("gk:teaser")
        return ProjectText(
            key=key,
            title=text("dct:title") or key,
            abstract=abstract or teaser,
            field="abstract" if abstract or not teaser else "teaser",
            topics=(),
            grant=text("gk:grantKey") or key,
            places=frozenset(near),
        )

    def _iri(self, curie: str) -> str:
        return self._ontology.iri(curie)

    def _key(self, kind: str, iri: str) -> str | None:
        prefix = f"{self._id}{kind}/"
        if not iri.startswith(prefix) or iri in self._withdrawn:
            return None
        return iri[len(prefix) :]

    def _texts(self, curie: str, kind: str) -> dict[str, str]:
        """Key → text, for things of a kind."""
        return {
            key: text
            for iri, text in self._store.literals(self._iri(curie))
            if (key := self._key(kind, iri)) is not None
        }

    def _labels(self, kind: str) -> dict[str, str]:
        """Key → label, for things of a kind; all labels are read once."""
        if not self._labelled:
            for iri, text in self._store.literals(self._iri("skos:prefLabel")):
                if iri.startswith(self._id):
                    name, _, key = iri[len(self._id) :].partition("/")
                    self._labelled.setdefault(name, {})[key] = text
        return self._labelled.get(kind, {})

    def _links(self, curie: str, kind: str, other: str) -> dict[str, list[str]]:
        """Key → keys of the things of another kind that it points at, in order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for subject, target in self._store.links(self._iri(curie)):
            one, two = self._key(kind, subject), self._key(other, target)
            if one is not None and two is not None:
                found[one].append(two)
        return {key: sorted(set(keys)) for key, keys in found.items()}

    def _questions(self, labels: dict[str, str]) -> list[QuestionText]:
        aspects = self._links("gk:hasAspect", "question", "aspect")
        departments = self._links("gk:askedBy", "question", "department")
        places = self._links("gk:concernsPlace", "question", "place")
        archived = self._texts("gk:archived", "question")
        names = self._labels("topic")
        topics = self._links("dct:subject", "question", "topic")
        return [
            QuestionText(
                key=key,
                text=text,
                department=next(iter(departments.get(key, [])), None),
                archived=archived.get(key) in ("true", "1"),
                aspects={one: labels.get(one, one) for one in aspects.get(key, [])},
                places=frozenset(places.get(key, [])),
                topics=frozenset(names[one] for one in topics.get(key, ()) if one in names),
            )
            for key, text in sorted(self._texts("schema:text", "question").items())
        ]

    def _projects(self) -> list[ProjectText]:
        titles = self._texts("dct:title", "project")
        abstracts = self._texts("dct:abstract", "project")
        teasers = self._texts("gk:teaser", "project")
        grants = self._texts("gk:grantKey", "project")
        names = self._labels("topic")
        topics = self._links("dct:subject", "project", "topic")
        within = self._links("gk:within", "place", "place")
        located = self._links("gk:locatedIn", "project", "place")
        concerned = self._links("gk:concernsPlace", "project", "place")
        found = []
        for key, title in sorted(titles.items()):
            abstract = abstracts.get(key)
            near = {*located.get(key, ()), *concerned.get(key, ())}
            found.append(
                ProjectText(
                    key=key,
                    title=title,
                    abstract=abstract or teasers.get(key),
                    field="abstract" if abstract or key not in teasers else "teaser",
                    topics=tuple(names[one] for one in topics.get(key, ()) if one in names),
                    grant=grants.get(key, key),
                    places=frozenset(near.union(*(within.get(one, ()) for one in near))),
                )
            )
        return found
