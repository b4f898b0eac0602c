"""A linked sample, and a cache of vectors that is not the user's."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Graph

from graphkit.linking.run import LinkOptions, link
from graphkit.relevance.encoders.bundled import is_installed
from graphkit.relevance.encoders.choosing import ModelChoice

NOON = "1764158400"
"""A time for SOURCE_DATE_EPOCH: 2025-11-26, noon."""


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAPHKIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("SOURCE_DATE_EPOCH", NOON)
        yield


def copied(graph: Graph, folder: Path) -> Graph:
    """A graph of one's own."""
    shutil.copytree(graph.folder, folder)
    return Graph(folder)


@pytest.fixture(scope="session")
def by_words(sample: Graph, tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> Graph:
    """The sample linked by words alone. Only to be read."""
    graph = copied(sample, tmp_path_factory.mktemp("words") / "graph")
    link(graph.folder, LinkOptions(ModelChoice(words_alone=True)))
    return graph


@pytest.fixture(scope="session")
def linked(sample: Graph, tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> Graph:
    """The sample linked with the model of the extra. Only to be read."""
    if not is_installed():
        pytest.skip("graphkit[semantic] is not installed")
    graph = copied(sample, tmp_path_factory.mktemp("linked") / "graph")
    link(graph.folder)
    return graph


@pytest.fixture
def own(tmp_path: Path) -> Callable[[Graph], Graph]:
    """Copies a graph into the test's folder."""
    return lambda graph: copied(graph, tmp_path / "own")
