"""Starting, changing and stopping a server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph
from server.front.conftest import Running

from graphkit.snapshot import CURRENT

Serving = Callable[..., Running]
Command = Callable[..., Answer]
DATA = """@prefix ex: <http://example.org/> .
ex:a ex:knows ex:b ; ex:name "Ann" .
"""


@pytest.fixture
def own(sample: Graph, tmp_path: Path) -> Graph:
    """A copy of the sample that may be changed."""
    shutil.copytree(sample.folder, tmp_path / "own")
    return Graph(tmp_path / "own")


def test_an_address_in_use_is_named(graphkit: Command, sample: Graph) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = graphkit("--graph", sample.folder, "serve", "--port", port)
    assert answer.code == 2
    assert f"127.0.0.1 port {port}: address already in use" in answer.err
    assert "--port" in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--base", "ari.org.uk"], "--base: ari.org.uk is no public address"),
        (["--base", "https://x.org/?a"], "is no public address"),
        (["--base", "https://x.org/'>"], "is no public address"),
        (["--host", "no.such.host.example"], "no.such.host.example port 8000"),
        (["--workers", "0"], "--workers"),
        (["--timeout", "-1"], "--timeout"),
        (["--data", "/no/such/file.ttl"], "/no/such/file.ttl"),
    ],
)
def test_what_cannot_be_served_is_said(
    graphkit: Command, sample: Graph, arguments: list[str], words: str
) -> None:
    answer = graphkit("--graph", sample.folder, "serve", *arguments)
    assert answer.code == 2
    assert words in answer.err


def test_without_a_graph_it_says_how_to_build_one(graphkit: Command, tmp_path: Path) -> None:
    answer = graphkit("--graph", tmp_path, "serve", "--port", 0)
    assert answer.code == 2
    assert "graphkit build" in answer.err


@pytest.mark.parametrize(
    ("name", "content"),
    [("bad.ttl", "<a> <b> ."), ("empty.nq.gz", ""), ("what.docx", ""), ("latin.nt", b"\xff\xfe")],
)
def test_a_file_that_is_no_rdf_is_refused_with_its_name(
    graphkit: Command, files: Callable[..., Path], name: str, content: str | bytes
) -> None:
    folder = files({name: content})
    answer = graphkit("serve", "--port", 0, "--data", folder / name)
    assert answer.code == 2
    assert name in answer.err


def test_any_rdf_file_can_be_served(serving: Serving, files: Callable[..., Path]) -> None:
    path = files({"people.ttl": DATA}) / "people.ttl"
    running = serving("--data", path, graph=None)
    answer = running.query("SELECT ?n { ?s <http://example.org/name> ?n }", Accept="text/csv")
    assert answer.text == "n\r\nAnn\r\n"


def test_a_new_snapshot_is_taken_up_without_losing_a_request(own: Graph, serving: Serving) -> None:
    running = serving("--poll", "0.1", graph=own)
    first = own.snapshot
    second = own.folder / "snapshots" / "29990101T000000Z-00000000"
    shutil.copytree(first.folder, second)
    manifest = second / "manifest.json"
    manifest.write_text(manifest.read_text().replace(first.manifest.id, second.name))
    statuses: set[int] = set()
    stop = threading.Event()

    def ask() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            statuses.add(running.query(f"SELECT * {{ ?s ?p ?o }} LIMIT {number}").status)

    asking = threading.Thread(target=ask)
    asking.start()
    tag = running.query("ASK {}").headers["etag"]
    (own.folder / CURRENT).write_text(second.name)
    for _ in range(100):
        time.sleep(0.1)
        if second.name in running.ask("/ready").text:
            break
    shutil.rmtree(first.folder)
    time.sleep(0.3)
    stop.set()
    asking.join()
    assert second.name in running.ask("/ready").text
    assert statuses == {200}
    assert running.query("ASK {}", If_None_Match=tag).status == 200
    assert running.metric("graphkit_snapshot_changes_total") == 1


def test_a_damaged_snapshot_leaves_the_one_before_in_use(own: Graph, serving: Serving) -> None:
    running = serving("--poll", "0.1", graph=own)
    name = own.snapshot.manifest.id
    bad = own.folder / "snapshots" / "29990101T000000Z-00000000"
    bad.mkdir()
    (bad / "manifest.json").write_text("{")
    (own.folder / CURRENT).write_text(bad.name)
    for _ in range(50):
        time.sleep(0.1)
        if running.metric("graphkit_snapshot_failures_total"):
            break
    assert running.metric("graphkit_snapshot_failures_total") >= 1
    assert name in running.ask("/ready").text
    assert running.query("ASK {}").status == 200
    assert any("the one before is" in line for line in running.server.lines)


def test_it_stops_when_running_requests_are_done(serving: Serving) -> None:
    running = serving("--timeout", "20")
    answers = []
    # Long enough to be running when the signal comes; it is given ten seconds then.
    query = "SELECT (COUNT(*) AS ?n) { ?a a ?b . ?c a ?d }"
    asking = threading.Thread(target=lambda: answers.append(running.query(query)))
    asking.start()
    time.sleep(0.3)
    os.kill(running.server.process.pid, signal.SIGTERM)
    asking.join(30)
    assert running.server.process.wait(30) == 0
    assert [answer.status for answer in answers] == [200]
    with pytest.raises(ConnectionRefusedError):
        running.ask("/health")


def test_what_is_not_done_in_time_is_told_that_the_server_stops(serving: Serving) -> None:
    running = serving("--drain", "0.5")
    answers = []
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    asking = threading.Thread(target=lambda: answers.append(running.query(query)))
    asking.start()
    time.sleep(0.3)
    os.kill(running.server.process.pid, signal.SIGTERM)
    asking.join(30)
    assert [answer.status for answer in answers] == [503]
    assert "the server is stopping" in answers[0].text


def test_nothing_is_left_when_it_was_killed(serving: Serving) -> None:
    running = serving()
    processes = running.server.processes()
    os.kill(running.server.process.pid, signal.SIGKILL)
    running.server.process.wait(10)
    for _ in range(50):
        time.sleep(0.1)
        left = [pid for pid in processes[1:] if Path(f"/proc/{pid}").exists()]
        if not left:
            break
    assert left == []


def test_under_a_path_of_a_proxy_all_links_have_the_path(serving: Serving) -> None:
    running = serving("--base", "https://example.org/ari/")
    for path in ("/ari/", "/"):  # whether or not the proxy cuts the path off
        page = running.ask(path, Accept="text/html").text
        links = [part.split('"')[0] for part in page.split('href="')[1:]]
        local = [link for link in links if link.startswith("/")]
        assert local
        assert all(link.startswith("/ari/") for link in local)


def test_a_proxy_is_believed_only_where_it_is_named(serving: Serving) -> None:
    for arguments, expected in (((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "192.0.2.7")):
        running = serving(*arguments)
        running.ask("/health", X_Forwarded_For="192.0.2.7")
        assert running.log("/health")[0]["client"] == expected
