"""Pages tell search engines in schema.org's words what they are about."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from conftest import Graph
from flask.testing import FlaskClient
from linked_data import ID
from small_graph import SmallGraph

from graphkit.server.site.resources.schema import schema_org, schema_org_dataset


def test_a_question_tells_who_asks_it(client: FlaskClient) -> None:
    page = client.get("/id/question/16604?view=data").text
    text = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    found = json.loads(text)
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "Question"
    assert found["@id"] == f"{ID}question/16604"
    assert found["url"] == "http://localhost/id/question/16604"
    assert found["author"]["@type"] == "GovernmentOrganization"
    assert found["text"].startswith("What are the spatial drivers")


def test_a_project_tells_its_funder_and_its_grant(
    site_of: Callable[[SmallGraph], FlaskClient],
) -> None:
    graph = SmallGraph()
    graph.funder("f", "A funder")
    graph.organisation("leeds", "University of Leeds")
    graph.project(
        "p", "Bridges", funders=("f",), amount=250.0, lead=("leeds",), start=date(2020, 1, 2)
    )
    client = site_of(graph)
    with client.application.test_request_context("/"):
        found = schema_org(f"{ID}project/p")
        assert schema_org(f"{ID}organisation/leeds")["@type"] == "Organization"
    assert found["@type"] == "ResearchProject"
    assert found["funder"]["name"] == "A funder"
    assert found["funding"]["amount"] == {
        "@type": "MonetaryAmount",
        "value": 250,
        "currency": "GBP",
    }
    assert found["parentOrganization"]["name"] == "University of Leeds"
    assert found["foundingDate"] == "2020-01-02"


@pytest.mark.parametrize("iri", [f"{ID}aspect/capacity", "http://x.org/a", "", "no iri"])
def test_a_kind_that_schema_org_has_no_words_for_is_left_out(client: FlaskClient, iri: str) -> None:
    with client.application.test_request_context("/"):
        assert schema_org(iri) == {}


def test_the_data_set_tells_its_licences_and_where_to_get_it(
    client: FlaskClient, sample: Graph
) -> None:
    with client.application.test_request_context("/"):
        found = schema_org_dataset()
    assert found["@type"] == "Dataset"
    assert {entry.licence for entry in sample.snapshot.manifest.sources if entry.licence} <= set(
        found["license"]
    )
    addresses = {one["contentUrl"] for one in found["distribution"]}
    assert {"http://localhost/sparql", "http://localhost/dumps/all.nq.gz"} <= addresses
    assert found["dateModified"] == sample.snapshot.manifest.created
