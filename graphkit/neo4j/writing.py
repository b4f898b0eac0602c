"""Writing batches of rows, each exactly once, from several sessions at the same time.

Every batch is one transaction that also counts itself on a node of its session:
when the answer to a commit is lost and the driver runs the batch again, the
count shows that nothing is left to do. A batch that needs more memory than the
server gives is halved.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import neo4j
from neo4j import exceptions

from graphkit.errors import UsageError
from graphkit.neo4j.connection import AGENT, Connection
from graphkit.neo4j.schema import MARKER

SESSIONS = 2
"""How many sessions write at the same time; measured, see docs/benchmarks.md."""
RETRY = 30.0
"""Seconds in which a batch is tried again after a failure that may pass."""

_ONCE = (
    f"MATCH (w:{MARKER} {{id: $worker}}) WHERE w.batch < $batch SET w.batch = $batch "
    "WITH count(w) AS mine WHERE mine = 1 "
)
_COUNTED = f"MATCH (w:{MARKER} {{id: $worker}}) RETURN w.batch AS batch"


class _TooLargeError(Exception):
    """The server has not enough memory for a batch."""

    def __init__(self, cause: exceptions.Neo4jError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass
class Written:
    """What the server says that it wrote, added up."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    relationships_created: int = 0
    relationships_deleted: int = 0
    properties_set: int = 0
    labels_added: int = 0
    labels_removed: int = 0
    withdrawn: int = 0
    batches: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, counters: neo4j.SummaryCounters) -> None:
        """Take up the counters of one transaction; the bookkeeping's own are not counted."""
        self.nodes_created += counters.nodes_created
        self.nodes_deleted += counters.nodes_deleted
        self.relationships_created += counters.relationships_created
        self.relationships_deleted += counters.relationships_deleted
        self.properties_set += max(counters.properties_set - 1, 0)
        self.labels_added += counters.labels_added
        self.labels_removed += counters.labels_removed
        self.batches += 1


class Writer:
    """One writing session with its own count of batches."""

    def __init__(
        self, connection: Connection, name: str, written: Written, lock: threading.Lock
    ) -> None:
        self._connection = connection
        self._name = name
        self._batch = 0
        self._written, self._lock = written, lock

    def open(self) -> None:
        """Begin counting."""
        query = f"MERGE (w:{MARKER} {{id: $id}}) SET w.batch = 0, w.name = $id"
        self._connection.write(lambda transaction: transaction.run(query, id=self._name).consume())

    def write(self, query: str, rows: Sequence[Any], expected: str = "", **more: Any) -> int:
        """Run `UNWIND $rows AS row …` over rows once, and return what `expected` counts.

        `expected` names a counter that has to equal the number of rows; UsageError where
        it does not.
        """
        try:
            counters = self._once(query, rows, more)
        except _TooLargeError as error:
            if len(rows) < 2:
                raise error.cause from None
            half = len(rows) // 2
            return self.write(query, rows[:half], expected, **more) + self.write(
                query, rows[half:], expected, **more
            )
        if counters is None:
            return len(rows)
        with self._lock:
            self._written.add(counters)
        count = int(getattr(counters, expected)) if expected else 0
        if expected and count != len(rows):
            raise UsageError(
                f"of {len(rows):,} rows {count:,} found their place: somebody else changes the "
                "database at the same time",
                hint="run `graphkit neo4j sync --full` again",
            )
        return count

    def _once(
        self, query: str, rows: Sequence[Any], more: Mapping[str, Any]
    ) -> neo4j.SummaryCounters | None:
        self._batch += 1
        mine = self._batch
        parameters = {"rows": rows, "worker": self._name, "batch": mine, **more}

        def work(transaction: neo4j.Transaction) -> neo4j.SummaryCounters | None:
            result = transaction.run(f"{_ONCE}UNWIND $rows AS row {query}", parameters)
            counters = result.consume().counters
            if counters.contains_updates:
                return counters
            # Nothing set means that the batch was committed before, and its answer lost.
            found = transaction.run(_COUNTED, worker=self._name).single()
            if found is None or found["batch"] != mine:
                raise UsageError(
                    "somebody else changes graphkit's books in the database at the same time",
                    hint="run `graphkit neo4j sync --full` again",
                )
            return None

        # Failures are translated further out: the size of a batch is decided by their code.
        with self._connection.driver.session(
            database=self._connection.database, bookmark_manager=self._connection.bookmarks
        ) as session:
            return _persistently(session, work)


def _persistently(
    session: neo4j.Session, work: Callable[[neo4j.Transaction], neo4j.SummaryCounters | None]
) -> neo4j.SummaryCounters | None:
    """Run `work` in a transaction until it is committed, or has failed for RETRY seconds.

    The driver's own `execute_write` tries what needs too much memory again as it is, and
    does not try a commit again whose answer was lost, because it cannot know of the count.
    """
    end = time.monotonic() + RETRY
    pause = 0.1
    while True:
        try:
            with session.begin_transaction(metadata={"app": AGENT}) as transaction:
                counters = work(transaction)
                transaction.commit()
                return counters
        except (exceptions.Neo4jError, exceptions.DriverError) as error:
            if isinstance(error, exceptions.Neo4jError) and "OutOfMemory" in (error.code or ""):
                raise _TooLargeError(error) from None
            lost = isinstance(error, exceptions.IncompleteCommit)
            if not (lost or error.is_retryable()) or time.monotonic() > end:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(2 * pause, 3.0)


class Writers:
    """Several sessions; what is submitted may be written in any order until `drain`."""

    def __init__(self, connection: Connection, sessions: int = SESSIONS) -> None:
        self.written = Written()
        self._lock = threading.Lock()
        self._idle = [
            Writer(connection, f"writer {number}", self.written, self._lock)
            for number in range(1, sessions + 1)
        ]
        self._pool = ThreadPoolExecutor(sessions)
        self._waiting: set[Future[int]] = set()
        self._room = 2 * sessions

    def open(self) -> None:
        """Begin counting."""
        for writer in self._idle:
            writer.open()

    def submit(self, query: str, rows: Sequence[Any], expected: str = "", **more: Any) -> None:
        """Have a batch written soon; raises what an earlier one ran into."""
        if len(self._waiting) >= self._room:
            done, self._waiting = wait(self._waiting, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
        self._waiting.add(self._pool.submit(self._write, query, rows, expected, more))

    def _write(
        self, query: str, rows: Sequence[Any], expected: str, more: Mapping[str, Any]
    ) -> int:
        with self._lock:
            writer = self._idle.pop()
        try:
            return writer.write(query, rows, expected, **more)
        finally:
            with self._lock:
                self._idle.append(writer)

    def drain(self) -> None:
        """Wait until everything submitted is written."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            future.result()

    def close(self) -> None:
        """Give up what has not begun."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Writers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
