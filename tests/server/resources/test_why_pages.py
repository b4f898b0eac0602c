"""Each statement on a thing's page leads to where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Graph
from flask.testing import FlaskClient
from html_pages import Page
from linked_data import ID, triples
from small_graph import SmallGraph

from graphkit.build.publishing import publish_quads
from graphkit.library import Library
from graphkit.ontology import Ontology
from graphkit.provenance import explain
from graphkit.server.site import Dataset, create_app
from graphkit.server.site.resources.why import MOST
from graphkit.snapshot import SourceEntry
from graphkit.vocabulary import PREFIXES, expand

QUESTION = "/id/question/16604"
BROWSER = {"Accept": "text/html"}
SUFFIXES = ("ttl", "jsonld", "nt", "rdf", "nq", "trig")


def page(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status, response.text
    found = Page(response.text)
    assert found.faults == []
    return found


def test_every_property_of_a_page_leads_to_where_it_comes_from(client: FlaskClient) -> None:
    shown = page(client, f"{QUESTION}?view=data")
    headings = [one for one in shown.root.all("th") if one["scope"] == "rowgroup"]
    assert len(headings) > 8
    for heading in headings:
        [link] = [one for one in heading.all("a") if "why=" in one["href"]]
        assert "is said" in link.text
        name = heading.all("a")[0].text
        there = page(client, link["href"])
        assert f"“{name}”" in link.text
        assert name in there.main.text
        assert "Rule" in there.main.text


def test_the_page_tells_what_why_tells(client: FlaskClient, sample: Graph) -> None:
    shown = page(client, f"{QUESTION}?why=").main.text
    for one in explain(Library.open(sample.folder), "question:16604")[0]:
        for reason in one.reasons:
            assert reason.rule in shown
            if reason.source:
                for fact in (reason.source.title, reason.source.file, reason.source.sha256,
                             reason.source.retrieved, reason.source.record):  # fmt: skip
                    assert fact
                    assert fact in shown


def test_one_property_alone_is_told_without_the_others(client: FlaskClient) -> None:
    shown = page(client, f"{QUESTION}?why=gk:askedBy")
    assert "question 16604 of ari/questions.json" in shown.main.text
    assert "looked up in the register of departments" in shown.main.text
    assert "background" not in shown.main.text
    assert [one.text for one in shown.root.all("tbody") for one in one.all("tr")] != []
    rule = next(one for one in shown.links if "/rule/" in one)
    assert "asked by" in page(client, rule).main.text
    full = page(client, f"{QUESTION}?why={expand('gk:askedBy').replace('#', '%23')}")
    assert full.main.text == shown.main.text


def test_statements_that_point_to_a_thing_are_told_from_there(client: FlaskClient) -> None:
    shown = page(client, f"{QUESTION}?why=^gk:addresses")
    assert "point to it as the value of addresses" in shown.main.text
    assert "Regional Technology Foresight" in shown.main.text
    assert "the only record of ari/page-16604.txt" in shown.main.text


@pytest.mark.parametrize(
    "thing",
    [
        "question/16604",
        "project/3D77D6D5-EB60-4012-8DF4-0692C35075F2",
        "department/department-for-transport",
        "funder/esrc",
        "organisation/03D8AFBB-3EA5-4885-B036-BD4F9F4F9849",
        "place/E12000005",
        "topic/gtr-subject-economics",
    ],
)
def test_special_pages_lead_there_too(client: FlaskClient, thing: str) -> None:
    link = f"/id/{thing}?why="
    assert link in page(client, f"/id/{thing}").links
    assert "Rule" in page(client, link).main.text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_form_of_rdf_tells_it_as_prov(client: FlaskClient, suffix: str) -> None:
    found = triples(client.get(f"{QUESTION}.{suffix}?why=gk:askedBy"))
    said = [one.subject for one in found if one.object == ox.NamedNode(expand("rdf:Statement"))]
    assert len(said) == 1
    about = {one.predicate.value: one.object for one in found if one.subject == said[0]}
    assert about[expand("rdf:subject")] == ox.NamedNode(f"{ID}question/16604")
    assert expand("prov:wasDerivedFrom") in about
    assert expand("prov:wasGeneratedBy") in about


def test_the_form_is_negotiated(client: FlaskClient) -> None:
    response = client.get(f"{QUESTION}?why=gk:askedBy", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert response.headers["Content-Location"] == f"{QUESTION}.ttl?why=gk:askedBy"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("why=gk:nothing", 404),
        ("why=gk:askedBy&why=gk:askedBy", 400),
        ("why=^", 400),
        ("why=nobody:knows", 400),
        ("why=urn:a%20b", 400),
        ("why=^gk:askedBy", 404),
    ],
)
def test_what_cannot_be_told_is_refused(client: FlaskClient, asked: str, status: int) -> None:
    page(client, f"{QUESTION}?{asked}", status)


def test_a_long_answer_says_that_it_is_cut(
    site_of: Callable[[SmallGraph], FlaskClient],
) -> None:
    graph = SmallGraph()
    graph.funder("f", "A funder")
    for number in range(MOST + 1):
        graph.project(f"p{number}", f"Project {number}", funders=("f",))
    client = site_of(graph)
    shown = page(client, "/id/funder/f?why=^gk:fundedBy")
    assert f"of which the first {MOST} are here" in shown.main.text
    assert not any(".ttl" in link for link in shown.links)
    assert client.get("/id/funder/f.ttl?why=^gk:fundedBy").status_code == 413


def test_data_of_others_have_no_such_pages(site_of_text: Callable[..., FlaskClient]) -> None:
    client = site_of_text('<http://x.org/a> <http://x.org/p> "v" .\n', "http://x.org/")
    shown = page(client, "/a")
    assert not any("why=" in link for link in shown.links)
    page(client, "/a?why=", 404)


def test_texts_of_the_data_stay_texts(site_of: Callable[[SmallGraph], FlaskClient]) -> None:
    graph = SmallGraph()
    graph.project("p", "<script>alert(1)</script>")
    client = site_of(graph)
    shown = client.get("/id/project/p?why=", headers=BROWSER).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_a_withdrawn_thing_says_so_on_its_pages(tmp_path: Path) -> None:
    base = PREFIXES["gk"].removesuffix("ontology#")
    thing, kept, gk = f"<{base}id/project/p>", f"<{base}graph/withdrawn>", PREFIXES["gk"]
    lines = [
        f"{thing} <{expand('rdf:type')}> <{gk}Withdrawn> {kept} .\n",
        f'{thing} <{gk}withdrawn> "2026-11-26"^^<{expand("xsd:date")}> {kept} .\n',
        f"{thing} <{gk}withdrawnClass> <{gk}Project> {kept} .\n",
        f'{thing} <{expand("dct:title")}> "Bridges" {kept} .\n',
        f"{thing} <{expand('prov:wasDerivedFrom')}> <{base}graph/gtr> {kept} .\n",
    ]
    source = SourceEntry(
        graph=f"{base}graph/gtr", file="gtr.jsonl", format="gtr-portal-json", title="GtR",
        publisher=None, address=None, licence=None, attribution=None, retrieved=None,
        sha256="0" * 64, bytes=1, records=1, rejects=0,
    )  # fmt: skip
    snapshot = publish_quads(tmp_path / "graph", lines, Ontology.load(), base, sources=[source])
    client = create_app(Dataset.of_snapshot(snapshot), tmp_path).test_client()
    told = "withdrawn on 2026-11-26: no source has its record any more; last known from GtR"
    for path in ("/id/project/p", "/id/project/p?why=", "/id/project/p?view=data"):
        shown = page(client, path)
        [banner] = [one for one in shown.root.all("p") if one["role"] == "note"]
        assert told in banner.text, path
        assert "Bridges" in shown.main.text
