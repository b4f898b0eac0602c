"""A request on its way: what it is, where it waits, and how it is refused."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from graphkit.server.front.workers import Worker
from graphkit.server.worker.messages import Reply

QUICK, NEW, HEAVY = "quick", "new", "heavy"
"""The lanes in which requests wait."""


class Refused(Exception):  # noqa: N818  an answer to a client, not a fault
    """A request that gets no answer from a worker."""

    def __init__(self, status: int, detail: str, hint: str, retry: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.hint = hint
        self.retry = retry
        """Seconds after which it makes sense to ask again."""


class Job:
    """One request on its way."""

    __slots__ = (
        "abandoned", "client", "counted", "expires", "frame", "future", "lane", "shape", "since",
        "started", "timeout", "tries", "waited", "watch", "worker",
    )  # fmt: skip

    def __init__(self, client: str, shape: int, frame: bytes, lane: str, timeout: float) -> None:
        self.client = client
        self.shape = shape
        self.frame = frame
        self.lane = lane
        self.timeout = timeout
        self.future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.tries = 0
        self.counted = False
        self.abandoned = False
        """Whether its client has gone."""
        self.started = self.since = self.waited = 0.0
        self.worker: Worker | None = None
        self.watch: asyncio.TimerHandle | None = None
        self.expires: asyncio.TimerHandle | None = None


class Lane:
    """Waiting requests of one kind; clients take turns."""

    def __init__(self) -> None:
        self.running = 0
        self.waiting = 0
        self._clients: OrderedDict[str, deque[Job]] = OrderedDict()

    def add(self, job: Job, first: bool = False) -> None:
        """Take a request; `first` where it has waited before."""
        jobs = self._clients.setdefault(job.client, deque())
        (jobs.appendleft if first else jobs.append)(job)
        self.waiting += 1

    def take(self) -> Job:
        """The next request; its client goes to the end of the row."""
        client, jobs = self._clients.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._clients[client] = jobs
        self.waiting -= 1
        return job

    def waiting_of(self, client: str) -> int:
        """How many requests of a client wait."""
        return len(self._clients.get(client, ()))

    def remove(self, job: Job) -> None:
        """Forget a request that waits no longer."""
        jobs = self._clients.get(job.client)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            self.waiting -= 1
            if not jobs:
                del self._clients[job.client]
