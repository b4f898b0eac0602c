"""The computation itself: texts in, assessments and similarities out. Nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from graphkit.linking.candidates import CandidateRow
from graphkit.linking.corpus import Corpus, QuestionText
from graphkit.linking.earlier import opened
from graphkit.linking.indexing import index_projects, question_vectors
from graphkit.linking.kept import Kept, texts_of
from graphkit.model import Assessment, Similarity
from graphkit.ontology import Ontology
from graphkit.progress import Progress
from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.assessing import Asked, Assessor, Reading, Text, passes, score
from graphkit.relevance.coverage import Wordings
from graphkit.relevance.encoders.bundled import NAME
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.reranking import rank_again
from graphkit.relevance.retrieval import Candidate, ProjectIndex, damped, placements
from graphkit.relevance.similarity import (
    SIMILAR,
    SIMILAR_WORDS,
    Compared,
    similar_questions,
    word_vectors,
)
from graphkit.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.linking.judging import PairJudging


@dataclass
class Computed:
    """What was computed.

    `hubs` counts the questions that each linked project is linked to, by key, `placed` those
    among whose first ten it stands, by its number in the index. `kept` is for the next run.
    """

    index: ProjectIndex
    assessments: list[Assessment]
    candidates: list[CandidateRow]
    similarities: list[Similarity]
    hubs: dict[str, int]
    placed: dict[int, int]
    unlinked: int
    """Questions without one link."""
    kept: Kept


def compute(
    corpus: Corpus,
    ontology: Ontology,
    encoder: CachedEncoder | None,
    progress: Progress,
    *,
    whole: bool = True,
    judging: PairJudging | None = None,
    before: Snapshot | None = None,
) -> Computed:
    """Assess all pairs that retrieval finds, and compare all questions.

    `judging` has the last word on the pairs that it judges, before anything is made of links.
    `before` is a snapshot that the same computation made: what it found out of texts that are
    still the same is taken from it. That changes nothing of the result.
    """
    questions = corpus.questions
    kept_texts = texts_of(corpus.projects, questions, ontology)
    earlier = opened(before, corpus, kept_texts) if before is not None else None
    index = index_projects(
        corpus.projects, questions, encoder, progress, whole=whole, earlier=earlier
    )
    texts = [spelled_out(question.text) for question in questions]
    vectors = None
    if encoder is not None:
        vectors = question_vectors([question.text for question in questions], encoder, progress)
        if encoder.encoder.name != NAME:
            index = replace(index, scale=index.scale_of(vectors))
    progress("ranking projects for questions", 0)
    if earlier is not None:
        found = rank_again(index, texts, vectors, earlier.before())
    else:
        found = list(index.candidates(texts, vectors))
    placed = placements(found)
    pairs = _Pairs(
        corpus, Assessor(Wordings(ontology.concepts("aspect")), index, corpus.place_names)
    )
    assessments: list[Assessment] = []
    rows: list[CandidateRow] = []
    readings: list[dict[int, Reading]] = []
    for number, (question, ranking) in enumerate(zip(questions, found, strict=True)):
        if not number % 50:
            progress("assessing questions", number)
        known = earlier.readings(number) if earlier is not None else {}
        readings.append(known)
        passed, ranked = pairs.assess(question, damped(ranking, placed), known)
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
        kept=Kept(kept_texts, [ranking.nearest for ranking in found], readings),
    )


class _Pairs:
    """Assesses the pairs of a corpus."""

    def __init__(self, corpus: Corpus, assessor: Assessor) -> None:
        self._assessor = assessor
        self._texts = [
            Text(one.key, one.title, one.abstract, one.field, one.places) for one in corpus.projects
        ]

    def assess(
        self, question: QuestionText, candidates: Iterable[Candidate], readings: dict[int, Reading]
    ) -> tuple[list[Assessment], list[CandidateRow]]:
        """The assessments that pass, ranked from 1, and a row for every candidate.

        `readings` are what is known of projects, by number; in the end those that passed.
        """
        asked = Asked(question.key, spelled_out(question.text), question.aspects, question.places)
        known, passed, rows = dict(readings), list[Assessment](), list[CandidateRow]()
        readings.clear()
        for candidate in candidates:
            text, chance = self._texts[candidate.project], score(candidate)
            if passes(chance):
                reading = known.get(candidate.project) or self._assessor.read(asked, text)
                readings[candidate.project] = reading
                assessment = self._assessor.assess(asked, text, candidate, reading)
                passed.append(msgspec.structs.replace(assessment, rank=len(passed) + 1))
            rows.append(
                CandidateRow(question.key, text.key, candidate.rank, chance, passes(chance))
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
