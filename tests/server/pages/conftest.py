"""The explorer over the sample and over small graphs; pages as a browser reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Graph
from flask.testing import FlaskClient
from html_pages import Page
from small_graph import SmallGraph

from graphkit.server.site import Dataset, create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
Get = Callable[..., Page]


@pytest.fixture(scope="session")
def explorer(linked: Graph, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of the site over the linked sample."""
    dataset = Dataset.of_snapshot(linked.snapshot)
    return create_app(dataset, tmp_path_factory.mktemp("spool")).test_client()


@pytest.fixture(scope="session")
def get(explorer: FlaskClient) -> Get:
    """Gets a page of the linked sample."""
    return getter(explorer)


@pytest.fixture
def pages_of(tmp_path: Path) -> Callable[[SmallGraph], Get]:
    """Makes a getter of the pages over a small graph."""

    def make(graph: SmallGraph) -> Get:
        dataset = Dataset.of_snapshot(graph.snapshot(tmp_path / "graph"))
        return getter(create_app(dataset, tmp_path).test_client())

    return make


def getter(client: FlaskClient) -> Get:
    """Gets pages, which must be there (or have the status asked for)."""

    def page(path: str, status: int = 200) -> Page:
        response = client.get(path, headers=BROWSER)
        assert response.status_code == status, f"{path}: {response.status_code} {response.text}"
        assert response.content_type == "text/html; charset=utf-8"
        return Page(response.text)

    return page
