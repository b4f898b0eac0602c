"""The site over the sample, without processes; each part's tests ask it as a client would."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Graph
from flask.testing import FlaskClient

from graphkit.server.site import Dataset, create_app


@pytest.fixture(scope="session")
def client(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of the site over the sample."""
    dataset = Dataset.of_snapshot(sample.snapshot)
    return create_app(dataset, tmp_path_factory.mktemp("spool")).test_client()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """A folder for large answers."""
    return tmp_path
