"""A data set of somebody else's is described as well."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from linked_data import links, quads, triples

Site = Callable[..., FlaskClient]
ADDRESS = "/resource?iri=http://x.org/a"
TEXT = """<http://x.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "Ah"@en .
<http://x.org/a> <http://x.org/part> _:b <http://x.org/g> .
_:b <http://x.org/weight> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x.org/g> .
_:b <http://x.org/of> _:c <http://x.org/g> .
_:c <http://x.org/in> "wood" <http://x.org/g> .
<http://x.org/z> <http://x.org/knows> <http://x.org/a> .
_:d <http://x.org/mentions> <http://x.org/a> .
_:d <http://x.org/weight> "7" .
"""


def test_blank_nodes_are_told_with_the_thing(site_of_text: Site) -> None:
    client = site_of_text(TEXT)
    found = triples(client.get(f"{ADDRESS}&format=ttl"))
    assert len(found) == 8
    page = client.get(ADDRESS).text
    assert "wood" in page
    assert "<h1" in page
    assert ">Ah<" in page


def test_a_blank_node_has_a_page_of_its_own(site_of_text: Site) -> None:
    client = site_of_text(TEXT)
    page = client.get(ADDRESS).text
    link = next(
        part.partition('"')[0].replace("&amp;", "&")
        for part in page.split('href="')
        if part.startswith("/resource?iri=_%3A")
    )
    assert client.get(link).status_code == 200
    assert triples(client.get(f"{link}&format=ttl"))


@pytest.mark.parametrize("suffix", ["nq", "trig", "jsonld"])
def test_graphs_are_kept(site_of_text: Site, suffix: str) -> None:
    found = quads(site_of_text(TEXT).get(f"{ADDRESS}&format={suffix}"))
    graph = ox.NamedNode("http://x.org/g")
    assert len({quad for quad in found if quad.graph_name == graph}) == 4


def test_forms_are_negotiated(site_of_text: Site) -> None:
    client = site_of_text(TEXT)
    response = client.get(ADDRESS, headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert links(response)["canonical"] == "http://x.org/a"
    assert client.get(response.headers["Content-Location"]).data == response.data


def test_addresses_under_the_base_are_answered(site_of_text: Site) -> None:
    client = site_of_text(TEXT, "http://x.org/")
    assert ">Ah<" in client.get("/a").text
    assert client.get("/a.ttl").mimetype == "text/turtle"
    assert 'href="/z"' in client.get("/a").text
    assert client.get("/nothing").status_code == 404


def test_a_property_that_xml_cannot_name_is_406(site_of_text: Site) -> None:
    client = site_of_text('<http://x.org/a> <http://x.org/1/> "one" .\n')
    response = client.get(f"{ADDRESS}&format=rdf")
    assert response.status_code in (200, 406)
    assert client.get(f"{ADDRESS}&format=ttl").status_code == 200


def test_a_node_with_very_many_properties_comes_in_pages(site_of_text: Site) -> None:
    lines = [
        f'<http://x.org/a> <http://x.org/p{number % 700}> "{number}" .\n' for number in range(3000)
    ]
    client = site_of_text("".join(lines))
    response = client.get(f"{ADDRESS}&format=nt")
    assert "next" in links(response)
    assert client.get(ADDRESS).status_code == 200


def test_blank_nodes_that_hold_each_other_end(site_of_text: Site) -> None:
    client = site_of_text(
        "<http://x.org/a> <http://x.org/p> _:b .\n"
        "_:b <http://x.org/p> _:c .\n_:c <http://x.org/p> _:b .\n"
    )
    assert client.get(ADDRESS).status_code == 200
    assert len(triples(client.get(f"{ADDRESS}&format=nt"))) == 3


def test_a_long_list_is_told_whole(site_of_text: Site) -> None:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    lines = ["<http://x.org/a> <http://x.org/list> _:n0 .\n"]
    for number in range(2000):
        rest = f"_:n{number + 1}" if number < 1999 else f"<{rdf}nil>"
        lines.append(f'_:n{number} <{rdf}first> "{number}" .\n_:n{number} <{rdf}rest> {rest} .\n')
    client = site_of_text("".join(lines))
    assert len(triples(client.get(f"{ADDRESS}&format=nt"))) == 4001
    assert client.get(ADDRESS).status_code == 200


def test_more_blank_nodes_than_fit_are_refused_and_not_cut(site_of_text: Site) -> None:
    lines = ["<http://x.org/a> <http://x.org/p> _:b .\n"]
    lines += [f'_:b <http://x.org/p> "{number}" .\n' for number in range(20_001)]
    client = site_of_text("".join(lines))
    assert client.get(f"{ADDRESS}&format=nt").status_code == 413
    assert client.get(ADDRESS).status_code == 200
