"""The OpenAPI document is valid, and what it says of answers is so."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CHECKS, load_all_checks

from graphkit.library import QueryFolder
from graphkit.server.site import Dataset, create_app

QUERIES = QueryFolder().all()
EXAMPLES = {query.name: query.header.examples() for query in QUERIES}


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_query_is_in_it_under_a_subject(document: dict[str, Any]) -> None:
    subjects = {tag["name"] for tag in document["tags"]}

    for query in QUERIES:
        operation = document["paths"][f"/api/queries/{query.name}"]["get"]
        assert operation["summary"] == query.header.summary
        assert set(operation["tags"]) <= subjects
        own = [one["name"] for one in operation["parameters"] if "name" in one]
        assert own == [*query.header.parameters, "format"]


def test_parameters_have_types_defaults_examples_and_closed_lists(
    document: dict[str, Any],
) -> None:
    def parameters(name: str) -> dict[str, Any]:
        operation = document["paths"][f"/api/queries/{name}"]["get"]
        return {one["name"]: one for one in operation["parameters"] if "name" in one}

    found = parameters("projects-addressing-aspect")
    assert found["aspect"]["required"]
    assert found["aspect"]["example"] == "capacity"
    assert "partial" in found["degree"]["schema"]["enum"]
    numbers = [
        (name, one["schema"])
        for query in QUERIES
        for name, one in parameters(query.name).items()
        if name.startswith("min_")
    ]
    assert numbers
    assert all(schema["type"] in ("integer", "number") for _, schema in numbers)
    assert any(isinstance(schema.get("default"), int | float) for _, schema in numbers)


def test_servers_are_where_the_site_is(dataset: Dataset, tmp_path: Any) -> None:
    site = create_app(dataset, tmp_path, base="https://data.example.org/graph/").test_client()

    found = site.get("/api/openapi.json").json

    assert found["servers"] == [{"url": "https://data.example.org/graph"}]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_answer_is_as_its_schema_says(
    api: FlaskClient, document: dict[str, Any], name: str
) -> None:
    answer = api.get(f"/api/queries/{name}", query_string=EXAMPLES[name]).json

    _check(document, f"/api/queries/{name}", "200", answer)


@pytest.mark.parametrize(
    ("path", "address", "status"),
    [
        ("/api/", "/api/", "200"),
        ("/api/queries", "/api/queries", "200"),
        ("/api/queries", "/api/queries?tag=aspects", "200"),
        ("/api/ask", "/api/ask?q=which departments ask about capacity", "200"),
        ("/api/ask", "/api/ask?q=purple elephants", "422"),
        ("/api/search", "/api/search?q=flood&size=50", "200"),
        ("/api/search", "/api/search?degree=partial&year=2010-2020&archived=no", "200"),
        ("/api/search", "/api/search?degree=rumour", "400"),
    ],
)
def test_everything_else_is_as_its_schema_says(
    api: FlaskClient, document: dict[str, Any], path: str, address: str, status: str
) -> None:
    answer = api.get(address)

    assert str(answer.status_code) == status
    _check(document, path, status, answer.json)


def _check(document: dict[str, Any], path: str, status: str, answer: Any) -> None:
    response = document["paths"][path]["get"]["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = next(
        k for k in ("application/json", "application/problem+json") if k in response["content"]
    )
    schema = response["content"][kind]["schema"]
    jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]}).validate(
        answer
    )


@pytest.fixture(scope="session")
def described(app: Flask) -> Any:
    """The API as its document describes it, to be tried out."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


def try_out(described: Any, examples: int) -> None:
    """Ask every operation with values that its document allows; it must do as it says."""
    load_all_checks()
    checks = CHECKS.get_by_names(
        [
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_schema_conformance",
            "response_headers_conformance",
        ]
    )
    for found in described.get_all_operations():

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=examples < 10,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=found.ok().as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=checks, headers={"Accept-Encoding": "identity"})

        ask()


def test_every_operation_does_as_it_says(described: Any) -> None:
    try_out(described, 3)


@pytest.mark.long
def test_every_operation_does_as_it_says_with_many_values(described: Any) -> None:
    try_out(described, 100)
