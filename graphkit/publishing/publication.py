"""Making a store hold what a snapshot holds: what has to be done, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphkit.errors import UsageError
from graphkit.progress import Progress, silent
from graphkit.publishing.bookkeeping import Entry, RemoteStore
from graphkit.publishing.connection import Connection
from graphkit.publishing.parts import Part

NEW, CHANGED, UNFINISHED, EDITED, TAKEN = (
    "new",
    "changed",
    "unfinished",
    "differs in the store",
    "not ours so far",
)
"""Why a graph is uploaded."""
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
        self, connection: Connection, store: RemoteStore, parts: Sequence[Part], snapshot: str
    ) -> None:
        self._connection = connection
        self._store = store
        self._parts = parts
        self._snapshot = snapshot

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

        Each graph is replaced as a whole, and noted when its statements have been counted: what
        was stopped in between goes on from there when it is run again. Raises UsageError, before
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
        def body() -> Iterator[bytes]:
            sent = 0
            for piece in part.triples():
                yield piece
                sent += len(piece)
                progress(sent)

        self._connection.send(
            "PUT",
            self._store.address(part.graph),
            body=body,
            length=part.size,
            content_type="application/n-triples",
            what=f"graph {part.graph} ({part.size:,} bytes)",
        )


def _counted(progress: Progress, before: int) -> Callable[[int], None]:
    return lambda sent: progress("uploading, MB", (before + sent) >> 20)
