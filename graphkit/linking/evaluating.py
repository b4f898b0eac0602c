"""How good the links are: the index of a snapshot measured on judged pairs.

Questions are ranked anew, so that parts of the method can be left out one by one (ablations)
and be compared on the same questions in the same run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphkit.errors import UsageError
from graphkit.linking.corpus import Corpus, CorpusReader, QuestionText
from graphkit.linking.indexing import open_index, question_vectors
from graphkit.linking.method import encoder_of
from graphkit.model import Assessment
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.assessing import Asked, Assessor, Text
from graphkit.relevance.coverage import Wordings
from graphkit.relevance.encoders.choosing import ModelChoice, chosen_encoder
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.evaluation.judged import Judged, known_only
from graphkit.relevance.evaluation.report import Evaluation, evaluate
from graphkit.relevance.evaluation.work import Settings
from graphkit.relevance.question_aspects import AspectReader
from graphkit.relevance.retrieval import Candidate, ProjectIndex, Ranking, damped
from graphkit.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARTS = ("words", "meaning", "passages", "spelling", "damping")
"""What an ablation can leave out."""
BASELINE = "baseline"
"""The question as asked against the title and the first 128 tokens of each project."""


@dataclass
class Evaluated:
    """The measured figures, and the rows of the judged file that could not be used.

    `remark` says why words alone were compared, unless that was asked for.
    """

    evaluation: Evaluation
    judged: Judged
    model: str | None
    remark: str | None = None


@dataclass(frozen=True)
class _Bench:
    """What all rankings of one evaluation share."""

    index: ProjectIndex
    corpus: Corpus
    questions: list[QuestionText]
    encoder: CachedEncoder | None
    placed: Mapping[int, int]
    progress: Progress
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def asked(self) -> list[str]:
        return [question.text for question in self.questions]

    @property
    def spelled(self) -> list[str]:
        return [spelled_out(text) for text in self.asked]

    def full(self) -> list[list[Candidate]]:
        """The method as it is."""
        return self._damped(self.index.candidates(self.spelled, self._both()))

    def _damped(self, found: Iterable[Ranking]) -> list[list[Candidate]]:
        return [damped(ranking, self.placed) for ranking in found]

    def without(self, part: str) -> list[list[Candidate]]:
        """The method without one of its parts."""
        if part == "words":
            return self._damped(
                self.index.candidates(self.spelled, self._both(), lexical_weight=0.0)
            )
        if part == "meaning":
            return self._damped(self.index.candidates(self.spelled, None))
        if part == "spelling":
            return self._damped(self.index.candidates(self.asked, self._plain()))
        if part == "damping":
            return [damped(one, {}) for one in self.index.candidates(self.spelled, self._both())]
        if self.index.passages is None:
            return self.full()
        first = self.index.passages[self.index.starts]
        shortened = replace(self.index, passages=first, starts=_each(len(first)))
        return self._damped(shortened.candidates(self.spelled, self._both()))

    def baseline(self, fast: CachedEncoder) -> list[list[Candidate]]:
        """One view of each side, as most tools would have it."""
        texts = [f"{one.title}. {one.abstract or ''}".strip() for one in self.corpus.projects]
        vectors = fast.encode(texts, lambda left: self.progress("encoding the baseline", left))
        alone = replace(self.index, passages=vectors, starts=_each(len(vectors)))
        asked = fast.encode(self.asked).astype("float32")
        found = alone.candidates(self.asked, asked, lexical_weight=0.0)
        return [damped(one, {}) for one in found]

    def _both(self) -> NDArray[np.float32] | None:
        if self.encoder is None:
            return None
        if "both" not in self.vectors:
            self.vectors["both"] = question_vectors(self.asked, self.encoder, self.progress)
        return self.vectors["both"]

    def _plain(self) -> NDArray[np.float32] | None:
        return None if self.encoder is None else self.encoder.encode(self.asked).astype("float32")


def _each(count: int) -> NDArray[np.int64]:
    import numpy as np

    return np.arange(count, dtype=np.int64)


def evaluate_links(
    snapshot: Snapshot,
    judged: Judged | None,
    choice: ModelChoice | None = None,
    *,
    without: Sequence[str] = (),
    baseline: bool = False,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Measure the method on judged pairs; the published links serve where `judged` is None.

    Raises UsageError where no judged pair is of this graph, or a part is not known.
    """
    for part in without:
        if part not in PARTS:
            raise UsageError(f"{part}: no such part", hint=f"parts are {', '.join(PARTS)}")
    ontology = Ontology.load()
    index, about = open_index(snapshot.folder)
    reader = CorpusReader(snapshot, ontology)
    progress("reading the graph", 0)
    corpus = reader.read()
    if judged is None:
        judged = reader.published()
    keys = {one.key for one in corpus.projects}
    judged = known_only(judged, {one.key for one in corpus.questions}, keys)
    if not judged.pairs:
        raise UsageError(
            "no judged pair is of this graph",
            hint="give a file with keys of its questions and projects"
            if judged.refused
            else "this snapshot has no published links: give a file of judged pairs",
        )
    wanted = {pair.question for pair in judged.pairs}
    questions = [one for one in corpus.questions if one.key in wanted]
    encoder, remark = encoder_of(about, choice)
    bench = _Bench(index, corpus, questions, encoder, about.placed, progress)
    try:
        found = bench.full()
        others = {f"without {part}": bench.without(part) for part in dict.fromkeys(without)}
        if baseline:
            fast = chosen_encoder(replace(choice or ModelChoice(), fast=True))
            if fast is None:
                raise UsageError("the baseline needs a model", hint="leave --baseline out")
            with fast:
                others[BASELINE] = bench.baseline(fast)
    finally:
        if encoder is not None:
            encoder.close()
    assessments, scores = _assessed(bench, found, judged, ontology)
    gold = _judged_aspects(judged)
    evaluation = evaluate(
        judged,
        _rankings(bench, found),
        {key: str(grant) for key, grant in zip(index.keys, index.grants, strict=True)},
        scores,
        assessments,
        {name: _rankings(bench, ranked) for name, ranked in others.items()},
        aspects={one.key: tuple(one.aspects) for one in questions},
        gold_aspects={key: aspects for key, aspects in gold.items() if aspects},
        settings=settings or Settings(),
    )
    return Evaluated(evaluation, judged, encoder.encoder.name if encoder else None, remark)


def _rankings(bench: _Bench, found: Iterable[list[Candidate]]) -> dict[str, list[str]]:
    keys = bench.index.keys
    return {
        question.key: [keys[candidate.project] for candidate in candidates]
        for question, candidates in zip(bench.questions, found, strict=True)
    }


def _judged_aspects(judged: Judged) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pair in judged.pairs:
        found[pair.question].update(pair.covers, pair.misses)
    return dict(found)


def _assessed(
    bench: _Bench, found: Iterable[list[Candidate]], judged: Judged, ontology: Ontology
) -> tuple[dict[tuple[str, str], Assessment], dict[tuple[str, str], float]]:
    """What the method says of judged questions. Of aspects that a person named it is asked by
    those, so that reading them from the question and finding them in a text are measured
    apart."""
    concepts = ontology.concepts("aspect")
    name: Callable[[str], str | None] = AspectReader(concepts).label
    assessor = Assessor(Wordings(concepts), bench.index)
    gold = _judged_aspects(judged)
    assessments: dict[tuple[str, str], Assessment] = {}
    scores: dict[tuple[str, str], float] = {}
    for question, candidates in zip(bench.questions, found, strict=True):
        named = {key: name(key) or key.replace("-", " ") for key in sorted(gold[question.key])}
        asked = Asked(
            question.key, spelled_out(question.text), named or question.aspects, question.places
        )
        for candidate in candidates:
            one = bench.corpus.projects[candidate.project]
            text = Text(one.key, one.title, one.abstract, one.field, one.places)
            assessment = assessor.assess(asked, text, candidate)
            assessments[question.key, one.key] = assessment
            scores[question.key, one.key] = assessment.score or 0.0
    return assessments, scores
