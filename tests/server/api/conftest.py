"""The API over the sample, beside the library that it should agree with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from conftest import Graph
from flask import Flask
from flask.testing import FlaskClient

from graphkit.library import Library, QueryFolder
from graphkit.server.settings import Limits
from graphkit.server.site import Dataset, create_app


@pytest.fixture(scope="session")
def dataset(sample: Graph) -> Dataset:
    """The sample as the site opens it."""
    return Dataset.of_snapshot(sample.snapshot, QueryFolder())


@pytest.fixture(scope="session")
def app(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site over the sample."""
    return create_app(dataset, tmp_path_factory.mktemp("spool"))


@pytest.fixture(scope="session")
def api(app: Flask) -> FlaskClient:
    """A client of the site over the sample."""
    return app.test_client()


@pytest.fixture(scope="session")
def library(dataset: Dataset) -> Library:
    """The library itself."""
    return dataset.library


@pytest.fixture(scope="session")
def document(api: FlaskClient) -> dict[str, Any]:
    """The OpenAPI document."""
    return cast("dict[str, Any]", api.get("/api/openapi.json").json)


@pytest.fixture
def small_answers(dataset: Dataset, tmp_path: Path) -> FlaskClient:
    """A site that sends three rows at most."""
    return create_app(dataset, tmp_path, Limits(max_rows=3)).test_client()
