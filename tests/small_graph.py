"""Small graphs made of statements: a few words of Python for each thing.

Everything that a build concludes (places within places, where a project is, grants,
communities) is concluded here by the same functions, and what is computed is written by the same
writer into a graph of its own, so that a small graph is like a real one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from graphkit.build.publishing import publish_quads
from graphkit.identity.grants import Grants
from graphkit.identity.projects import Kinship
from graphkit.model import Assessment, Computation, Evidence, Similarity
from graphkit.ontology import Ontology
from graphkit.rdf.computed import ComputedEmitter
from graphkit.rdf.nodes import Namer, ending
from graphkit.rdf.terms import boolean, day, decimal, integer, string, year
from graphkit.relevance.communities import communities
from graphkit.snapshot import Snapshot

ROLES = {
    "lead": "gk:leadOrganisation",
    "partner": "gk:partnerOrganisation",
    "collaborator": "gk:collaborator",
    "cofunder": "gk:coFunder",
    "participant": "gk:participantOrganisation",
}


class SmallGraph:
    """A graph in the making. Keys are short names; every method adds one thing.

    >>> graph = SmallGraph()
    >>> graph.department("roads", "Ministry of Roads")
    >>> graph.question("1", "Why?", by="roads")
    >>> any("askedBy" in line for line in graph.lines())
    True
    """

    def __init__(self) -> None:
        self.ontology = Ontology.load()
        self.namer = Namer(self.ontology)
        self._end = ending(self.namer.graph("small"))
        self._derived = ending(self.namer.graph("derived"))
        self._things: dict[str, list[str]] = {}
        self._within: dict[str, tuple[str, ...]] = {}
        self._located: dict[str, tuple[str, ...]] = {}
        self._leads: dict[str, str] = {}
        self._amounts: dict[str, float] = {}
        self._joint: dict[str, str] = {}
        self._transferred: dict[str, str] = {}
        self._links: list[tuple[str, str]] = []
        self._computed: defaultdict[str, set[str]] = defaultdict(set)
        self._emitter: ComputedEmitter | None = None
        self._lists: defaultdict[str, int] = defaultdict(int)

    def iri(self, kind: str, key: str) -> str:
        """The address of a thing."""
        return self.namer.thing(kind, key)[1:-1]

    def say(self, kind: str, key: str, predicate: str, value: Any, derived: bool = False) -> None:
        """One statement; `value` is a Python value or a term."""
        subject = self.namer.thing(kind, key)
        end = self._derived if derived else self._end
        line = f"{subject}{self.namer.predicate(predicate)}{term(value)}{end}"
        lines = self._things.setdefault(subject, [])
        if line not in lines:
            lines.append(line)

    def link(self, kind: str, key: str, predicate: str, other: str, *others: str) -> None:
        """Links to things of one kind."""
        for one in others:
            self.say(kind, key, predicate, Term(self.namer.thing(other, one)))

    def is_a(self, kind: str, key: str, class_term: str) -> None:
        """The class of a thing."""
        subject = self.namer.thing(kind, key)
        lines = self._things.setdefault(subject, [])
        line = f"{subject}{self.namer.type(class_term)}{self._end}"
        if line not in lines:
            lines.insert(0, line)

    def place(
        self, code: str, name: str, kind: str, within: tuple[str, ...] = (), **more: Any
    ) -> None:
        """A place; `within` are the codes of places that directly contain it."""
        self.is_a("place", code, "gk:Place")
        self.say("place", code, "skos:prefLabel", name)
        self.say("place", code, "skos:notation", code)
        self.say("place", code, "gk:placeKind", Term(self.namer.concept("place-kind", kind)))
        if more.get("abolished") is not None:
            self.say("place", code, "gk:abolished", more["abolished"])
        if more.get("edition") is not None:
            self.say("place", code, "gk:edition", more["edition"])
        self.link("place", code, "schema:containedInPlace", "place", *within)
        self._within[code] = within

    def department(self, key: str, name: str, acronym: str | None = None) -> None:
        """A body that asks."""
        self.is_a("department", key, "gk:Department")
        self.say("department", key, "skos:prefLabel", name)
        if acronym:
            self.say("department", key, "gk:acronym", acronym)

    def succession(self, key: str, old: tuple[str, ...], new: tuple[str, ...], when: int) -> None:
        """Departments that became others."""
        self.is_a("succession", key, "org:ChangeEvent")
        self.say("succession", key, "dct:title", key)
        self.say("succession", key, "schema:startDate", Term(year(when)))
        self.link("succession", key, "org:originalOrganization", "department", *old)
        self.link("succession", key, "org:resultingOrganization", "department", *new)
        for one in old:
            self.link("department", one, "gk:succeededBy", "department", *new)

    def funder(self, key: str, name: str, acronym: str | None = None, kind: str = "funder") -> None:
        """A funder, or with that kind a programme."""
        self.is_a(kind, key, "gk:Funder" if kind == "funder" else "gk:Programme")
        self.say(kind, key, "skos:prefLabel", name)
        if acronym:
            self.say(kind, key, "gk:acronym", acronym)

    def organisation(self, key: str, name: str, located: tuple[str, ...] = (), **more: Any) -> None:
        """An organisation; `located` are codes of places."""
        self.is_a("organisation", key, "gk:Organisation")
        self.say("organisation", key, "skos:prefLabel", name)
        if more.get("other"):
            self.say("organisation", key, "skos:altLabel", more["other"])
        if more.get("kind"):
            self.say("organisation", key, "gk:organisationKind", more["kind"])
        self._located[key] = located
        for code in located:
            self.say("organisation", key, "gk:locatedIn", Term(self._place(code)), derived=True)

    def merge(self, organisation: str, key: str, name: str, reason: str, score: float) -> None:
        """A record that was joined into an organisation."""
        self.link("organisation", organisation, "gk:mergedFrom", "merge", key)
        self.is_a("merge", key, "gk:Merge")
        self.say("merge", key, "gk:mergedKey", key)
        self.say("merge", key, "gk:mergedName", name)
        self.say("merge", key, "gk:reason", reason)
        self.say("merge", key, "gk:score", score)

    def candidate(
        self, key: str, kind: str, one: str, other: str, reason: str, score: float
    ) -> None:
        """Two things that may be one."""
        self.is_a("candidate", key, "gk:MatchCandidate")
        self.link("candidate", key, "gk:candidateFor", kind, one)
        self.link("candidate", key, "gk:candidate", kind, other)
        self.say("candidate", key, "gk:reason", reason)
        self.say("candidate", key, "gk:score", score)

    def aspect(self, key: str, name: str) -> None:
        """An aspect that the ontology does not have."""
        assert key not in {one.key for one in self.ontology.concepts("aspect")}
        self.is_a("aspect", key, "gk:Aspect")
        self.say("aspect", key, "skos:prefLabel", name)
        self.say("aspect", key, "skos:inScheme", Term("<https://w3id.org/graphkit/aspect-scheme>"))

    def topic(self, key: str, name: str, scheme: str = "topic") -> None:
        """A topic."""
        self.is_a("topic", key, "gk:Topic")
        self.say("topic", key, "skos:prefLabel", name)
        self.say(
            "topic",
            key,
            "skos:inScheme",
            Term(f"<https://w3id.org/graphkit/topic-scheme/{scheme}>"),
        )

    def question_set(self, key: str, title: str, by: str | None = None) -> None:
        """A document of questions."""
        self.is_a("question-set", key, "gk:QuestionSet")
        self.say("question-set", key, "dct:title", title)
        if by:
            self.link("question-set", key, "dct:publisher", "department", by)

    def question(
        self,
        key: str,
        text: str | None,
        *,
        by: str | None = None,
        aspects: tuple[str, ...] = (),
        topics: tuple[str, ...] = (),
        part_of: str | None = None,
        issued: date | None = None,
        archived: bool | None = None,
        background: str | None = None,
        concerns: tuple[str, ...] = (),
    ) -> None:
        """A question; `by` is a department, `part_of` a document, `concerns` are places."""
        self.is_a("question", key, "gk:ResearchQuestion")
        self.say("question", key, "dct:identifier", key)
        for predicate, value in (
            ("schema:text", text),
            ("gk:background", background),
            ("dct:issued", issued),
            ("gk:archived", archived),
        ):
            if value is not None:
                self.say("question", key, predicate, value)
        if by:
            self.link("question", key, "gk:askedBy", "department", by)
        if part_of:
            self.link("question", key, "dct:isPartOf", "question-set", part_of)
        self.link("question", key, "gk:hasAspect", "aspect", *aspects)
        self.link("question", key, "dct:subject", "topic", *topics)
        for code in concerns:
            self.say("question", key, "gk:concernsPlace", Term(self._place(code)), derived=True)

    def similar(
        self,
        one: str,
        other: str,
        score: float | None = None,
        *,
        reason: str = "alike in wording",
        aspects: tuple[str, ...] = (),
        duplicate: bool = False,
    ) -> None:
        """A similarity: computed (both ways) with a score, else published (one way)."""
        if score is not None:
            one, other = sorted((one, other))
            computed = Similarity(
                question=one,
                other=other,
                score=score,
                reason=reason,
                aspects=aspects,
                duplicate=duplicate,
            )
            self._add(self._writer().similarity_lines(computed))
            return
        key = f"{one}-{other}"
        self.is_a("similarity", key, "gk:Similarity")
        self.link("similarity", key, "gk:fromQuestion", "question", one)
        self.link("similarity", key, "gk:toQuestion", "question", other)
        origin = self.namer.concept("origin", "published-page")
        self.say("similarity", key, "gk:origin", Term(origin))
        self.link("question", one, "gk:similarTo", "question", other)

    def computation(self, key: str, method: str, **more: Any) -> None:
        """The run that everything computed, said after it, comes from."""
        made = Computation(
            key=key,
            method=method,
            version=more.get("version", "0.1.0"),
            parameters=more.get("parameters", "{}"),
            ended=more.get("ended", "2026-07-01T10:00:00Z"),
            model=more.get("model"),
            model_digest=more.get("digest"),
        )
        self._emitter = ComputedEmitter(self.namer, made)
        self._add(self._emitter.computation_lines())

    def _writer(self) -> ComputedEmitter:
        if self._emitter is None:
            self.computation("words", "words alone")
        assert self._emitter is not None
        return self._emitter

    def _add(self, lines: Iterable[str]) -> None:
        for line in lines:
            known = self._things.setdefault(line[: line.index(">") + 1], [])
            if line not in known:
                known.append(line)

    def project(
        self,
        key: str,
        title: str,
        *,
        funders: tuple[str, ...] = (),
        programmes: tuple[str, ...] = (),
        amount: float | None = None,
        start: date | None = None,
        end: date | None = None,
        reference: str | None = None,
        abstract: str | None = None,
        status: str | None = None,
        category: str | None = None,
        concerns: tuple[str, ...] = (),
        topics: tuple[str, ...] = (),
        joint_with: str | None = None,
        transferred_from: str | None = None,
        **roles: tuple[str, ...],
    ) -> None:
        """A project; `roles` are organisations by lead, partner, collaborator, …"""
        self.is_a("project", key, "gk:Project")
        for predicate, value in (
            ("dct:identifier", key),
            ("dct:title", title),
            ("gk:grantReference", reference),
            ("dct:abstract", abstract),
            ("gk:projectStatus", status),
            ("gk:grantCategory", category),
            ("schema:startDate", start),
            ("schema:endDate", end),
        ):
            if value is not None:
                self.say("project", key, predicate, value)
        self.link("project", key, "gk:fundedBy", "funder", *funders)
        self.link("project", key, "gk:fundedBy", "programme", *programmes)
        self.link("project", key, "dct:subject", "topic", *topics)
        for code in concerns:
            self.say("project", key, "gk:concernsPlace", Term(self._place(code)), derived=True)
        for role, organisations in roles.items():
            for organisation in organisations:
                self._part(key, role, organisation)
        if amount is not None:
            self._award(key, amount, funders, programmes, start)
        if joint_with:
            self._joint[key] = joint_with
        if transferred_from:
            self._transferred[key] = transferred_from

    def _part(self, project: str, role: str, organisation: str) -> None:
        self.link("project", project, ROLES[role], "organisation", organisation)
        key = f"{project}-{role}-{organisation}"
        self.link("project", project, "dg:participant", "participation", key)
        self.is_a("participation", key, "gk:Participation")
        self.link("participation", key, "dg:entity_taking_role", "organisation", organisation)
        self.say("participation", key, "gk:role", Term(self.namer.concept("role", role)))
        if role == "lead":
            self._leads[project] = organisation

    def _award(
        self,
        project: str,
        amount: float,
        funders: tuple[str, ...],
        programmes: tuple[str, ...],
        start: date | None,
    ) -> None:
        self._amounts[project] = amount
        self.link("project", project, "gk:award", "award", project)
        self.is_a("award", project, "gk:Award")
        self.link("award", project, "dg:finances", "project", project)
        self.link("award", project, "dg:funded_by", "funder", *funders)
        self.link("award", project, "dg:funded_by", "programme", *programmes)
        if start is not None:
            self.say("award", project, "schema:startDate", start)
        money = f"{project}-amount"
        self.link("award", project, "dg:economic_value", "amount", money)
        self.is_a("amount", money, "schema:MonetaryAmount")
        self.say("amount", money, "schema:value", amount)
        self.say("amount", money, "schema:currency", "GBP")

    def assessment(
        self,
        question: str,
        project: str,
        degree: str = "unstated",
        *,
        origin: str = "published-page",
        rank: int | None = None,
        covers: tuple[str, ...] = (),
        misses: tuple[str, ...] = (),
        explanation: str | None = None,
        score: float | None = None,
        expertise: bool | None = None,
        evidence: tuple[Evidence, ...] = (),
        places: tuple[str, ...] = (),
    ) -> None:
        """How far a project speaks to a question; evidence and places are of computed ones."""
        if degree != "none":
            self._links.append((project, question))
        if origin == "computed":
            if degree != "none":
                self._computed[project].add(question)
            computed = Assessment(
                question=question,
                project=project,
                degree=degree,
                origin=origin,
                rank=rank,
                covers=covers,
                misses=misses,
                states_expertise=expertise,
                explanation=explanation,
                score=score,
                evidence=evidence,
                places=places,
            )
            self._add(self._writer().assessment_lines(computed))
            return
        key = f"{question}-{project}-published"
        self.is_a("assessment", key, "gk:Assessment")
        self.link("assessment", key, "gk:assessesQuestion", "question", question)
        self.link("assessment", key, "gk:assessesProject", "project", project)
        self.say("assessment", key, "gk:degree", Term(self.namer.concept("degree", degree)))
        self.say("assessment", key, "gk:origin", Term(self.namer.concept("origin", origin)))
        for predicate, value in (
            ("gk:rank", rank),
            ("gk:explanation", explanation),
            ("gk:statesExpertise", expertise),
        ):
            if value is not None:
                self.say("assessment", key, predicate, value)
        self.link("assessment", key, "gk:coversAspect", "aspect", *covers)
        self.link("assessment", key, "gk:missesAspect", "aspect", *misses)
        self._lists[question] += 1
        if degree != "none":
            self.link("project", project, "gk:addresses", "question", question)

    def source(self, key: str, title: str, **more: Any) -> None:
        """A source; `unknown` are fields that graphkit does not know."""
        iri = f"<{self.namer.base}graph/{key}>"
        lines = self._things.setdefault(iri, [f"{iri}{self.namer.type('gk:Source')}{self._end}"])
        for predicate, value in (
            ("dct:title", title),
            ("dct:format", more.get("format")),
            ("gk:publisherName", more.get("publisher")),
            ("gk:sha256", "0" * 64),
            ("gk:recordCount", more.get("records")),
        ):
            if value is not None:
                lines.append(f"{iri}{self.namer.predicate(predicate)}{term(value)}{self._end}")
        lines += [
            f"{iri}{self.namer.predicate('gk:unknownField')}{term(field)}{self._end}"
            for field in more.get("unknown", ())
        ]

    def _place(self, code: str) -> str:
        return self.namer.thing("place", code)

    def _around(self, code: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self._within.get(code, ()))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._within.get(one, ())
        return found

    def _conclude(self) -> None:
        for code in self._within:
            for outer in sorted(self._around(code)):
                self.say("place", code, "gk:within", Term(self._place(outer)), derived=True)
        kinship = Kinship(joint_with=self._joint, transferred_from=self._transferred)
        grants = Grants(kinship, self._amounts)
        for subject in list(self._things):
            if "/id/project/" not in subject:
                continue
            key = subject[1:-1].rpartition("/")[2]
            for code in self._located.get(self._leads.get(key, ""), ()):
                self.say("project", key, "gk:locatedIn", Term(self._place(code)), derived=True)
            for predicate, others in (
                ("gk:jointWith", self._joint),
                ("gk:transferredFrom", self._transferred),
            ):
                if key in others:
                    other = Term(self.namer.thing("project", others[key]))
                    self.say("project", key, predicate, other, derived=True)
            self.say("project", key, "gk:grantKey", grants.key_of(key), derived=True)
            counted = grants.amount_of(key)
            if counted is not None:
                self.say("project", key, "gk:countedAmount", counted, derived=True)
        for question, listed in self._lists.items():
            self.say("question", question, "gk:listIsCapped", listed >= 10, derived=True)
        for question, community in communities(self._links).items():
            self.say("question", question, "gk:community", community, derived=True)
        hubs = {project: len(questions) for project, questions in self._computed.items()}
        for lines in self._writer().hub_lines(hubs) if hubs else ():
            self._add(lines)

    def lines(self) -> Iterator[str]:
        """All statements, those of the ontology first."""
        self._conclude()
        yield from self.ontology.statements(f"{self.namer.base}graph/ontology")
        for lines in self._things.values():
            yield from lines

    def snapshot(self, folder: Path) -> Snapshot:
        """The graph as a snapshot, in use in `folder`."""
        return publish_quads(folder, self.lines(), self.ontology)


class Term(str):
    """Text that is a term of N-Quads already."""


def term(value: Any) -> str:
    """A Python value as a term."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return decimal(value)
    return day(value) if isinstance(value, date) else string(value)
