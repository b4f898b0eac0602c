"""Questions, the documents they come from, and what is published about projects."""

from __future__ import annotations

from collections.abc import Callable

from graphkit.model import Assessment, ResearchQuestion
from graphkit.rdf.nodes import Namer, Node
from graphkit.rdf.terms import boolean, day, integer, string, web_iri
from graphkit.rdf.topics import TopicRegister
from graphkit.text import slug

LIST_CAP = 10
"""The ARI database publishes at most this many projects for a question."""


class QuestionEmitter:
    """Writes merged questions. `department` maps a name as written to an IRI."""

    def __init__(
        self,
        namer: Namer,
        endings: list[str],
        derived: str,
        topics: TopicRegister,
        department: Callable[[str], str],
    ) -> None:
        self._namer = namer
        self._endings = endings
        self._derived = derived
        self._topics = topics
        self._department = department
        p = namer.predicate
        self._type = namer.type("gk:ResearchQuestion")
        self._set_type = namer.type("gk:QuestionSet")
        self._identifier, self._text = p("dct:identifier"), p("schema:text")
        self._texts = [
            (field, p(curie))
            for field, curie in (
                ("background", "gk:background"),
                ("next_steps", "gk:nextSteps"),
                ("group", "gk:questionGroup"),
                ("contact", "gk:contact"),
            )
        ]
        self._days = [
            (field, p(curie))
            for field, curie in (
                ("published", "dct:issued"),
                ("posted", "gk:posted"),
                ("updated", "dct:modified"),
                ("expires", "schema:expires"),
            )
        ]
        self._archived, self._placeholder = p("gk:archived"), p("gk:placeholderId")
        self._views, self._truncated = p("gk:pageViews"), p("gk:truncated")
        self._asked_by, self._part_of = p("gk:askedBy"), p("dct:isPartOf")
        self._title, self._publisher = p("dct:title"), p("dct:publisher")
        self._url, self._same_as = p("schema:url"), p("schema:sameAs")
        self._subject, self._aspect = p("dct:subject"), p("gk:hasAspect")
        self._concerns = p("gk:concernsPlace")
        self._capped, self._note = p("gk:listIsCapped"), p("gk:sourceNote")
        self._community = p("gk:community")

    def lines(
        self,
        question: ResearchQuestion,
        source: int,
        overrides: dict[str, int],
        *,
        aspects: tuple[str, ...] = (),
        concerns: tuple[str, ...] = (),
        listed: int = 0,
        community: str | None = None,
    ) -> list[str]:
        """All statements on one question.

        `aspects` and `concerns` (places) are IRIs, `listed` counts its projects,
        `community` is a key.
        """
        lines: list[str] = []
        iri = self._namer.thing("question", question.key)
        node = Node(iri, self._endings, source, overrides, lines)
        lines.append(f"{iri}{self._type}{node.ending}")
        node.add(self._identifier, string(question.key))
        if question.text is not None:
            node.add(self._text, string(question.text), "text")
        for field, predicate in self._texts:
            value = getattr(question, field)
            if value is not None:
                node.add(predicate, string(value), field)
        for field, predicate in self._days:
            value = getattr(question, field)
            if value is not None:
                node.add(predicate, day(value), field)
        if question.archived is not None:
            node.add(self._archived, boolean(question.archived), "archived")
        if question.placeholder:
            node.add(self._placeholder, boolean(True), "placeholder")
        if question.page_views is not None:
            node.add(self._views, integer(question.page_views), "page_views")
        if question.truncated:
            node.add(self._truncated, boolean(True), "truncated")
        if question.department is not None:
            node.add(self._asked_by, self._department(question.department), "department")
        if question.url and (address := web_iri(question.url)):
            node.add(self._url, address, "url")
            if not question.placeholder:
                node.add(self._same_as, address, "url")
        for title, field in ((question.question_set, "question_set"), (question.group, "group")):
            if title and (set_iri := self.set_iri(title)):
                node.add(self._part_of, set_iri, field)
                break
        for subject in dict.fromkeys(self._topics.iri(topic) for topic in question.topics):
            node.add(self._subject, subject, "topics")
        if question.note is not None:
            node.add(self._note, string(question.note))
        lines += [f"{iri}{self._aspect}{aspect}{self._derived}" for aspect in aspects]
        lines += [f"{iri}{self._concerns}{place}{self._derived}" for place in concerns]
        if listed:
            end = self._derived
            lines.append(f"{iri}{self._capped}{boolean(listed >= LIST_CAP)}{end}")
        if community is not None:
            lines.append(f"{iri}{self._community}{string(community)}{self._derived}")
        return lines

    def set_iri(self, title: str) -> str | None:
        """The IRI of the document that questions were published in, by its title."""
        key = slug(title)
        return self._namer.thing("question-set", key) if key else None

    def set_lines(self, title: str, ending: str, departments: list[str]) -> list[str]:
        """Statements on one document; the publisher only where all its questions agree."""
        iri = self.set_iri(title)
        lines = [f"{iri}{self._set_type}{ending}", f"{iri}{self._title}{string(title)}{ending}"]
        if len(departments) == 1:
            lines.append(f"{iri}{self._publisher}{departments[0]}{ending}")
        return lines


class AssessmentEmitter:
    """Writes published assessments and published similarities."""

    def __init__(self, namer: Namer, endings: list[str], graphs: list[str]) -> None:
        self._namer = namer
        self._endings = endings
        self._graphs = graphs
        p = namer.predicate
        self._type = namer.type("gk:Assessment")
        self._similarity_type = namer.type("gk:Similarity")
        self._question, self._project = p("gk:assessesQuestion"), p("gk:assessesProject")
        self._degree, self._origin = p("gk:degree"), p("gk:origin")
        self._rank = p("gk:rank")
        self._covers, self._misses = p("gk:coversAspect"), p("gk:missesAspect")
        self._expertise, self._explanation = p("gk:statesExpertise"), p("gk:explanation")
        self._derived_from = p("prov:wasDerivedFrom")
        self._from, self._to = p("gk:fromQuestion"), p("gk:toQuestion")
        self._similar = p("gk:similarTo")

    def lines(self, assessment: Assessment, source: int) -> list[str]:
        """All statements on one assessment, in the graph of the source that published it."""
        thing = self._namer.thing
        end = self._endings[source]
        question = thing("question", assessment.question)
        project = thing("project", assessment.project)
        key = f"{assessment.question}-{assessment.project}-published"
        iri = thing("assessment", key)
        lines = [
            f"{iri}{self._type}{end}",
            f"{iri}{self._question}{question}{end}",
            f"{iri}{self._project}{project}{end}",
            f"{iri}{self._degree}{self._namer.concept('degree', assessment.degree)}{end}",
            f"{iri}{self._origin}{self._namer.concept('origin', assessment.origin)}{end}",
            f"{iri}{self._derived_from}{self._graphs[source]}{end}",
        ]
        if assessment.rank is not None:
            lines.append(f"{iri}{self._rank}{integer(assessment.rank)}{end}")
        lines += [f"{iri}{self._covers}{thing('aspect', key)}{end}" for key in assessment.covers]
        lines += [f"{iri}{self._misses}{thing('aspect', key)}{end}" for key in assessment.misses]
        if assessment.states_expertise is not None:
            lines.append(f"{iri}{self._expertise}{boolean(assessment.states_expertise)}{end}")
        if assessment.explanation is not None:
            lines.append(f"{iri}{self._explanation}{string(assessment.explanation)}{end}")
        return lines

    def similarity_lines(self, question: str, other: str, origin: str, source: int) -> list[str]:
        """A published, directed link from a question to a similar one."""
        thing = self._namer.thing
        end = self._endings[source]
        iri = thing("similarity", f"{question}-{other}-published")
        a, b = thing("question", question), thing("question", other)
        return [
            f"{iri}{self._similarity_type}{end}",
            f"{iri}{self._from}{a}{end}",
            f"{iri}{self._to}{b}{end}",
            f"{iri}{self._origin}{self._namer.concept('origin', origin)}{end}",
            f"{iri}{self._derived_from}{self._graphs[source]}{end}",
            f"{a}{self._similar}{b}{end}",
        ]
