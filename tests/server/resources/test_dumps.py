"""The data for download, whole and by source."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Graph
from flask.testing import FlaskClient
from linked_data import body, json_of, links

from graphkit.gzipped import open_gzip
from graphkit.server.site import Dataset
from graphkit.server.site.resources.addresses import href
from graphkit.server.site.resources.dump_files import DumpFiles
from graphkit.server.site.resources.dumps import names
from graphkit.vocabulary import expand

READ = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}


def dump(client: FlaskClient, name: str, suffix: str) -> set[ox.Quad]:
    """The statements of a dump."""
    response = client.get(f"/dumps/{name}.{suffix}.gz")
    assert response.status_code == 200, response.data
    assert response.mimetype == "application/gzip"
    assert response.headers["Graphkit-Keep"]
    text = gzip.decompress(body(response))
    return set(ox.parse(input=io.BytesIO(text), format=READ[suffix]))


@pytest.fixture(scope="module")
def everything(sample: Graph) -> set[ox.Quad]:
    """All statements of the sample."""
    with open_gzip(sample.snapshot.quads) as stream:
        return set(ox.parse(input=stream.read(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_the_dump_of_everything_is_everything(
    client: FlaskClient, everything: set[ox.Quad], suffix: str
) -> None:
    assert dump(client, "all", suffix) == everything


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_the_dumps_of_all_graphs_together_are_everything(
    client: FlaskClient, everything: set[ox.Quad], suffix: str
) -> None:
    listed = json_of(client.get("/dumps.json"))["dumps"]
    found: set[ox.Quad] = set()
    for one in listed:
        if one["name"] != "all":
            statements = dump(client, one["name"], suffix)
            graph = ox.NamedNode(one["graph"])
            assert {q for q in statements if q.graph_name == graph} == {
                q for q in everything if q.graph_name == graph
            }
            found |= statements
    assert found == everything


def test_a_sources_dump_tells_its_licence(client: FlaskClient) -> None:
    listed = json_of(client.get("/dumps.json"))["dumps"]
    source = next(one for one in listed if one["licence"])
    statements = dump(client, source["name"], "trig")
    licences = {q.object.value for q in statements if q.predicate.value == expand("dct:license")}
    assert licences == {source["licence"]}
    response = client.get(f"/dumps/{source['name']}.nq.gz")
    assert links(response)["license"] == source["licence"]


def test_the_list_has_size_hash_licence_and_source(sample: Graph, client: FlaskClient) -> None:
    listed = json_of(client.get("/dumps", headers={"Accept": "application/json"}))["dumps"]
    assert listed[0]["name"] == "all"
    assert listed[0]["sha256"] == sample.snapshot.manifest.quads_sha256
    assert listed[0]["files"][0]["bytes"] == sample.snapshot.quads.stat().st_size
    sources = {entry.graph: entry for entry in sample.snapshot.manifest.sources}
    for one in listed[1:]:
        if one["graph"] in sources:
            entry = sources[one["graph"]]
            assert (one["sha256"], one["source"]) == (entry.sha256, entry.address)
            assert one["attribution"] == entry.attribution
    page = client.get("/dumps").text
    for one in listed:
        for file in one["files"]:
            assert file["href"].removeprefix("http://localhost") in page


def test_the_same_dump_is_the_same_bytes_whoever_makes_it(sample: Graph, tmp_path: Path) -> None:
    dataset = Dataset.of_snapshot(sample.snapshot)
    known = names(dataset)
    made = []
    for place in ("one", "other"):
        files = DumpFiles(dataset, tmp_path / place, known)
        made.append([files.path(n, s).read_bytes() for n in ("derived", "all") for s in READ])
    assert made[0] == made[1]


def test_workers_that_make_the_same_dump_at_once_both_have_it(
    sample: Graph, tmp_path: Path
) -> None:
    dataset = Dataset.of_snapshot(sample.snapshot)
    known = names(dataset)
    found: list[bytes] = []

    def make(name: str) -> None:
        files = DumpFiles(dataset, tmp_path, known)
        found.append(gzip.decompress(files.path(name, "trig").read_bytes()))

    threads = [threading.Thread(target=make, args=("ontology",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.glob("dumps/*/.new-*")] == []


def test_what_a_killed_worker_left_is_no_dump(sample: Graph, tmp_path: Path) -> None:
    dataset = Dataset.of_snapshot(sample.snapshot)
    files = DumpFiles(dataset, tmp_path, names(dataset))
    files.folder.mkdir(parents=True)
    (files.folder / ".new-half").write_bytes(b"half")
    assert gzip.decompress(files.path("ontology", "nq").read_bytes()).endswith(b" .\n")
    assert [path.name for path in files.folder.glob(".new-*")] == []


def test_a_data_set_of_somebody_elses_is_dumped_from_its_store(
    site_of_text: Callable[..., FlaskClient],
) -> None:
    text = (
        '<http://x.org/a> <http://x.org/p> "1" .\n'
        '<http://x.org/a> <http://x.org/p> "2" <http://x.org/a graph/> .\n'
    ).replace("a graph/", "graph/../all")
    client = site_of_text(text)
    listed = json_of(client.get("/dumps.json"))["dumps"]
    assert len(listed) == 3
    by_graph = {one["graph"]: one["name"] for one in listed if one["name"] != "all"}
    for suffix in READ:
        assert len(dump(client, "all", suffix)) == 2
        assert {len(dump(client, name, suffix)) for name in by_graph.values()} == {1}
    assert client.get("/dumps").status_code == 200


def test_links_to_graphs_lead_to_what_is_known_of_them(sample: Graph, client: FlaskClient) -> None:
    source = sample.snapshot.manifest.sources[0]
    with client.application.test_request_context("/"):
        about, own = href(source.graph), href(f"{sample.snapshot.manifest.base}graph/derived")
    assert source.sha256 in client.get(about).text
    page = client.get(own).text
    assert "What follows from the sources" in page
    assert "Making of the graph derived" in page


def test_an_unknown_dump_is_not_found(client: FlaskClient) -> None:
    for path in ("/dumps/none.nq.gz", "/dumps/all.nt.gz", "/dumps/all.nq", "/dumps/default.nq.gz"):
        assert client.get(path).status_code == 404
