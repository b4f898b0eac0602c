"""The embedded engine's file: whole or not there, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Graph

from graphkit.embedded import image as images
from graphkit.embedded.answering import OpenedGraph, run
from graphkit.embedded.image import PREFIX, image_of
from graphkit.errors import GraphkitError, UsageError
from graphkit.property_graph.graph import PropertyGraph

COUNT = "MATCH (n) RETURN count(n) AS n"


@pytest.fixture
def own(sample: Graph, tmp_path: Path) -> Graph:
    """A copy of the sample without an image."""
    shutil.copytree(sample.folder, tmp_path / "graph")
    for path in (tmp_path / "graph").rglob(f"*{PREFIX}*"):
        path.unlink()
    return Graph(tmp_path / "graph")


def nodes(graph: Graph) -> int:
    with PropertyGraph.of(graph.snapshot) as property_graph:
        return sum(property_graph.node_counts().values())


def left(graph: Graph) -> list[str]:
    """Files of images beside the snapshot."""
    found = sorted(path.name for path in graph.snapshot.folder.glob(f"*{PREFIX}*"))
    return [name for name in found if not name.endswith("lock")]


def test_an_image_is_made_once(own: Graph) -> None:
    first = image_of(own.snapshot)
    made = first.stat().st_mtime_ns
    assert image_of(own.snapshot) == first
    assert first.stat().st_mtime_ns == made
    assert left(own) == [first.name]
    assert run(own.snapshot, COUNT).rows == [(nodes(own),)]


def test_an_image_of_another_make_is_made_again(
    own: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = image_of(own.snapshot)
    monkeypatch.setattr(images, "FORMAT", "another")
    new = image_of(own.snapshot)
    assert new != old
    assert left(own) == [new.name]


@pytest.mark.parametrize("size", [0, 100, 50_000])
def test_a_damaged_image_is_made_again(own: Graph, size: int) -> None:
    path = image_of(own.snapshot)
    with path.open("r+b") as file:
        file.truncate(size)
    assert run(own.snapshot, COUNT).rows == [(nodes(own),)]
    assert path.stat().st_size > 50_000


def test_what_is_no_image_is_replaced(own: Graph) -> None:
    path = image_of(own.snapshot)
    path.write_bytes(b"nonsense" * 1000)
    assert OpenedGraph(own.snapshot).run(COUNT).rows == [(nodes(own),)]


PROGRAM = """
import sys
from pathlib import Path
from graphkit.embedded.answering import OpenedGraph, run
from graphkit.embedded import loading
from graphkit.snapshot import Snapshot
loading.BATCH = 50
def say(what, count):
    print(what, flush=True)
print(run(Snapshot.current(Path(sys.argv[1])), "MATCH (n) RETURN count(n) AS n", progress=say).rows)
"""


def start(graph: Graph) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(graph.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("moment", ["nodes for Cypher", "relationships for", "writing the image"])
def test_a_build_that_is_killed_leaves_nothing_that_is_taken_for_whole(
    own: Graph, moment: str
) -> None:
    process = start(own)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(moment):
            if moment.startswith("writing"):
                time.sleep(0.01)
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert all(name.startswith(".") for name in left(own)) or left(own)[0].endswith(".kgl")
    assert run(own.snapshot, COUNT).rows == [(nodes(own),)]
    assert len(left(own)) == 1, "what the killed one left is swept away"


def test_two_at_once_both_answer(own: Graph) -> None:
    first, second = start(own), start(own)
    answers = {process.communicate()[0].splitlines()[-1] for process in (first, second)}
    assert answers == {f"[({nodes(own)},)]"}
    assert len(left(own)) == 1


def test_a_folder_that_cannot_be_written_is_left_alone(
    own: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = nodes(own)
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    access: Callable[..., bool] = os.access
    refused = own.snapshot.folder
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path) != refused and access(path, mode)
    )
    assert run(own.snapshot, COUNT).rows == [(expected,)]
    assert left(own) == []
    path = image_of(own.snapshot)
    assert path.is_relative_to(elsewhere)
    assert image_of(own.snapshot) == path, "it is found again"
    path.parent.chmod(0o777)  # now anybody could have put a file there
    assert image_of(own.snapshot) != path


def test_something_lost_in_loading_is_told(own: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Any = PropertyGraph.relationship_counts
    monkeypatch.setattr(
        PropertyGraph, "relationship_counts", lambda self: counts(self) | {"ADDRESSES": 11}
    )
    with pytest.raises(GraphkitError, match=r"holds 10 relationships ADDRESSES and was given 11"):
        image_of(own.snapshot)
    assert left(own) == []


# ---- a statement in a process of its own ----


def test_a_statement_that_takes_too_long_is_stopped(own: Graph) -> None:
    image_of(own.snapshot)
    started = time.monotonic()
    endless = "MATCH (a), (b), (c) WHERE a.id + b.id = c.id RETURN count(*) AS n"
    with pytest.raises(UsageError, match=r"stopped after 0\.8 s \(--timeout\)"):
        run(own.snapshot, endless, timeout=0.8)
    assert time.monotonic() - started < 5


def test_a_statement_that_takes_all_memory_ends_alone(own: Graph) -> None:
    greedy = "RETURN size(reduce(s = 'x', i IN range(1, 60) | s + s)) AS n"
    with pytest.raises(UsageError, match="needs more memory"):
        run(own.snapshot, greedy, memory=1 << 30)
    assert run(own.snapshot, COUNT).rows == [(nodes(own),)]


def test_a_limit_cuts_and_says_so(own: Graph) -> None:
    result = run(own.snapshot, "MATCH (n) RETURN n.iri AS i", limit=3)
    assert (len(result.rows), result.truncated) == (3, True)
    result = run(own.snapshot, "RETURN 1 AS i", limit=1)
    assert (len(result.rows), result.truncated) == (1, False)
    result = run(own.snapshot, "UNWIND range(1, 3) AS i RETURN i", limit=0)
    assert (result.columns, result.rows, result.truncated) == (("i",), [], True)


def test_a_huge_answer_comes_whole(own: Graph) -> None:
    result = run(own.snapshot, "UNWIND range(1, 300000) AS i RETURN i, 'text ' + toString(i) AS t")
    assert len(result.rows) == 300_000
    assert result.rows[-1] == (300_000, "text 300000")


def test_a_date_as_a_parameter_is_refused(own: Graph) -> None:
    from datetime import date

    with pytest.raises(UsageError, match="write date"):
        run(own.snapshot, "RETURN $d AS d", {"d": date(2026, 1, 1)})
