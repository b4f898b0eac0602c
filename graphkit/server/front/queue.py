"""Which request runs next, and which gives way.

Three lanes. A request whose shape was quick before goes first and finds a free worker, for the
other two never take them all. One of a shape not seen before runs beside few others of its
kind. Whatever has used more processor time than `Limits.quick` is heavy: few such run at a time,
and the system gives them what the others leave. Where the heavy lane is full the request is
stopped and waits; a running query cannot be paused, so it begins again.

Within a lane, clients take turns (decisions/0018).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

from graphkit.errors import SnapshotError
from graphkit.server.front.costs import Costs
from graphkit.server.front.jobs import HEAVY, NEW, QUICK, Job, Lane, Refused
from graphkit.server.front.spool import Spool
from graphkit.server.front.workers import End, Worker
from graphkit.server.settings import Limits, processors
from graphkit.server.worker.messages import Reply

_HEAVY_WAITING = 8
"""Heavy requests that wait, for each that may run."""
_STOPPING = "the server is stopping", "ask again in a moment"
_TRIES = 3
_GROWTH = 256 << 20
"""Bytes that a worker may have grown by before it is replaced."""


class Queue:
    """The requests, and the workers that take them."""

    def __init__(
        self,
        limits: Limits,
        costs: Costs,
        start_worker: Callable[[], Awaitable[Worker]],
        spool: Spool,
    ) -> None:
        self._limits = limits
        self._spool = spool
        self._costs = costs
        self._start_worker = start_worker
        self.heavy = max(1, min(limits.heavy, limits.workers - 2))
        self.new = max(1, min((limits.workers - self.heavy) // 2, processors() // 2))
        self.lanes = {QUICK: Lane(), NEW: Lane(), HEAVY: Lane()}
        self.clients: Counter[str] = Counter()
        self.workers: dict[Worker, Job | None] = {}
        self.ended: Counter[str] = Counter()
        """Why workers were replaced, for the metrics."""
        self._idle: list[Worker] = []
        self._tired: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._closed = False

    # Workers

    async def start(self) -> None:
        """Start the workers. Raises SnapshotError where the first cannot be had."""
        self._welcome(await self._start_worker())
        for _ in range(self._limits.workers - 1):
            self._replace()
        await asyncio.gather(*self._starting)

    def _replace(self) -> None:
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._add_worker())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _add_worker(self) -> None:
        pause = 0.1
        while not self._closed:
            try:
                self._welcome(await self._start_worker())
                return
            except SnapshotError:
                await asyncio.sleep(pause)
                pause = min(2 * pause, 5)

    def _welcome(self, worker: Worker) -> None:
        if self._closed:
            worker.kill()
            return
        worker.on_reply, worker.on_end = self._replied, self._worker_ended
        self.workers[worker] = None
        self._idle.append(worker)
        self._dispatch()

    def _retire(self, worker: Worker, why: str) -> None:
        """Have a worker end that is of no more use; another takes its place."""
        self.ended[why] += 1
        self._tired.discard(worker)
        del self.workers[worker]
        worker.kill()
        self._replace()

    def _worker_ended(self, worker: Worker, end: End) -> None:
        self._spool.sweep(worker.pid)
        if worker not in self.workers:  # we let it go ourselves
            return
        job = self.workers.pop(worker)
        self._tired.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        self.ended["memory" if end.memory else "killed" if end.killed else "crash"] += 1
        self._replace()
        if job is None:
            return
        self._stopped(job)
        job.tries += 1
        if end.killed and job.tries < _TRIES:
            self._wait(job, first=True)
            self._dispatch()
            return
        self._costs.record(job.shape, self._limits.timeout)
        if end.memory:
            self._fail(
                job,
                f"the request needed more than the {self._limits.memory:,} MB of memory that it "
                "may use",
                "sort, group or join less at a time, or take a dump of the data",
            )
        else:
            self._fail(
                job,
                f"the request ended the process that answered it ({end.words})",
                "the operator finds it in the log; a simpler query may do",
            )

    # Requests

    def submit(self, client: str, shape: int, frame: bytes, patience: float = 1) -> Job:
        """Take a request; its future gives the reply, or raises Refused.

        `patience` times the usual seconds are allowed. Raises Refused where the queue, or this
        client's share of it, is full.
        """
        if self._closed:  # connections outlive the workers by a moment
            raise Refused(503, *_STOPPING, retry=2)
        quick = self._costs.is_quick(shape)
        lane = NEW if quick is None else QUICK if quick else HEAVY
        if sum(one.waiting for one in self.lanes.values()) >= self._limits.max_queue:
            raise Refused(503, "too many requests are waiting", "ask again a little later", retry=2)
        job = Job(client, shape, frame, lane, patience * self._limits.timeout)
        if lane != QUICK:
            if self.clients[client] >= self._limits.max_per_client:
                raise Refused(
                    429,
                    f"{self._limits.max_per_client} requests of this address are running or "
                    "waiting",
                    "wait for their answers before you ask more",
                    retry=2,
                )
            if lane == HEAVY:
                self._check_heavy(client)
            self._count(job)
        self._wait(job)
        self._dispatch()
        return job

    def cancel(self, job: Job) -> None:
        """Forget a request whose client has gone; a long one is stopped."""
        if job.future.done():
            return
        if job.worker is None:
            self.lanes[job.lane].remove(job)
        elif job.lane == HEAVY:
            worker = job.worker
            self._stopped(job)
            self._retire(worker, "client gone")
        else:
            job.abandoned = True  # done in a moment, else `_look_at` stops it
            return
        self._settle(job)
        job.future.cancel()
        self._dispatch()

    def _check_heavy(self, client: str) -> None:
        """Raise Refused where too many requests that take long are waiting."""
        most = _HEAVY_WAITING * self.heavy
        waiting = self.lanes[HEAVY].waiting_of(client)
        if waiting >= most // 2:  # the other half is for others
            raise Refused(
                429,
                f"{waiting} requests of this address that take long are waiting",
                "wait for their answers before you ask more",
                retry=int(self._limits.timeout),
            )
        if self.lanes[HEAVY].waiting >= most:
            raise Refused(
                503,
                "too many requests that take long are waiting",
                "ask again later, or ask for less at a time",
                retry=int(self._limits.timeout),
            )

    def _count(self, job: Job) -> None:
        job.counted = True
        self.clients[job.client] += 1

    def _wait(self, job: Job, first: bool = False) -> None:
        self.lanes[job.lane].add(job, first)
        job.since = monotonic()
        if job.expires is None:
            left = max(self._limits.timeout - job.waited, 0)
            loop = asyncio.get_running_loop()
            job.expires = loop.call_later(left, self._waited_too_long, job)

    def _waited_too_long(self, job: Job) -> None:
        if job.worker is None and not job.future.done():
            self.lanes[job.lane].remove(job)
            self._fail(
                job,
                f"no worker was free for {self._limits.timeout:g} seconds",
                "the server is busy: ask again later",
            )

    def _has_room(self, lane: str) -> bool:
        if lane == QUICK:
            return True
        return self.lanes[lane].running < (self.new if lane == NEW else self.heavy)

    def _dispatch(self) -> None:
        while self._idle:
            for name, lane in self.lanes.items():
                if lane.waiting and self._has_room(name):
                    self._run(lane.take())
                    break
            else:
                return

    def _run(self, job: Job) -> None:
        worker = self._idle.pop()
        loop = asyncio.get_running_loop()
        if job.expires is not None:
            job.expires.cancel()
            job.expires = None
        job.worker = worker
        job.started = monotonic()
        job.waited += job.started - job.since
        self.workers[worker] = job
        self.lanes[job.lane].running += 1
        if job.lane == HEAVY:
            self._step_back(worker)
            job.watch = loop.call_later(job.timeout, self._ran_too_long, job)
        else:
            job.watch = loop.call_later(self._limits.quick, self._look_at, job)
        worker.send(job.frame)

    def _step_back(self, worker: Worker) -> None:
        worker.step_back()
        self._tired.add(worker)  # few systems let it come forward again

    def _look_at(self, job: Job) -> None:
        """A request is not done yet: see how much of the machine it has used."""
        worker = job.worker
        if worker is None or job.future.done():
            return
        now = worker.processor_time()
        used = monotonic() - job.started if now is None else now - worker.used
        if job.abandoned:
            self._stopped(job)
            self._retire(worker, "client gone")
            self._settle(job)
            job.future.cancel()
            self._dispatch()
            return
        if used < self._limits.quick:
            loop = asyncio.get_running_loop()
            job.watch = loop.call_later(self._limits.quick - used + 0.01, self._look_at, job)
            return
        self._becomes_heavy(job, worker)

    def _becomes_heavy(self, job: Job, worker: Worker) -> None:
        self._costs.record(job.shape, 1.0)
        if not job.counted:
            self._count(job)
        loop = asyncio.get_running_loop()
        if self._has_room(HEAVY):
            self.lanes[job.lane].running -= 1
            job.lane = HEAVY
            self.lanes[HEAVY].running += 1
            self._step_back(worker)
            left = job.timeout - (monotonic() - job.started)
            job.watch = loop.call_later(max(left, 0), self._ran_too_long, job)
        else:
            self._stopped(job)
            self._retire(worker, "gave way")
            job.lane = HEAVY
            try:
                self._check_heavy(job.client)
                self._wait(job)
            except Refused as refused:
                self._settle(job)
                job.future.set_exception(refused)
        self._dispatch()

    def _ran_too_long(self, job: Job) -> None:
        worker = job.worker
        if worker is None or job.future.done():
            return
        self._stopped(job)
        self._costs.record(job.shape, job.timeout)
        self._retire(worker, "time")
        self._fail(
            job,
            f"the request was stopped after {job.timeout:g} seconds, the most that it may run",
            "ask for less at a time: name things, use LIMIT, or take a dump of the data",
        )
        self._dispatch()

    def _replied(self, worker: Worker, reply: Reply) -> None:
        job = self.workers.get(worker)
        if job is None:
            return
        lane = job.lane
        self._stopped(job)
        self.workers[worker] = None
        if reply.memory > worker.memory + _GROWTH:
            self._retire(worker, "grown")
        elif worker in self._tired and not worker.step_forward():
            self._retire(worker, "gave way")
        else:
            self._tired.discard(worker)
            self._idle.append(worker)
        if reply.status < 500 or lane == HEAVY:
            self._costs.record(job.shape, reply.seconds)
        self._settle(job)
        self._deliver(job, reply)
        self._dispatch()

    def _deliver(self, job: Job, reply: Reply) -> None:
        if job.abandoned or job.future.done():
            self._spool.drop(reply)
            return
        try:
            job.future.set_result(self._spool.take(reply))
        except Refused as refused:
            job.future.set_exception(refused)

    def _stopped(self, job: Job) -> None:
        """A request runs no longer."""
        self.lanes[job.lane].running -= 1
        if job.watch is not None:
            job.watch.cancel()
            job.watch = None
        job.worker = None

    def _settle(self, job: Job) -> None:
        """A request is no longer ours."""
        if job.expires is not None:
            job.expires.cancel()
        if job.counted:
            job.counted = False
            self.clients[job.client] -= 1
            if not self.clients[job.client]:
                del self.clients[job.client]

    def _fail(self, job: Job, detail: str, hint: str) -> None:
        self._settle(job)
        if not job.future.done():
            retry = int(self._limits.timeout)
            job.future.set_exception(Refused(503, detail, hint, retry))

    # The end

    @property
    def busy(self) -> bool:
        """Whether any request is waiting or running."""
        return any(lane.waiting or lane.running for lane in self.lanes.values())

    async def close(self, patience: float = 0) -> None:
        """End all workers, when their requests are done or after `patience` seconds."""
        until = monotonic() + patience
        while self.busy and monotonic() < until:
            await asyncio.sleep(0.05)
        self._closed = True
        for task in list(self._starting):
            task.cancel()
        for worker, job in list(self.workers.items()):
            if job is not None:
                self._stopped(job)
                self._fail(job, *_STOPPING)
            worker.kill()
        self.workers.clear()
        self._idle.clear()
        for lane in self.lanes.values():
            while lane.waiting:
                self._fail(lane.take(), *_STOPPING)
