"""Large neighbourhoods come in pages: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from linked_data import ID, around, links, pages, quads, triples
from small_graph import SmallGraph

FUNDER = f"{ID}funder/f"
HYDRA = "http://www.w3.org/ns/hydra/core#"


@pytest.fixture
def hub(site_of: Callable[[SmallGraph], FlaskClient]) -> FlaskClient:
    """A funder of 70 projects."""
    graph = SmallGraph()
    graph.funder("f", "A funder", "AF")
    for number in range(70):
        graph.project(f"p{number}", f"Project {number}", funders=("f",), amount=1.0)
    return site_of(graph)


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nq"])
@pytest.mark.parametrize("size", [7, 50])
def test_all_pages_together_are_the_whole(hub: FlaskClient, suffix: str, size: int) -> None:
    whole = around(triples(hub.get(f"/id/funder/f.{suffix}?size=2000")), FUNDER)
    seen: Counter[ox.Triple] = Counter()
    for page in pages(hub, f"/id/funder/f.{suffix}?size={size}"):
        found = around(triples(page), FUNDER)
        assert len(found) <= size + 2  # labels of the funder come with every page
        seen.update(found)
    assert set(seen) == whole
    labels = {one for one in whole if one.predicate.value.endswith("#prefLabel")}
    assert [one for one, count in seen.items() if count > 1 and one not in labels] == []


def test_pages_come_in_the_same_order_again(hub: FlaskClient) -> None:
    once = [page.data for page in pages(hub, "/id/funder/f.ttl?size=20")]
    assert once == [page.data for page in pages(hub, "/id/funder/f.ttl?size=20")]


def test_a_statement_of_two_graphs_counts_once(site_of_text: Callable[..., FlaskClient]) -> None:
    lines = [
        f"<http://x.org/s{number}> <http://x.org/p> <http://x.org/o> <http://x.org/{graph}> .\n"
        for number in range(9)
        for graph in "gh"
    ]
    client = site_of_text("".join(lines))
    address = "/resource?iri=http://x.org/o&format=nq&size=2"
    answers = pages(client, address)
    assert len(answers) == 5
    seen = Counter(quad for page in answers for quad in quads(page))
    of_data = {quad: count for quad, count in seen.items() if "x.org/p" in str(quad.predicate)}
    assert len(of_data) == 18
    assert set(of_data.values()) == {1}


def test_documents_tell_their_neighbours_in_links_and_in_hydra(hub: FlaskClient) -> None:
    response = hub.get("/id/funder/f.ttl?size=50&page=2")
    found = links(response)
    assert found["next"] == "/id/funder/f.ttl?page=3&size=50"
    assert found["prev"] == "/id/funder/f.ttl?size=50"
    view = {
        quad.predicate.value: quad.object.value
        for quad in quads(response)
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value.startswith(HYDRA)
    }
    assert view[f"{HYDRA}next"] == f"http://localhost{found['next']}"
    assert view[f"{HYDRA}previous"] == f"http://localhost{found['prev']}"
    assert any(quad.predicate.value == f"{HYDRA}totalItems" for quad in quads(response))


def test_a_page_that_holds_all_has_no_neighbours(hub: FlaskClient) -> None:
    response = hub.get("/id/funder/f.ttl?size=2000")
    assert not {"next", "prev", "first", "last"} & set(links(response))
    assert HYDRA not in {quad.predicate.value for quad in quads(response)}


def test_one_property_can_be_asked_for_alone(hub: FlaskClient) -> None:
    answers = pages(hub, "/id/funder/f.ttl?in=gk:fundedBy&size=30")
    found = [around(triples(page), FUNDER) for page in answers]
    pointing = [one for page in found for one in page if one.object == ox.NamedNode(FUNDER)]
    assert len(pointing) == 70
    assert {one.predicate.value.rpartition("#")[2] for one in pointing} == {"fundedBy"}


def test_the_overview_shows_the_first_of_each_property_and_how_many(hub: FlaskClient) -> None:
    for number in range(2):
        assert hub.get(f"/id/funder/f?page={number + 1}&size=100").status_code == 200
    page = hub.get("/id/funder/f?view=data&size=50").text
    assert page.count("/id/project/") == 25
    assert "All 70" in page
    group = hub.get("/id/funder/f?in=gk:fundedBy").text
    assert group.count('href="/id/project/') == 70


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 400),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=1&page=2", 400),
        ("page=²", 400),
        ("size=0", 400),
        ("size=99999999", 400),
        ("size=", 400),
        ("page=99999999999999999999999", 400),
        ("page=5", 404),
        ("in=nonsense", 400),
        ("in=gk:fundedBy&out=gk:fundedBy", 400),
        ("in=zz:fundedBy", 400),
        ("in=gk:nothingOfTheSort", 404),
        ("view=nonsense", 200),
    ],
)
def test_pages_that_cannot_be_are_refused(hub: FlaskClient, query: str, status: int) -> None:
    assert hub.get(f"/id/funder/f.ttl?{query}").status_code == status
