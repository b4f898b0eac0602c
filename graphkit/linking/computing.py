"""The computation itself: texts in, assessments and similarities out. Nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from graphkit.linking.candidates import CandidateRow
from graphkit.linking.corpus import Corpus, ProjectText, QuestionText
from graphkit.linking.indexing import index_projects, question_vectors
from graphkit.model import Assessment, Similarity
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.assessing import Asked, Assessor, Text
from graphkit.relevance.coverage import Wordings
from graphkit.relevance.encoders.bundled import NAME
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.retrieval import Candidate, ProjectIndex, Ranking, damped, placements
from graphkit.relevance.similarity import (
    SIMILAR,
    SIMILAR_WORDS,
    Compared,
    similar_questions,
    word_vectors,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.linking.judging import PairJudging


@dataclass
class Computed:
    """What was computed.

    `hubs` counts the questions that each linked project is linked to, by key, `placed` those
    among whose first ten it stands, by its number in the index.
    """

    index: ProjectIndex
    assessments: list[Assessment]
    candidates: list[CandidateRow]
    similarities: list[Similarity]
    hubs: dict[str, int]
    placed: dict[int, int]
    unlinked: int
    """Questions without one link."""


def compute(
    corpus: Corpus,
    ontology: Ontology,
    encoder: CachedEncoder | None,
    progress: Progress,
    *,
    whole: bool = True,
    judging: PairJudging | None = None,
) -> Computed:
    """Assess all pairs that retrieval finds, and compare all questions.

    `judging` has the last word on the pairs that it judges, before anything is made of links.
    """
    questions = corpus.questions
    index = index_projects(corpus.projects, questions, encoder, progress, whole=whole)
    texts = [spelled_out(question.text) for question in questions]
    vectors = None
    if encoder is not None:
        vectors = question_vectors([question.text for question in questions], encoder, progress)
        if encoder.encoder.name != NAME:
            index = replace(index, scale=index.scale_of(vectors))
    assessor = Assessor(Wordings(ontology.concepts("aspect")), index, corpus.place_names)
    assessments: list[Assessment] = []
    rows: list[CandidateRow] = []
    found: list[Ranking] = []
    for number, ranking in enumerate(index.candidates(texts, vectors)):
        if not number % 50:
            progress("ranking projects for questions", number)
        found.append(ranking)
    placed = placements(found)
    for number, (question, ranking) in enumerate(zip(questions, found, strict=True)):
        if not number % 50:
            progress("assessing questions", number)
        candidates = damped(ranking, placed)
        passed, ranked = assess_question(question, candidates, corpus.projects, assessor)
        assessments += passed
        rows += ranked
    if judging is not None:
        assessments, rows = judging.apply(corpus, assessments, rows, progress)
    linked: defaultdict[str, set[str]] = defaultdict(set)
    for one in assessments:
        linked[one.question].add(one.project)
    progress("comparing questions", 0)
    hubs = Counter(project for projects in linked.values() for project in projects)
    return Computed(
        index=index,
        assessments=assessments,
        candidates=rows,
        similarities=list(_similar(questions, texts, vectors, linked, index)),
        hubs=dict(sorted(hubs.items())),
        placed=dict(sorted(placed.items())),
        unlinked=sum(not linked[question.key] for question in questions),
    )


def assess_question(
    question: QuestionText,
    candidates: Iterable[Candidate],
    projects: list[ProjectText],
    assessor: Assessor,
) -> tuple[list[Assessment], list[CandidateRow]]:
    """The assessments that pass, ranked from 1, and a row for every candidate."""
    asked = Asked(question.key, spelled_out(question.text), question.aspects, question.places)
    passed: list[Assessment] = []
    rows: list[CandidateRow] = []
    for candidate in candidates:
        project = projects[candidate.project]
        text = Text(project.key, project.title, project.abstract, project.field, project.places)
        assessment = assessor.assess(asked, text, candidate)
        passes = assessment.degree != "none"
        if passes:
            passed.append(msgspec.structs.replace(assessment, rank=len(passed) + 1))
        rows.append(
            CandidateRow(question.key, project.key, candidate.rank, assessment.score or 0.0, passes)
        )
    return passed, rows


def _similar(
    questions: list[QuestionText],
    texts: list[str],
    vectors: NDArray[np.float32] | None,
    linked: dict[str, set[str]],
    index: ProjectIndex,
) -> Iterable[Similarity]:
    compared = [
        Compared(
            key=question.key,
            text=text,
            body=question.department,
            archived=question.archived,
            aspects=question.aspects,
            topics=question.topics,
            projects=frozenset(linked[question.key]),
        )
        for question, text in zip(questions, texts, strict=True)
    ]
    if vectors is None:
        found = word_vectors(texts, index.weights)
        return similar_questions(compared, found, index.weights, least=SIMILAR_WORDS)
    return similar_questions(compared, vectors, index.weights, least=SIMILAR)
