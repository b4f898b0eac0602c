"""One data set being served: its workers, its queue, its cache."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from graphkit import __version__
from graphkit.server.front.cache import Cache
from graphkit.server.front.costs import Costs
from graphkit.server.front.queue import Queue
from graphkit.server.front.spool import Spool
from graphkit.server.front.workers import Nursery, Worker
from graphkit.server.settings import Limits
from graphkit.server.worker.messages import Task
from graphkit.snapshot import CURRENT, Snapshot

_AGAIN = 0.5
"""Seconds before a nursery that ended is started again."""


class Generation:
    """A data set from its opening to its closing."""

    def __init__(self, task: Task, limits: Limits, costs: Costs, created: float = 0) -> None:
        self.name = task.name
        self.created = created
        """When the snapshot was made, in seconds since 1970."""
        self.version = f"{task.name} {__version__}"
        self.spool = Path(task.spool)
        self.cache = Cache(limits.cache << 20)
        self.queue = Queue(limits, costs, self._worker, Spool(self.spool, limits.spool * 1_000_000))
        self._task = task
        self._nursery = Nursery(task)
        self._restarting: asyncio.Task[None] | None = None
        self.using = 0
        """Answers that are on their way out."""

    async def start(self) -> None:
        """Open it. Raises SnapshotError where it cannot be opened."""
        self.spool.mkdir(parents=True, exist_ok=True)
        self._nursery.on_end = self._nursery_ended
        await self._nursery.start()
        await self.queue.start()

    async def _worker(self) -> Worker:
        return await self._nursery.worker()

    def _nursery_ended(self) -> None:
        self._restarting = asyncio.get_running_loop().create_task(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(_AGAIN)
        await self._nursery.close()
        self._nursery = Nursery(self._task)
        self._nursery.on_end = self._nursery_ended
        with contextlib.suppress(Exception):  # on_end comes again
            await self._nursery.start()

    @property
    def ready(self) -> bool:
        """Whether there is any worker."""
        return bool(self.queue.workers)

    async def close(self, patience: float) -> None:
        """End it when its requests are done, or after `patience` seconds."""
        await self.queue.close(patience)
        if self._restarting is not None:
            self._restarting.cancel()
        await self._nursery.close()
        while self.using and patience > 0:
            await asyncio.sleep(0.05)
            patience -= 0.05
        shutil.rmtree(self.spool, ignore_errors=True)


class Source:
    """Where data sets come from: the snapshot in use in a folder, or one store."""

    def __init__(
        self,
        limits: Limits,
        base: str,
        spool: Path,
        *,
        graph: Path | None = None,
        queries: Path | None = None,
        store: Path | None = None,
        name: str = "",
        base_of_data: str = "",
    ) -> None:
        self._limits = limits
        self._base = base
        self._spool = spool
        self._graph = graph
        self._queries = queries
        self._store = store
        self._name = name
        self._base_of_data = base_of_data
        self._number = 0

    def current(self) -> str:
        """The id of what should be served. Raises SnapshotError where there is nothing."""
        if self._graph is None:
            return self._name
        try:
            return (self._graph / CURRENT).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return Snapshot.current(self._graph).manifest.id  # which says what is wrong

    def generation(self, costs: Costs) -> Generation:
        """What should be served, not yet opened. Raises SnapshotError."""
        self._number += 1
        snapshot = None if self._graph is None else Snapshot.current(self._graph)
        created = 0.0
        if snapshot is not None:
            created = datetime.fromisoformat(snapshot.manifest.created).timestamp()
        task = Task(
            snapshot=str(snapshot.folder.resolve()) if snapshot else "",
            store=str(self._store or ""),
            name=snapshot.manifest.id if snapshot else self._name,
            base_of_data=self._base_of_data,
            queries=str(self._queries or ""),
            limits=asdict(self._limits),
            base=self._base,
            spool=str(self._spool / f"{self._number}"),
        )
        return Generation(task, self._limits, costs, created)
