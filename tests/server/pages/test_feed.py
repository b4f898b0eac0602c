"""The feed of what changed since the snapshot before."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Graph
from flask.testing import FlaskClient

from graphkit.property_graph.graph import FILE
from graphkit.server.site import Dataset, create_app
from graphkit.snapshot import snapshots


@pytest.fixture
def moved(built: Callable[..., Graph], files: Callable[..., Path]) -> Graph:
    """A graph in which a question was reworded since the snapshot before."""
    for text in ("What helps towns?", "What helps small & large towns?"):
        time.sleep(1.1)  # ids of snapshots tell seconds
        graph = built(files({"q.json": {"data": [{"questionId": 7, "question": text}]}}))
    return graph


def client_of(graph: Graph, spool: Path) -> FlaskClient:
    return create_app(Dataset.of_snapshot(graph.snapshot), spool).test_client()


def test_the_feed_tells_what_changed(moved: Graph, spool: Path) -> None:
    answer = client_of(moved, spool).get("/changes.atom")
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.data)
    space = "{http://www.w3.org/2005/Atom}"
    [entry] = root.findall(f"{space}entry")
    assert entry.findtext(f"{space}title", "").startswith("questions, reworded: What helps small &")
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{space}link")}
    assert links == {"self": "http://localhost/changes.atom"}


def test_where_nothing_was_compared_yet_the_answer_says_what_to_do(
    moved: Graph, spool: Path
) -> None:
    for name in snapshots(moved.folder):
        (moved.folder / "snapshots" / name / FILE).unlink(missing_ok=True)
    answer = client_of(moved, spool).get("/changes.atom")
    assert answer.status_code == 404
    assert "graphkit diff previous" in answer.text


def test_a_file_of_another_make_is_not_made_again_for_a_reader(moved: Graph, spool: Path) -> None:
    path = moved.snapshot.folder / FILE
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE meta SET value = 'another' WHERE name = 'made_from'")
    before = path.read_bytes()
    answer = client_of(moved, spool).get("/changes.atom")
    assert answer.status_code == 404
    assert "graphkit diff previous" in answer.text
    assert path.read_bytes() == before


def test_a_single_snapshot_has_no_feed(client: FlaskClient) -> None:
    answer = client.get("/changes.atom")
    assert answer.status_code == 404
    assert "nothing has changed yet" in answer.text
