"""A language model's word on the best-ranked pairs, in place of the method's own.

What the model says of a pair is taken only where it stands up to `language_model.answer`; where
nothing can be taken, for whatever reason, the method's own assessment stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import msgspec

from graphkit import __version__
from graphkit.linking.candidates import CandidateRow
from graphkit.linking.corpus import Corpus, ProjectText, QuestionText
from graphkit.model import Assessment, Computation
from graphkit.progress import Progress
from graphkit.rdf.computed import JudgedAssessment, computation_key
from graphkit.relevance.cache_folder import cache_folder
from graphkit.relevance.language_model.judging import Counts, Judge
from graphkit.relevance.language_model.prompt import Pair
from graphkit.relevance.model_server import ModelServer, Patience

CACHE = "answers.sqlite"
"""The file in the folder for caches that keeps the answers of all models."""
PATIENCE = Patience(answer=240.0)
"""A model on an ordinary processor may write ten tokens a second, and thinks before it answers."""


@dataclass(frozen=True)
class LanguageModel:
    """The model that a user names, and how much it is asked.

    `url` is the base address of an OpenAI-compatible server, `budget` the most requests of one
    run (None: no limit), `workers` how many run at once, `top` how many of the pairs of each
    question that pass are judged, best first.

    >>> LanguageModel("http://localhost:11434/v1", "llama3.1").top
    10
    """

    url: str
    name: str
    budget: int | None = None
    workers: int = 4
    top: int = 10

    @property
    def key_in_clear(self) -> bool:
        """Whether a key would travel unencrypted over a network.

        Raises UsageError where the address or the key cannot be one.
        """
        return ModelServer(self.url, "chat/completions").key_in_clear


@dataclass(frozen=True)
class JudgingReport:
    """What came of it: of `pairs`, `judged` have the model's word, `unlinked` of these a "none".

    `address` is the server's, without secrets.
    """

    model: str
    address: str
    pairs: int
    judged: int
    unlinked: int
    counts: Counts


class PairJudging:
    """Replaces assessments of a method by those of a language model. A context manager.

    `method` names the method that found the pairs. Raises UsageError for an address, a key or
    a cache that cannot be used; no request is sent before `apply`.
    """

    def __init__(self, model: LanguageModel, method: str) -> None:
        self.report: JudgingReport | None = None
        """None until `apply` is done."""
        self._model = model
        self._judge = Judge(
            model.url,
            model.name,
            cache=cache_folder() / CACHE,
            workers=model.workers,
            max_requests=model.budget,
            patience=PATIENCE,
        )
        self._address = self._judge.client.server.address
        self._method = f"language model, on the best-ranked pairs of: {method}"
        self._settings: dict[str, Any] = {
            "address": self._address,
            "budget": model.budget,
            "model": model.name,
            "prompt": self._judge.prompt_version,
            "top": model.top,
        }
        settings = msgspec.json.encode(self._settings).decode()
        self.key = computation_key(self._method, __version__, settings, model.name)
        """Names the computation: what the answers depend on decides it, not how it went."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._judge.close()

    def apply(
        self,
        corpus: Corpus,
        assessments: list[Assessment],
        rows: list[CandidateRow],
        progress: Progress,
    ) -> tuple[list[Assessment], list[CandidateRow]]:
        """The assessments and candidates after the model had its say, in the same order.

        `assessments` are those that pass, ranked within their question from 1. All first ranks
        are judged before the second ones, so that a budget reaches as many questions as it can.
        A pair that the model calls "none" is taken out, and its row no longer passes. Raises
        UnreachableError where the server is lost, UsageError where it refuses the key, the
        model or every pair; what was answered before is kept.
        """
        chosen = [
            one for one in assessments if one.rank is not None and one.rank <= self._model.top
        ]
        chosen.sort(key=lambda one: one.rank or 0)
        questions = {one.key: one for one in corpus.questions}
        projects = {one.key: one for one in corpus.projects}
        pairs = (_pair(questions[one.question], projects[one.project]) for one in chosen)
        said: dict[tuple[str, str], Assessment] = {}
        progress("asking the language model", 0)
        for number, (pair, answer) in enumerate(self._judge.judge(pairs), 1):
            progress("asking the language model", number)
            if answer is not None:
                said[pair.question, pair.project] = answer
        left = list(self._replaced(assessments, said, projects))
        unlinked = {pair for pair, answer in said.items() if answer.degree == "none"}
        self.report = JudgingReport(
            model=self._model.name,
            address=self._address,
            pairs=len(chosen),
            judged=len(said),
            unlinked=len(unlinked),
            counts=self._judge.counts,
        )
        return left, [
            row._replace(passed=False) if (row.question, row.project) in unlinked else row
            for row in rows
        ]

    def _replaced(
        self,
        assessments: Iterable[Assessment],
        said: dict[tuple[str, str], Assessment],
        projects: dict[str, ProjectText],
    ) -> Iterable[Assessment]:
        for one in assessments:
            answer = said.get((one.question, one.project))
            if answer is None:
                yield one
            elif answer.degree != "none":
                yield self._merged(one, answer, projects[one.project].field)

    def _merged(self, own: Assessment, answer: Assessment, field: str) -> Assessment:
        """The model's word, with the method's rank, score and places."""
        evidence = tuple(
            msgspec.structs.replace(one, field=field) if one.field == "abstract" else one
            for one in answer.evidence
        )
        return JudgedAssessment(
            question=own.question,
            project=own.project,
            degree=answer.degree,
            origin=own.origin,
            rank=own.rank,
            covers=answer.covers,
            misses=answer.misses,
            states_expertise=answer.states_expertise,
            explanation=answer.explanation,
            score=own.score,
            evidence=evidence,
            places=own.places,
            computation=self.key,
        )

    def computation(self, ended: str) -> Computation:
        """The record of what was done, after `apply`. `ended` is a time in ISO 8601.

        It counts what came of the pairs, not what was asked and what was in the cache: a run
        whose answers were all kept has the same record.
        """
        report = self.report
        parameters = dict(self._settings)
        if report is not None:
            counts = report.counts
            parameters["counts"] = {
                "dropped_quotes": counts.dropped_quotes,
                "judged": report.judged,
                "left_out": counts.left_out,
                "lowered": counts.lowered,
                "pairs": report.pairs,
                "refused": counts.refused,
                "unknown_aspects": counts.unknown_aspects,
                "unlinked": report.unlinked,
                "unusable": counts.failed,
            }
        if self._judge.client.given_up:
            parameters["not_taken_by_server"] = list(self._judge.client.given_up)
        return Computation(
            key=self.key,
            method=self._method,
            version=__version__,
            parameters=msgspec.json.encode(parameters, order="sorted").decode(),
            ended=ended,
            model=self._model.name,
        )


def _pair(question: QuestionText, project: ProjectText) -> Pair:
    return Pair(
        question=question.key,
        question_text=question.text,
        aspects=tuple(question.aspects.items()),
        project=project.key,
        title=project.title,
        abstract=project.abstract,
    )
