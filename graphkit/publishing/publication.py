"""Making a store hold what a snapshot holds: what has to be done, and doing it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphkit.errors import UsageError
from graphkit.progress import Progress, silent
from graphkit.publishing.bookkeeping import Entry, RemoteStore
from graphkit.publishing.connection import Connection
from graphkit.publishing.parts import Part
from graphkit.publishing.refusals import RefusedError

NEW, CHANGED, UNFINISHED, EDITED, TAKEN = (
    "new",
    "changed",
    "unfinished",
    "differs in the store",
    "not ours so far",
)
"""Why a graph is uploaded."""
PIECE = 16 << 20
"""Bytes of statements in one request: bounds the memory here and in the store, and the time until
the store answers (decisions/0023)."""
_SMALLEST = 16 << 10
"""Bytes of a piece that is not halved any more."""
UNCHANGED, VANISHED = "unchanged", "not in the snapshot"


@dataclass(frozen=True)
class Upload:
    """A graph that has to be sent, and why."""

    part: Part
    why: str


@dataclass(frozen=True)
class Plan:
    """What has to be done. `vanished` are graphs published earlier that the snapshot lacks."""

    uploads: tuple[Upload, ...]
    unchanged: tuple[Part, ...]
    vanished: tuple[str, ...]

    @property
    def strange(self) -> list[str]:
        """Graphs that have statements and that no publication has noted."""
        return [upload.part.graph for upload in self.uploads if upload.why == TAKEN]


@dataclass(frozen=True)
class Difference:
    """A graph whose number of statements in the store is not that of the snapshot."""

    graph: str
    expected: int
    found: int


@dataclass(frozen=True)
class Outcome:
    """What was done. `size` is in bytes; `differences` is empty where all is as it should be."""

    uploaded: int
    statements: int
    size: int
    dropped: tuple[str, ...]
    differences: tuple[Difference, ...]


class Publication:
    """A snapshot's graphs on their way to one store."""

    def __init__(
        self,
        connection: Connection,
        store: RemoteStore,
        parts: Sequence[Part],
        snapshot: str,
        *,
        piece: int = PIECE,
    ) -> None:
        self._connection = connection
        self._store = store
        self._parts = parts
        self._snapshot = snapshot
        self._piece = piece

    def plan(self, progress: Progress = silent) -> Plan:
        """Compare with what is there; writes nothing."""
        noted = self._store.entries()
        uploads, unchanged = [], []
        for number, part in enumerate(self._parts):
            progress("comparing graphs", number)
            why = self._why(part, noted.get(part.graph))
            if why:
                uploads.append(Upload(part, why))
            else:
                unchanged.append(part)
        vanished = sorted(noted.keys() - {part.graph for part in self._parts})
        return Plan(tuple(uploads), tuple(unchanged), tuple(vanished))

    def _why(self, part: Part, noted: Entry | None) -> str:
        if noted is None:
            return TAKEN if self._store.holds(part.graph) else NEW
        if not noted.sha256:
            return UNFINISHED
        if noted.sha256 != part.sha256:
            return CHANGED
        return "" if self._store.count(part.graph) == part.statements else EDITED

    def run(
        self,
        plan: Plan,
        *,
        prune: bool = False,
        replace: bool = False,
        progress: Progress = silent,
    ) -> Outcome:
        """Do what a plan says; with `prune`, vanished graphs are dropped.

        Each graph is noted when all its statements are there and have been counted: what was
        stopped in between goes on from there when it is run again. Raises UsageError, before
        anything is written, where a graph of somebody else's is in the way and `replace` is off.
        """
        if plan.strange and not replace:
            others = f" and {len(plan.strange) - 1} more" if len(plan.strange) > 1 else ""
            raise UsageError(
                f"the store has graphs of these names that graphkit has not published: "
                f"{plan.strange[0]}{others}",
                hint="--replace overwrites them",
            )
        differences = []
        sent = 0
        for upload in plan.uploads:
            part = upload.part
            self._store.begin(part.graph)
            self._put(part, _counted(progress, sent))
            found = self._store.count(part.graph)
            if found != part.statements:
                # A PUT to Jena Fuseki's TDB2 was seen to keep a statement of the graph before.
                self._store.drop(part.graph)
                self._put(part, _counted(progress, sent))
                found = self._store.count(part.graph)
            if found == part.statements:
                entry = Entry(part.graph, part.sha256, part.statements)
                self._store.done(entry, self._snapshot)
            else:
                differences.append(Difference(part.graph, part.statements, found))
            sent += part.size
        dropped = plan.vanished if prune else ()
        for graph in dropped:
            self._store.drop(graph)
            self._store.forget(graph)
        statements = sum(upload.part.statements for upload in plan.uploads)
        return Outcome(len(plan.uploads), statements, sent, dropped, tuple(differences))

    def _put(self, part: Part, progress: Callable[[int], None]) -> None:
        """Replace a graph by its first piece, and add the others.

        A piece that is too large for the store is halved, and so are those that follow.
        """
        method, sent = "PUT", 0
        for read in part.triples(self._piece):
            waiting = deque(halves(read, self._piece))
            while waiting:
                piece = waiting.popleft()
                try:
                    self._send(method, part.graph, piece)
                except RefusedError as refused:
                    smaller = halves(piece, len(piece) - 1)
                    if refused.status != 413 or len(piece) <= _SMALLEST or len(smaller) == 1:
                        raise
                    self._piece = max(map(len, smaller))
                    waiting.extendleft(reversed(smaller))
                    continue
                method = "POST"
                sent += len(piece)
                progress(sent)

    def _send(self, method: str, graph: str, piece: bytes) -> None:
        self._connection.send(
            method,
            self._store.address(graph),
            body=piece,
            content_type="application/n-triples",
            what=f"graph {graph}, {len(piece):,} bytes of it",
        )


def halves(lines: bytes, most: int) -> list[bytes]:
    r"""Lines cut in two, and again, until no piece has more than `most` bytes or is one line.

    >>> halves(b"one\ntwo\nthree\n", 8)
    [b'one\ntwo\n', b'three\n']
    """
    if len(lines) <= most:
        return [lines]
    middle = len(lines) // 2
    end = lines.find(b"\n", middle) + 1
    if end in (0, len(lines)):
        end = lines.rfind(b"\n", 0, middle) + 1
    if end == 0:
        return [lines]
    return halves(lines[:end], most) + halves(lines[end:], most)


def _counted(progress: Progress, before: int) -> Callable[[int], None]:
    return lambda sent: progress("uploading, MB", (before + sent) >> 20)
