"""JSON-LD as JSON: objects with the names of the ontology's context.

That it says the same as any other form of RDF is tested with those (`test_rdf`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.export.json_ld import things
from graphkit.json_ld import Context
from graphkit.subgraph import Subgraph

Written = Callable[..., Path]
AMOUNT = "<https://example.org/kb/id/amount/1>"
PART = "<https://example.org/kb/id/participation/1>"
PROJECT = "<https://example.org/kb/id/project/1>"
GK, TYPE = "https://w3id.org/graphkit/ontology#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture
def context(whole: Subgraph) -> Context:
    path = whole.schema.ontology.context_path
    return Context(json.loads(path.read_bytes())["@context"])


def objects_of(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_bytes())["@graph"]  # type: ignore[no-any-return]


def test_the_context_of_the_ontology_is_in_the_file(part: Subgraph, written: Written) -> None:
    data = json.loads(written(part, "json-ld", "net.jsonld").read_bytes())
    own = json.loads(part.schema.ontology.context_path.read_bytes())
    assert data["@context"] == own["@context"]


@pytest.mark.parametrize("name", ["whole", "part"])
def test_every_thing_is_one_object_with_what_it_alone_has_inside(
    name: str, request: pytest.FixtureRequest, written: Written
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    found = objects_of(written(subgraph, "json-ld", "net.jsonld"))
    ids = [one["id"] for one in found]
    assert len(ids) == len(set(ids))
    assert {row.iri for row in subgraph.nodes()} <= set(ids)
    types = {one["type"] for one in found if isinstance(one.get("type"), str)}
    assert not types & {"MonetaryAmount", "PostalAddress", "Participation"}
    parts = [one for thing in found for one in thing.get("has_participation", [])]
    assert parts
    assert all(one["type"] == "Participation" for one in parts)


def test_names_and_codes_are_those_of_the_context(part: Subgraph, written: Written) -> None:
    found = objects_of(written(part, "json-ld", "net.jsonld"))
    assessments = [one for one in found if one.get("type") == "Assessment"]
    assert {one["degree"] for one in assessments} <= {
        "full", "direct", "partial", "indirect", "unstated", "none",
    }  # fmt: skip
    [question, *_] = [one for one in found if one.get("type") == "ResearchQuestion"]
    assert isinstance(question["archived"], bool)
    assert question["text"]


def test_the_first_object_is_on_the_export_itself(part: Subgraph, written: Written) -> None:
    first = objects_of(written(part, "json-ld", "net.jsonld"))[0]
    assert first["title"] == f"graphkit: {part.selection.words}"
    assert first["licence"]
    assert len(first["derived_from"]) > 1
    assert all(one["type"] == "Source" for one in first["derived_from"])


def test_what_stands_inside_may_itself_have_something_inside(context: Context) -> None:
    lines = [
        f"{PROJECT} <{TYPE}> <{GK}Project> <https://example.org/g> .",
        f"{PROJECT} <https://w3id.org/dingo#participant> {PART} <https://example.org/g> .",
        f"{PART} <{GK}cost> {AMOUNT} <https://example.org/g> .",
        f'{AMOUNT} <https://schema.org/currency> "GBP" <https://example.org/g> .',
    ]
    [found] = [json.loads(one) for one in things(lines, context)]
    assert found == {
        "id": PROJECT[1:-1],
        "type": "Project",
        "has_participation": [
            {"id": PART[1:-1], "cost": {"id": AMOUNT[1:-1], "currency": "GBP"}}
        ],
    }  # fmt: skip
