"""Sites over small data sets."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from small_graph import SmallGraph

from graphkit.server.site import Dataset, create_app
from graphkit.store import build_store


@pytest.fixture
def site_of(tmp_path: Path) -> Callable[[SmallGraph], FlaskClient]:
    """Makes a client of the site over a small graph."""

    def make(graph: SmallGraph) -> FlaskClient:
        dataset = Dataset.of_snapshot(graph.snapshot(tmp_path / "graph"))
        return create_app(dataset, tmp_path).test_client()

    return make


@pytest.fixture
def site_of_text(tmp_path: Path) -> Callable[..., FlaskClient]:
    """Makes a client of the site over somebody else's statements, given as N-Quads."""

    def make(text: str, base: str = "") -> FlaskClient:
        folder = tmp_path / "store"
        build_store(io.BytesIO(text.encode()), folder)
        return create_app(Dataset.of_store("mine.nq", folder, base), tmp_path).test_client()

    return make
