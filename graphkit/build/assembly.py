"""From what was harvested to statements: identity, then one emitter after another.

Things are written in an order in which what is referred to comes first, each
thing whole, so that validation can work on pieces.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from graphkit.build.harvest import SLOTS, Harvest
from graphkit.build.keeping import KeptMatching, pack
from graphkit.build.parts import HASH_BYTES, PartWriter
from graphkit.build.placed_names import PlacedNames
from graphkit.build.project_parts import KeptProjects, ProjectParts, Surroundings, lines_of
from graphkit.build.projects import MergedProject, ProjectRecords, duplicates
from graphkit.build.published import (
    Published,
    PublishedReader,
    merged_questions,
    wanted_titles,
)
from graphkit.build.question_readings import QuestionReadings, Reading
from graphkit.build.withdrawn import Withdrawal
from graphkit.collector import rare_collection
from graphkit.identity.departments import Department, Departments
from graphkit.identity.funders import Funder, Funders
from graphkit.identity.grants import Grants
from graphkit.identity.locating import Locator
from graphkit.identity.place_mentions import PlaceFinder
from graphkit.identity.places import Gazetteer
from graphkit.identity.projects import TitleIndex
from graphkit.loaders.intake import Reject
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.rdf.bodies import BodyEmitter
from graphkit.rdf.catalogue import catalogue_parts
from graphkit.rdf.nodes import (
    CATALOGUE_GRAPH,
    DERIVED_GRAPH,
    IDENTITY_GRAPH,
    ONTOLOGY_GRAPH,
    REGISTER_GRAPH,
    VOCABULARY,
    Namer,
    ending,
)
from graphkit.rdf.organisations import MatchEmitter, OrganisationEmitter
from graphkit.rdf.places import PlaceEmitter
from graphkit.rdf.projects import ProjectEmitter
from graphkit.rdf.questions import AssessmentEmitter, QuestionEmitter
from graphkit.rdf.terms import string
from graphkit.rdf.topics import TopicRegister
from graphkit.relevance.communities import communities
from graphkit.relevance.question_aspects import AspectReader
from graphkit.snapshot import Snapshot, SourceEntry


@dataclass
class Noticed:
    """What the assembly noticed, for the report."""

    rejects: list[Reject] = field(default_factory=list)
    conflicts: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    place_conflicts: tuple[str, ...] = ()


class Assembly:
    """One graph in the making. `write` does everything, in order.

    `kept` is the folder of an earlier snapshot, whose statements may be told again; `keeping` takes
    what the next build can use, `work` what this one puts aside.
    """

    def __init__(
        self,
        harvest: Harvest,
        ontology: Ontology,
        base: str,
        progress: Progress,
        *,
        kept: Path | None = None,
        keeping: Path,
        work: Path,
    ) -> None:
        self._harvest = harvest
        self._progress = progress
        self._base = base
        self._kept = kept
        self._keeping = keeping
        self.noticed = Noticed()
        self._namer = namer = Namer(ontology, base)
        graphs = [namer.graph(name) for name in harvest.graph_names()]
        self._graphs = [graph for graph in graphs for _ in range(SLOTS)]
        self._endings = [ending(graph) for graph in self._graphs]
        self._derived = ending(namer.graph(DERIVED_GRAPH))
        self._register = ending(namer.graph(REGISTER_GRAPH))
        self._identity = ending(namer.graph(IDENTITY_GRAPH))
        self._ranks = harvest.ranks()
        self._topics = TopicRegister(namer)
        self._bodies = BodyEmitter(namer, self._register)
        self._departments = Departments.load()
        for body in harvest.bodies:
            self._departments = self._departments.add_details(body)
        self._funders = Funders.load()
        for details in harvest.funders:
            self._funders = self._funders.add_details(details)
        self._gazetteer = Gazetteer.build(
            [(harvest.precedence_of(number), place) for number, place in harvest.places],
            harvest.place_names,
        )
        self._gazetteer_hash = hashlib.blake2b(
            pack(
                (
                    [(harvest.precedence_of(number), place) for number, place in harvest.places],
                    harvest.place_names,
                )
            )
        ).digest()
        self._finder = PlaceFinder(self._gazetteer)
        self._readings = QuestionReadings(
            AspectReader(ontology.concepts("aspect")),
            self._finder,
            self._gazetteer_hash,
            kept,
            keeping,
        )
        self.noticed.place_conflicts = self._gazetteer.conflicts
        self._questions = merged_questions(harvest, self._ranks)
        organisations = harvest.organisations
        memory = KeptMatching(kept, keeping)
        self._resolution = organisations.resolve(self._ranks[::SLOTS], memory)
        self._organisation_iris: dict[str, str] = {}
        self._located: dict[str, tuple[str, ...]] = {}
        """Places of each organisation, by canonical key."""
        self._names = {one.key: one.name for one in self._resolution.organisations}
        self._funders_seen: dict[tuple[str | None, str | None], Funder | None] = {}
        listed = {
            mention.key
            for question in self._questions
            for _, record in question.lists
            for mention in record.projects
            if mention.key is not None
        }
        records = ProjectRecords(harvest, self._ranks, self._graphs, self._funder, listed)
        self._projects = ProjectParts(records, KeptProjects(kept), keeping, work)

    # --- who is who -------------------------------------------------------------

    def _canonical(self, key: str) -> str:
        return self._resolution.canonical.get(key, key)

    def _organisation_iri(self, key: str) -> str:
        iri = self._organisation_iris.get(key)
        if iri is None:
            iri = self._organisation_iris[key] = self._namer.organisation(self._canonical(key))
        return iri

    def _funder(self, name: str | None, key: str | None) -> Funder | None:
        pair = (name, key)
        if pair not in self._funders_seen:
            funder = self._funders.resolve(name, key)
            if funder is not None and not funder.registered and key is not None and not name:
                # An id that no table of funders knows: the organisation's name may be known.
                shown = self._names.get(self._canonical(key))
                funder = self._funders.resolve(shown) if shown else funder
            self._funders_seen[pair] = funder
        return self._funders_seen[pair]

    def _funder_key(self, name: str | None) -> str | None:
        funder = self._funder(name, None)
        return funder.key if funder else None

    def _lead(self, name: str | None) -> str | None:
        return self._canonical(self._harvest.organisations.mention(name)) if name else None

    # --- writing ----------------------------------------------------------------

    def write(self, out: PartWriter, entries: list[SourceEntry]) -> None:
        """Write everything to `out`."""
        with rare_collection():
            self._write(out, entries)

    def _write(self, out: PartWriter, entries: list[SourceEntry]) -> None:
        titles = TitleIndex(wanted_titles(self._questions))
        noticed = self.noticed
        grants = self._projects.survey(titles, self._canonical, noticed.conflicts, noticed.rejects)
        for question in self._questions:
            key = question.record.key
            noticed.rejects += duplicates(self._harvest, key, question.lists)
        reader = PublishedReader(
            self._harvest, titles, self._funder_key, self._lead, self._readings.synonyms
        )
        published = reader.read(self._questions)
        noticed.counts["explanations of which nothing could be read"] = published.unread
        noticed.counts["explanations without an aspect read"] = published.without_aspects
        noticed.counts["similar questions named but not found"] = published.unmatched_similar
        for lines in self._first_parts(entries):
            out.write(lines)
        self._write_organisations(out, published)
        for lines in self._question_parts(published):
            out.write(lines)
        self._write_projects(out, grants, published)
        for lines in self._published_parts(published):
            out.write(lines)
        out.write(self._topic_lines())

    def write_withdrawn(self, out: PartWriter, earlier: Snapshot | None, day: date) -> None:
        """Write what an earlier snapshot had and this graph has not."""
        if earlier is None:
            return
        present = self._present()
        withdrawal = Withdrawal(earlier, present.__contains__, day)
        for lines in withdrawal.parts(self._namer):
            self._count("Withdrawn")
            out.write(lines)

    def _present(self) -> set[str]:
        """IRIs of all records that sources give, under whatever address."""
        thing = self._namer.thing
        found = {thing("question", one.record.key) for one in self._questions}
        found |= {thing("project", key) for key in self._projects.keys}
        found |= {self._namer.organisation(key) for key in self._resolution.canonical}
        found |= {self._place_iri(code) for code in self._gazetteer.places}
        return {iri[1:-1] for iri in found}

    def _first_parts(self, entries: list[SourceEntry]) -> Iterator[list[str]]:
        namer = self._namer
        ontology_graph = namer.graph(ONTOLOGY_GRAPH)
        yield list(namer.ontology.statements(ontology_graph[1:-1], self._base))
        catalogue = ending(namer.graph(CATALOGUE_GRAPH))
        self._count("Source", len(entries))
        yield from catalogue_parts(namer, entries, catalogue)
        yield from self._place_parts()
        yield from self._body_parts()

    def _topic_lines(self) -> list[str]:
        for _, topic in self._harvest.topics:
            self._topics.iri(topic)
        lines = self._topics.lines(self._register)
        self._count("Topic", sum(self._namer.type("gk:Topic") in line for line in lines))
        return lines

    def _count(self, name: str, number: int = 1) -> None:
        self.noticed.classes[name] += number

    def _place_parts(self) -> Iterator[list[str]]:
        emitter = PlaceEmitter(self._namer, self._derived, self._gazetteer.registers)
        described: dict[str, int] = {}
        for number, place in self._harvest.places:
            best = described.setdefault(place.code, number)
            if self._ranks[number] < self._ranks[best]:
                described[place.code] = number
        for code, place in self._gazetteer.places.items():
            self._count("Place")
            built_in = code not in described
            end = self._register if built_in else self._endings[described[code]]
            yield emitter.lines(place, self._gazetteer, end)

    def _body_parts(self) -> Iterator[list[str]]:
        departments: dict[str, Department] = {body.key: body for body in self._departments.bodies}
        written: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for question in self._questions:
            name = question.record.department
            if name:
                body = self._departments.resolve(name)
                departments.setdefault(body.key, body)
                number = question.overrides.get("department", question.source)
                written[body.key].setdefault(name, self._endings[number])
        funders: dict[str, Funder] = {funder.key: funder for funder in self._funders.funders}
        for found in self._funders_seen.values():
            if found is not None:
                funders.setdefault(found.key, found)
        for key, department in sorted(departments.items()):
            self._count("Department")
            yield self._bodies.department(department)
            yield self._bodies.written_names(department, written[key])
        for _, funder in sorted(funders.items()):
            self._count("Programme" if funder.kind == "programme" else "Funder")
            yield self._bodies.funder(funder)
        iris = {key: self._bodies.department_iri(body) for key, body in departments.items()}
        funder_iris = {key: self._bodies.funder_iri(funder) for key, funder in funders.items()}
        for events, table in (
            (self._departments.successions, iris),
            (self._funders.successions, funder_iris),
        ):
            for event in events:
                self._count("Succession")
                yield self._bodies.succession(event, table)
            yield self._bodies.succeeded(events, table)

    def _write_organisations(self, out: PartWriter, published: Published) -> None:
        endings = dict(zip(self._ranks[::SLOTS], self._endings[::SLOTS], strict=True))
        emitter = OrganisationEmitter(self._namer, endings, self._derived, self._identity)
        placed = PlacedNames(
            Locator(self._gazetteer), self._gazetteer_hash, self._kept, self._keeping
        )
        used = {self._canonical(key) for key in self._projects.organisations}
        used |= {
            self._canonical(p.organisation) for _, q in published.page_projects for p in q.roles
        }
        merges = defaultdict(list)
        for merge_decision in self._resolution.merges:
            merges[merge_decision.into].append(merge_decision)
        around = pack(sorted(endings.items())) + self._gazetteer_hash
        written: set[str] = set()
        for organisation in self._resolution.organisations:
            # A name that a list or page mentions is written only if a project needs it.
            if organisation.key.startswith("name:") and organisation.key not in used:
                continue
            codes = placed.of(organisation.name, organisation.address)
            self._located[organisation.key] = tuple(self._place_iri(code) for code in codes)
            written.add(organisation.key)
            self._count("Organisation")
            decisions = merges[organisation.key]
            digest = hashlib.blake2b(around, digest_size=HASH_BYTES)
            digest.update(pack((organisation, decisions)))
            inputs = digest.digest()
            if not out.write_again(inputs):
                located = self._located[organisation.key]
                out.write(emitter.lines(organisation, located, decisions), inputs)
        placed.close()
        for key in sorted(used - written):
            self._count("Organisation")
            self.noticed.counts["organisations that no source describes"] += 1
            out.write(emitter.unnamed(key, self._derived))
        for candidate in self._resolution.candidates:
            if candidate.key in written and candidate.other in written:
                self._count("MatchCandidate")
                out.write(emitter.candidate(candidate))

    def _place_iri(self, code: str) -> str:
        return self._namer.thing("place", code)

    def _question_parts(self, published: Published) -> Iterator[list[str]]:
        namer = self._namer

        def department(name: str) -> str:
            return self._bodies.department_iri(self._departments.resolve(name))

        emitter = QuestionEmitter(namer, self._endings, self._derived, self._topics, department)
        known = {concept.key for concept in namer.ontology.concepts("aspect")}
        labels = dict(published.aspect_labels)
        readings: dict[str, Reading] = {}
        sets: dict[str, tuple[str, str, set[str]]] = {}
        for question in self._questions:
            record = question.record
            reading = readings[record.key] = self._readings.read(record.text or "")
            for key, label in reading.aspects:
                labels.setdefault(key, label)
            title = record.question_set or record.group
            if title and (iri := emitter.set_iri(title)):
                field_name = "question_set" if record.question_set else "group"
                number = question.overrides.get(field_name, question.source)
                entry = sets.setdefault(iri, (title, self._endings[number], set()))
                if record.department:
                    entry[2].add(department(record.department))
        self._readings.close()
        for key in sorted(labels.keys() - known):
            self._count("Aspect")
            yield self._aspect_lines(key, labels[key])
        for _, (title, line_ending, departments) in sorted(sets.items()):
            self._count("QuestionSet")
            yield emitter.set_lines(title, line_ending, sorted(departments))
        groups = communities(
            (assessment.project, assessment.question)
            for _, assessment in published.assessments
            if assessment.degree != "none"
        )
        for question in self._questions:
            record = question.record
            self._count("ResearchQuestion")
            yield emitter.lines(
                record,
                question.source,
                question.overrides,
                aspects=tuple(
                    namer.thing("aspect", key)
                    for key in dict.fromkeys(key for key, _ in readings[record.key].aspects)
                ),
                concerns=tuple(map(self._place_iri, readings[record.key].places)),
                listed=published.listed.get(record.key, 0),
                community=groups.get(record.key),
            )

    def _aspect_lines(self, key: str, label: str) -> list[str]:
        namer, end = self._namer, self._derived
        iri = namer.thing("aspect", key)
        return [
            f"{iri}{namer.type('gk:Aspect')}{end}",
            f"{iri}{namer.predicate('skos:prefLabel')}{string(label)}{end}",
            f"{iri}{namer.predicate('skos:inScheme')}<{VOCABULARY}aspect-scheme>{end}",
        ]

    def _write_projects(self, out: PartWriter, grants: Grants, published: Published) -> None:
        emitter = ProjectEmitter(
            self._namer, self._endings, self._derived, self._topics, self._organisation_iri
        )
        addresses: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, assessment in published.assessments:
            if assessment.degree != "none":
                addresses[assessment.project].append((number, assessment.question))
        around = Surroundings(
            grants=grants,
            teasers=published.teasers,
            addresses=addresses,
            located=self._project_places,
            find_places=self._finder.find,
            place=self._place_iri,
            organisation=self._organisation_iri,
            funder=self._bodies.funder_iri,
            graphs=self._graphs,
            gazetteer=self._gazetteer_hash,
        )
        number = self._projects.write(out, emitter, self._topics, around, self._progress)
        for slot, record in published.page_projects:
            page = MergedProject(record, slot, {}, self._page_funders(record.funder_name, slot))
            out.write(lines_of(page, emitter, around))
        self._projects.keys.update(record.key for _, record in published.page_projects)
        self._count("Project", number + len(published.page_projects))

    def _project_places(self, lead: str | None, region: str | None) -> tuple[str, ...]:
        located = self._located.get(self._canonical(lead), ()) if lead else ()
        if not located and region:
            code = self._gazetteer.region_of(region)
            located = (self._place_iri(code),) if code else ()
        return located

    def _page_funders(self, name: str | None, number: int) -> list[tuple[Funder, int]]:
        funder = self._funder(name, None)
        return [(funder, number)] if funder else []

    def _published_parts(self, published: Published) -> Iterator[list[str]]:
        emitter = AssessmentEmitter(self._namer, self._endings, self._graphs)
        for number, assessment in published.assessments:
            self._count("Assessment")
            yield emitter.lines(assessment, number)
        seen: set[tuple[str, str]] = set()
        for number, question, other, origin in published.similar:
            if (question, other) not in seen:
                seen.add((question, other))
                self._count("Similarity")
                yield emitter.similarity_lines(question, other, origin, number)
        candidates = MatchEmitter(self._namer, self._identity)
        for key, other, reason in published.candidates:
            self._count("MatchCandidate")
            yield candidates.project(key, other, reason)
