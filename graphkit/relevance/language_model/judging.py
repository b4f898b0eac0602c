"""Judging pairs of question and project by a language model.

Answers come in any order and are kept as they come; assessments go out in the order of the
pairs. Whoever stops in the middle, or is stopped, asks for nothing twice.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from graphkit.errors import GraphkitError
from graphkit.model import Assessment
from graphkit.relevance.language_model.answer import read_answer
from graphkit.relevance.language_model.cache import AnswerCache, answer_key
from graphkit.relevance.language_model.client import ChatClient
from graphkit.relevance.language_model.prompt import RETRY, Pair, messages, prompt_version
from graphkit.relevance.model_server import (
    ModelServer,
    Patience,
    RefusedError,
    ServerFailedError,
)

MAX_REFUSED = 10
"""So many pairs refused one after the other mean that all will be."""
_REPEATED = 2_000  # characters of an unusable answer that the model is shown again
_AHEAD = 4  # pairs read ahead for each worker: a slow answer must not leave the others idle


@dataclass(frozen=True)
class Counts:
    """What a judge has done so far."""

    asked: int = 0
    """Requests to the model (not counting those that the network or the server lost)."""
    cached: int = 0
    """Pairs answered from the cache."""
    unusable: int = 0
    """Answers that could not be used; each pair is asked twice."""
    failed: int = 0
    """Pairs without an assessment since both answers could not be used."""
    refused: int = 0
    """Pairs that the server refused, say as too long."""
    left_out: int = 0
    """Pairs not asked since the budget was spent."""
    dropped_quotes: int = 0
    """Quotes that the project's text does not hold."""
    unknown_aspects: int = 0
    """Aspects that the question does not have."""
    lowered: int = 0
    """Degrees "full" lowered to "partial", since an aspect had no quote."""
    tokens: int = 0
    """Tokens that the server counted."""


@dataclass
class _Slot:
    """A text pair under way, shared by pairs with the same texts. Settled once `done` is set."""

    pair: Pair
    key: bytes
    done: threading.Event = field(default_factory=threading.Event)
    content: str | None = None  # the model's words, once they were found usable
    cached: bool = False
    left_out: bool = False
    error: BaseException | None = None


class Judge:
    """A language model that assesses pairs, behind any OpenAI-compatible chat server.

    `url` is the server's base address (often ending in /v1), `cache` the file that keeps
    answers, `workers` how many requests run at once, `max_requests` the budget of requests
    for the life of the judge, `timeout` the seconds given to one answer; `patience` says all
    times at once and takes the place of `timeout`. Raises UsageError for an address, a key or
    a cache that cannot be used.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        cache: Path,
        workers: int = 4,
        max_requests: int | None = None,
        timeout: float = 60.0,
        patience: Patience | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        server = ModelServer(
            url,
            "chat/completions",
            patience=patience or Patience(answer=timeout),
            connections=workers,
            sleep=sleep,
        )
        self.client = ChatClient(server, model)
        self.prompt_version = prompt_version()
        """With the model's name, what the answers depend on: for the provenance."""
        self._cache = AnswerCache(cache)
        self._workers = max(1, workers)
        self._budget = max_requests
        self._lock = threading.Lock()
        self._counter: Counter[str] = Counter()

    @property
    def counts(self) -> Counts:
        """What was done so far, for the report."""
        with self._lock:
            return Counts(**self._counter)

    def close(self) -> None:
        """Close the cache and the idle connections."""
        self._cache.close()
        self.client.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def judge(self, pairs: Iterable[Pair]) -> Iterator[tuple[Pair, Assessment | None]]:
        """Each pair, in order, with its assessment.

        None where the budget was spent before, the server refused the pair, or neither of two
        answers could be used. Raises UnreachableError where the server is lost, UsageError
        where it refuses the key, the model, or every pair; what was answered before is kept.
        """
        stop = threading.Event()
        run = _Run()
        # Daemons: an interrupt need not wait for answers under way. Those that still come
        # are kept as long as the cache is open.
        threads = [
            threading.Thread(target=self._work, args=(run.work, stop), daemon=True)
            for _ in range(self._workers)
        ]
        try:
            for thread in threads:
                thread.start()
            for pair in pairs:
                run.waiting.append((pair, self._slot(pair, run)))
                if len(run.waiting) >= _AHEAD * self._workers:
                    yield self._settled(run)
            while run.waiting:
                yield self._settled(run)
            if run.refusal is not None and not run.answered:
                raise run.refusal
        finally:
            stop.set()
            for _ in threads:
                run.work.put(None)

    def _slot(self, pair: Pair, run: _Run) -> _Slot:
        """A pair's slot: answered by the cache, shared with the same texts, or sent to work."""
        key = answer_key(pair, self.client.model, self.prompt_version)
        if key in run.under_way:
            return run.under_way[key]
        slot = run.under_way[key] = _Slot(pair, key)
        kept = self._cache.get(key)
        # Kept answers are checked again: a later version may check more.
        if kept is not None and read_answer(kept, pair).assessment is not None:
            slot.content, slot.cached = kept, True
            slot.done.set()
        else:
            run.work.put(slot)
        return slot

    def _settled(self, run: _Run) -> tuple[Pair, Assessment | None]:
        """The first pair that waits, once it is settled. Raises what ends the run."""
        pair, slot = run.waiting.popleft()
        while not slot.done.wait(1.0):  # in turns, so that an interrupt is seen everywhere
            pass
        run.under_way.pop(slot.key, None)
        if slot.error is not None:
            run.note_refusal(slot.error)
            self._count(refused=1)
        elif slot.left_out:
            self._count(left_out=1)
        elif slot.content is None:
            self._count(failed=1)
        else:
            run.note_answer()
            verdict = read_answer(slot.content, pair)
            self._count(
                cached=slot.cached,
                dropped_quotes=verdict.dropped,
                unknown_aspects=verdict.unknown,
                lowered=verdict.lowered,
            )
            return pair, verdict.assessment
        return pair, None

    def _work(self, work: SimpleQueue[_Slot | None], stop: threading.Event) -> None:
        """What a thread does: settle slots until there is no more work."""
        while (slot := work.get()) is not None:
            try:
                if not stop.is_set():
                    slot.content = self._asked(slot, stop)
            except BaseException as error:
                slot.error = error  # raised where the pair is waited for
            finally:
                slot.done.set()

    def _asked(self, slot: _Slot, stop: threading.Event) -> str | None:
        """The model's words on a pair, kept; None where the budget or the model gives none."""
        conversation = messages(slot.pair)
        for _ in range(2):
            if not self._spend():
                slot.left_out = True
                return None
            reply = self.client.ask(conversation, stop=stop)
            self._count(tokens=reply.tokens)
            verdict = read_answer(reply.content, slot.pair)
            if verdict.assessment is not None:
                self._cache.put(slot.key, self.client.model, reply.content)
                return reply.content
            self._count(unusable=1)
            reason = "it is too long and was cut" if reply.cut else verdict.fault
            conversation = [
                *conversation,
                {"role": "assistant", "content": reply.content[:_REPEATED] or "(nothing)"},
                {"role": "user", "content": RETRY.format(reason=reason)},
            ]
        return None

    def _spend(self) -> bool:
        """Take one request from the budget."""
        with self._lock:
            if self._budget is not None and self._counter["asked"] >= self._budget:
                return False
            self._counter["asked"] += 1
            return True

    def _count(self, **more: int) -> None:
        with self._lock:
            self._counter.update(more)


class _Run:
    """What one call of `judge` holds: the pairs that wait, in order, and how it goes."""

    def __init__(self) -> None:
        self.work: SimpleQueue[_Slot | None] = SimpleQueue()
        self.waiting: deque[tuple[Pair, _Slot]] = deque()
        self.under_way: dict[bytes, _Slot] = {}
        self.answered = False
        self.refusal: GraphkitError | None = None
        self._in_a_row = 0

    def note_answer(self) -> None:
        self.answered = True
        self._in_a_row = 0

    def note_refusal(self, error: BaseException) -> None:
        """One pair may be too long for the model; an error that concerns all pairs is raised."""
        if not isinstance(error, RefusedError) and not (
            isinstance(error, ServerFailedError) and error.status == 500
        ):
            raise error
        self.refusal = error
        self._in_a_row += 1
        if self._in_a_row >= MAX_REFUSED:
            raise error
