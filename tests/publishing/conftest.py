"""Publishing to a real store, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Answer
from sparql_store import door, store

__all__ = ["door", "store"]  # fixtures


@pytest.fixture
def publish(
    graphkit: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Publishes a graph: `publish(graph, url, "--prune")`; a list of graphs comes back as CSV."""
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"GRAPHKIT_PUBLISH_{name}", raising=False)

    def run(graph: Any, url: str, *words: object) -> Answer:
        start = ("--graph", graph.folder, "publish", "--to", url, "--format", "csv")
        return graphkit(*start, "--retries", 0, *words)

    return run
