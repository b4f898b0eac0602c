"""`graphkit link`: from the snapshot in use to a new one with computed links."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.collector import rare_collection
from graphkit.errors import InputError, UsageError
from graphkit.linking.computing import Computed, compute
from graphkit.linking.corpus import CorpusReader
from graphkit.linking.earlier import linked_before
from graphkit.linking.indexing import IndexAbout
from graphkit.linking.judging import JudgingReport, LanguageModel, PairJudging
from graphkit.linking.publishing import publish
from graphkit.model import Computation
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.rdf.computed import ChainedComputation, computation_key
from graphkit.relevance.assessing import DIRECT, PASS
from graphkit.relevance.encoders.choosing import ModelChoice, chosen_encoder
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.retrieval import CANDIDATES, DAMPING, LEXICAL_WEIGHT
from graphkit.relevance.similarity import DUPLICATE, SIMILAR
from graphkit.snapshot import Snapshot

EPOCH = "SOURCE_DATE_EPOCH"
"""Names the time of the computation where two runs are to give the same bytes."""


@dataclass(frozen=True)
class LinkOptions:
    """What linking can be told. `llm` is a language model that judges the best-ranked pairs."""

    choice: ModelChoice = field(default_factory=ModelChoice)
    llm: LanguageModel | None = None
    keep: int = 3


@dataclass
class LinkOutcome:
    """What linking gave. `encoded` counts the texts that no cache held.

    `judging` says what a language model did, where one was named. `followed` is the snapshot
    whose store and index were gone on from, `changed` how many statements differ from it.
    """

    snapshot: Snapshot
    computed: Computed
    questions: int
    model: str | None
    encoded: int
    seconds: dict[str, float]
    judging: JudgingReport | None = None
    followed: str | None = None
    changed: int | None = None


def link(
    graph: Path, options: LinkOptions | None = None, progress: Progress = silent
) -> LinkOutcome:
    """Compute links and similarities of the snapshot in use and publish a new one with them.

    Raises InputError where there are no questions or no projects to be linked; with a language
    model what `PairJudging` raises. The snapshot in use stays as it is whenever this raises.
    """
    with rare_collection():
        return _link(graph, options or LinkOptions(), progress)


def _link(graph: Path, options: LinkOptions, progress: Progress) -> LinkOutcome:
    snapshot = Snapshot.current(graph)
    ontology = Ontology.load()
    started = time.perf_counter()
    seconds: dict[str, float] = {}

    def lap(name: str) -> None:
        nonlocal started
        now = time.perf_counter()
        seconds[name], started = round(now - started, 2), now

    progress("reading the graph", 0)
    corpus = CorpusReader(snapshot, ontology).read()
    for found, what in ((corpus.questions, "questions"), (corpus.projects, "projects")):
        if not found:
            raise InputError(
                f"{snapshot.manifest.id}: no {what} in this graph, so there is nothing to link",
                hint=f"build with a source of {what}",
            )
    lap("reading")
    with ExitStack() as opened:
        encoder = chosen_encoder(options.choice)
        if encoder is not None:
            opened.enter_context(encoder)
        judging = None
        if options.llm is not None:
            judging = opened.enter_context(PairJudging(options.llm, _method(encoder)))
        key = _computation(encoder, options.choice, judging).key
        before = linked_before(graph, snapshot, key, ontology)
        computed = compute(
            corpus,
            ontology,
            encoder,
            progress,
            whole=not options.choice.fast,
            judging=judging,
            before=before,
        )
    lap("computing")
    computation = _computation(encoder, options.choice, judging)
    published, changed = publish(
        graph,
        snapshot,
        computed,
        computation,
        _about(computed, encoder, options.choice, computation.key),
        ontology,
        progress,
        keep=options.keep,
        before=before,
    )
    lap("publishing")
    return LinkOutcome(
        snapshot=published,
        computed=computed,
        questions=len(corpus.questions),
        model=encoder.encoder.name if encoder else None,
        encoded=encoder.computed if encoder else 0,
        seconds=seconds,
        judging=judging.report if judging else None,
        followed=before.manifest.id if before is not None and changed is not None else None,
        changed=changed,
    )


def _about(
    computed: Computed, encoder: CachedEncoder | None, choice: ModelChoice, key: str
) -> IndexAbout:
    index = computed.index
    return IndexAbout(
        keys=list(index.keys),
        vocabulary=dict(index.lexical.vocabulary),
        question_terms=dict(index.weights.counts),
        questions=index.weights.questions,
        hubs=computed.hubs,
        placed=computed.placed,
        scale=(index.scale.mean, index.scale.deviation) if index.scale else None,
        model=encoder.encoder.name if encoder else None,
        model_digest=encoder.encoder.digest if encoder else None,
        fast=choice.fast,
        computation=key,
    )


def _method(encoder: CachedEncoder | None) -> str:
    return "words alone (BM25)" if encoder is None else "meaning and words (dense and BM25)"


def _computation(
    encoder: CachedEncoder | None, choice: ModelChoice, judging: PairJudging | None
) -> Computation:
    """Everything on which the links depend, named by a hash of it."""
    method = _method(encoder)
    settings: dict[str, Any] = {
        "candidates": CANDIDATES,
        "damping": DAMPING,
        "direct": DIRECT,
        "duplicate": DUPLICATE,
        "fast": choice.fast,
        "lexical_weight": LEXICAL_WEIGHT,
        "pass": PASS,
        "similar": SIMILAR,
    }
    if judging is not None:
        # Its own assessments say who made them. The links it took out are missed here alone.
        method += "; pairs that a language model found to be none were taken out"
        settings["judged_by"] = judging.key
    parameters = msgspec.json.encode(settings, order="sorted").decode()
    model = encoder.encoder.name if encoder else None
    digest = encoder.encoder.digest if encoder else None
    computation = Computation(
        key=computation_key(method, __version__, parameters, model, digest),
        method=method,
        version=__version__,
        parameters=parameters,
        ended=_now(),
        model=model,
        model_digest=digest,
    )
    if judging is None:
        return computation
    further = (judging.computation(computation.ended),)
    return ChainedComputation(**msgspec.structs.asdict(computation), further=further)


def _now() -> str:
    """The time, or the one that `SOURCE_DATE_EPOCH` names, in seconds since 1970."""
    named = os.environ.get(EPOCH)
    try:
        when = datetime.fromtimestamp(int(named), UTC) if named else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{EPOCH}={named}: not a number of seconds") from None
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
