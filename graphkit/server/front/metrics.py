"""What is counted, for Prometheus, and the access log."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from time import time
from typing import TextIO

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from graphkit import __version__
from graphkit.server.front.generation import Generation

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)
_PARTS = ("sparql", "id", "api", "search", "dumps", "static", "ontology", "editor")


def part(path: str) -> str:
    """The part of the site that a path belongs to: few values, whatever clients ask.

    >>> part("/id/question/16604"), part("/"), part("/no/such/thing")
    ('id', 'home', 'other')
    """
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in _PARTS else "other" if first else "home"


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "graphkit_requests", "Requests answered.", ["part", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "graphkit_request_seconds",
            "Seconds until an answer began.",
            ["part", "lane"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._bytes = Counter(
            "graphkit_sent_bytes", "Bytes of bodies sent.", registry=self._registry
        )
        self.changes = Counter(
            "graphkit_snapshot_changes", "New snapshots taken up.", registry=self._registry
        )
        self.failures = Counter(
            "graphkit_snapshot_failures",
            "New snapshots that could not be opened.",
            registry=self._registry,
        )
        Gauge("graphkit_info", "The server.", ["version"], registry=self._registry).labels(
            __version__
        ).set(1)
        self._known: dict[tuple[str, int, str], tuple[Counter, Histogram]] = {}

    def watch(self, generation: Generation) -> None:
        """Show the queue of what is being served."""
        self.unwatch()
        self._queue = _QueueCollector(generation)
        self._registry.register(self._queue)

    def unwatch(self) -> None:
        """Show no queue."""
        found: Collector | None = getattr(self, "_queue", None)
        if found is not None:
            self._registry.unregister(found)
            del self._queue

    def count(self, path: str, status: int, lane: str, seconds: float, sent: int) -> None:
        """Note one answer."""
        key = (part(path), status, lane)
        known = self._known.get(key)
        if known is None:
            known = (
                self._requests.labels(key[0], str(status)),
                self._seconds.labels(key[0], lane),
            )
            self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)
        self._bytes.inc(sent)

    def page(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self._registry)


class _QueueCollector(Collector):
    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def collect(self) -> list[GaugeMetricFamily]:
        """The state of queue and workers (prometheus_client)."""
        queue = self._generation.queue
        waiting = GaugeMetricFamily("graphkit_waiting", "Requests that wait.", labels=["lane"])
        running = GaugeMetricFamily("graphkit_running", "Requests that run.", labels=["lane"])
        for name, lane in queue.lanes.items():
            waiting.add_metric([name], lane.waiting)
            running.add_metric([name], lane.running)
        workers = GaugeMetricFamily("graphkit_workers", "Worker processes.")
        workers.add_metric([], len(queue.workers))
        ended = GaugeMetricFamily(
            "graphkit_workers_replaced", "Workers replaced on this snapshot.", labels=["why"]
        )
        for why, number in sorted(queue.ended.items()):
            ended.add_metric([why], number)
        snapshot = GaugeMetricFamily(
            "graphkit_snapshot_created_seconds", "When the snapshot was made.", labels=["snapshot"]
        )
        snapshot.add_metric([self._generation.name], self._generation.created)
        return [waiting, running, workers, ended, snapshot]


class AccessLog:
    """One JSON object a line for each request, on standard error."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._second, self._text = 0, ""

    def write(self, **fields: object) -> None:
        """Write a line; `time` is put in front."""
        now = time()
        if int(now) != self._second:
            self._second = int(now)
            self._text = datetime.fromtimestamp(self._second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        stamp = f"{self._text}.{int(now % 1 * 1000):03}Z"
        line = msgspec.json.encode({"time": stamp, **fields})
        try:
            self._out.write(line.decode() + "\n")
            self._out.flush()
        except (OSError, ValueError):  # nobody reads it any more: the server goes on
            self.write = lambda **_: None  # type: ignore[method-assign]
