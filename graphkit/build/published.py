"""What is published about questions and projects: lists, explanations, similar questions.

Joins a question's list as its page gives it with the list of the API, finds the
project that each entry means, and reads the explanations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from graphkit.build.harvest import MENTION, Harvest, mentioned_project, slot, source_of
from graphkit.identity.merging import merge
from graphkit.identity.projects import TitleIndex
from graphkit.model import Assessment, Project, ProjectMention, ResearchQuestion
from graphkit.relevance.aspects import aspect_key
from graphkit.relevance.rationale import read_rationale
from graphkit.text import fold


@dataclass
class MergedQuestion:
    """A question after merging, with the lists of every source that gave one."""

    record: ResearchQuestion
    source: int
    overrides: dict[str, int]
    lists: list[tuple[int, ResearchQuestion]]


@dataclass
class Published:
    """What the lists say, ready to be written."""

    assessments: list[tuple[int, Assessment]] = field(default_factory=list)
    """With the source that published each; sorted by question, then rank."""
    page_projects: list[tuple[int, Project]] = field(default_factory=list)
    """Projects known only from a page."""
    candidates: list[tuple[str, str, str]] = field(default_factory=list)
    """Page project, GtR project that it may be, why it was not taken."""
    teasers: dict[str, tuple[int, str]] = field(default_factory=dict)
    similar: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Source, question, similar question, origin."""
    unmatched_similar: int = 0
    """Similar questions that a page names and of which none, or several, are in the graph."""
    listed: dict[str, int] = field(default_factory=dict)
    """How many projects each question lists."""
    aspect_labels: dict[str, str] = field(default_factory=dict)
    unread: int = 0
    """Explanations of which nothing could be read."""
    without_aspects: int = 0
    """Explanations in which no aspect could be read, covered or missing."""


def merged_questions(harvest: Harvest, ranks: list[int]) -> list[MergedQuestion]:
    """All questions, merged, in order of key."""
    questions = []
    for _, members in harvest.questions.groups(ranks):
        record, source, overrides = merge(members)
        questions.append(MergedQuestion(record, source, overrides, members))
    return sorted(questions, key=lambda question: question.record.key)


def wanted_titles(questions: list[MergedQuestion]) -> set[str]:
    """Titles by which pages name projects."""
    return {
        mention.title
        for question in questions
        for _, record in question.lists
        for mention in record.projects
        if mention.key is None and mention.title
    }


class PublishedReader:
    """Reads the lists of all questions.

    `funder` maps a funder's name to a key that agrees with the title index's,
    `lead` likewise a lead organisation's name; `synonyms` are the names of shared aspects.
    """

    def __init__(
        self,
        harvest: Harvest,
        titles: TitleIndex,
        funder: Callable[[str | None], str | None],
        lead: Callable[[str | None], str | None],
        synonyms: Mapping[str, str],
    ) -> None:
        self._harvest = harvest
        self._titles = titles
        self._funder = funder
        self._lead = lead
        self._synonyms = synonyms

    def read(self, questions: list[MergedQuestion]) -> Published:
        """Everything that the lists of these questions say."""
        published = Published()
        known = {question.record.key for question in questions}
        wordings: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            if question.record.text:
                wordings[fold(question.record.text)].append(question.record.key)
        for question in questions:
            self._read_question(question, published, known)
            self._read_similar(question, published, wordings)
        return published

    def _read_similar(
        self, question: MergedQuestion, published: Published, wordings: dict[str, list[str]]
    ) -> None:
        """Similar questions that a page names by their wording, where one question has it."""
        key = question.record.key
        for source, record in question.lists:
            for title in record.similar_titles:
                meant = [other for other in wordings.get(fold(title), []) if other != key]
                if len(meant) == 1:
                    published.similar.append((source, key, meant[0], "published-page"))
                else:
                    published.unmatched_similar += 1

    def _read_question(
        self, question: MergedQuestion, published: Published, known: set[str]
    ) -> None:
        key = question.record.key
        by_title: defaultdict[str, list[str]] = defaultdict(list)
        entries: dict[str, list[tuple[int, ProjectMention]]] = {}
        for source, record in question.lists:
            for mention in record.projects:
                if mention.key is not None:
                    entries.setdefault(mention.key, []).append((source, mention))
                    if mention.title:
                        by_title[fold(mention.title)].append(mention.key)
        for source, record in question.lists:
            for mention in record.projects:
                if mention.key is None:
                    project = self._project_of(key, mention, source, by_title, published)
                    entries.setdefault(project, []).append((source, mention))
        for project, mentions in entries.items():
            published.assessments.append(self._assessment(key, project, mentions, published))
        if entries:
            published.listed[key] = max(len(record.projects) for _, record in question.lists)
        for source, record in question.lists:
            published.similar += [
                (source, key, other, "published-link")
                for other in record.related_questions
                if other in known and other != key
            ]
            published.unmatched_similar += sum(o not in known for o in record.related_questions)

    def _project_of(
        self,
        question: str,
        mention: ProjectMention,
        source: int,
        by_title: dict[str, list[str]],
        published: Published,
    ) -> str:
        candidates: list[str] = []
        if mention.title:
            same_list = by_title.get(fold(mention.title), [])
            if len(same_list) == 1:
                return self._with_teaser(same_list[0], mention, source, published)
            funder, lead = self._funder(mention.funder), self._lead(mention.lead_organisation)
            match, candidates = self._titles.match(mention.title, funder, lead)
            if match is not None:
                return self._with_teaser(match, mention, source, published)
        key = f"page-{question}-{mention.position}"
        project = mentioned_project(self._harvest, mention, source_of(source), 99, key)
        if project.title is None:
            # Layout C drops titles; the position in the list is all that names it.
            title = f"Untitled project {mention.position} listed for question {question}"
            project = msgspec.structs.replace(project, title=title)
        published.page_projects.append((slot(source_of(source), MENTION), project))
        published.candidates += [
            (key, other, "the same title; funder and lead organisation do not tell them apart")
            for other in candidates
        ]
        return self._with_teaser(key, mention, source, published)

    def _with_teaser(
        self, key: str, mention: ProjectMention, source: int, published: Published
    ) -> str:
        if mention.blurb:
            published.teasers.setdefault(key, (source, mention.blurb))
        return key

    def _assessment(
        self,
        question: str,
        project: str,
        mentions: list[tuple[int, ProjectMention]],
        published: Published,
    ) -> tuple[int, Assessment]:
        # A page says more of a link than the API's list, so it is taken where it is there.
        explained = [entry for entry in mentions if entry[1].explanation]
        paged = [entry for entry in mentions if entry[1].key is None]
        source, mention = (explained or paged or mentions)[0]
        origin = "published-page" if mention.key is None else "published-link"
        if not mention.explanation:
            return source, Assessment(
                question=question,
                project=project,
                degree="unstated",
                origin=origin,
                rank=mention.position,
            )
        rationale = read_rationale(mention.explanation)
        published.unread += not rationale.read
        published.without_aspects += not rationale.aspects_read
        return source, Assessment(
            question=question,
            project=project,
            degree=rationale.degree,
            origin=origin,
            rank=mention.position,
            covers=self._aspects(rationale.covers, published),
            misses=self._aspects(rationale.misses, published),
            states_expertise=rationale.states_expertise,
            explanation=mention.explanation,
        )

    def _aspects(self, wordings: tuple[str, ...], published: Published) -> tuple[str, ...]:
        keys = []
        for wording in wordings:
            key, label = aspect_key(wording, self._synonyms)
            if key:
                published.aspect_labels.setdefault(key, label)
                keys.append(key)
        return tuple(dict.fromkeys(keys))
