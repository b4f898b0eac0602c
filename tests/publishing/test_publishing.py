"""A snapshot in a real store: what is sent, what is kept, what is left alone."""

from __future__ import annotations

import csv
import errno
import gzip
import io
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph
from sparql_store import BASE, PUBLISHED, Asked, Door, Store

from graphkit.build.pipeline import sample_folder
from graphkit.publishing import Connection, Publication, find_endpoints
from graphkit.publishing.bookkeeping import RemoteStore
from graphkit.publishing.parts import cut

Publish = Callable[..., Answer]


def actions(answer: Answer) -> dict[str, tuple[str, str]]:
    """Action and reason for each graph, by the last part of its name."""
    rows = csv.DictReader(io.StringIO(answer.out))
    return {row["graph"].rpartition("/")[2]: (row["action"], row["why"]) for row in rows}


def test_the_store_holds_exactly_the_statements_of_the_snapshot(
    sample: Graph, store: Store, publish: Publish
) -> None:
    done = publish(sample, store.url)
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)
    assert f"holds snapshot {sample.snapshot.manifest.id}" in done.err
    assert set(actions(done).values()) == {("upload", "new")}


def test_what_is_unchanged_is_not_sent_again(
    sample: Graph, store: Store, door: Door, publish: Publish
) -> None:
    publish(sample, store.url)
    again = publish(sample, door.url)
    assert again.code == 0
    assert set(actions(again).values()) == {("keep", "unchanged")}
    assert door.of("PUT", "DELETE") == []
    assert not [one for one in door.asked if one.path.startswith("/update")]


def test_what_changed_is_sent_and_nothing_else(
    sample: Graph,
    built: Callable[..., Graph],
    files: Callable[..., Path],
    store: Store,
    publish: Publish,
) -> None:
    page = next(sample_folder().rglob("*.csv"))
    content = page.read_text("utf-8")
    first = built(files({page.name: content}), into="first")
    assert publish(first, store.url).code == 0
    lines = content.splitlines(keepends=True)
    second = built(files({page.name: "".join(lines[:-1])}), into="second")
    done = publish(second, store.url, "--prune")
    assert done.code == 0, done.err
    what = actions(done)
    assert what["ontology"] == ("keep", "unchanged")
    assert what["catalogue"] == ("upload", "changed")
    assert "drop" not in {action for action, _ in what.values()}
    assert store.lines() == set(second.lines)


def test_what_somebody_else_changed_is_put_right(
    sample: Graph, store: Store, publish: Publish
) -> None:
    publish(sample, store.url)
    store.update(f"DELETE WHERE {{ GRAPH <{BASE}graph/derived> {{ ?s a ?o }} }}")
    done = publish(sample, store.url)
    sent = {name: why for name, why in actions(done).items() if why[0] == "upload"}
    assert sent == {"derived": ("upload", "differs in the store")}
    assert store.lines() == set(sample.lines)


def test_a_dry_run_writes_nothing(
    sample: Graph, store: Store, door: Door, publish: Publish
) -> None:
    done = publish(sample, door.url, "--dry-run")
    assert done.code == 0
    assert set(actions(done).values()) == {("upload", "new")}
    assert {one.method for one in door.asked} <= {"GET", "HEAD", "POST"}
    assert {one.path for one in door.of("POST")} == {"/query"}
    assert store.counts() == {}


def test_graphs_that_vanished_go_only_when_asked_and_those_of_others_stay(
    sample: Graph, store: Store, publish: Publish
) -> None:
    publish(sample, store.url)
    old, foreign, hostile = f"{BASE}graph/old", "http://example.org/g", f"{BASE}graph/theirs"
    store.update(
        f"INSERT DATA {{ GRAPH <{old}> {{ <x:s> <x:p> 1 }} GRAPH <{foreign}> {{ <x:s> <x:p> 1 }} "
        f"GRAPH <{hostile}> {{ <x:s> <x:p> 1 }} GRAPH <{PUBLISHED}> {{ "
        f"<{old}> a <http://rdfs.org/ns/void#Dataset> . "
        f"<{foreign}> a <http://rdfs.org/ns/void#Dataset> . "
        f"<{PUBLISHED}> a <http://rdfs.org/ns/void#Dataset> }} }}"
    )
    left = publish(sample, store.url)
    assert actions(left)["old"] == ("leave", "not in the snapshot")
    assert "--prune drops them" in left.err
    assert old in store.counts()
    dry = publish(sample, store.url, "--prune", "--dry-run")
    assert actions(dry)["old"] == ("drop", "not in the snapshot")
    assert old in store.counts()
    dropped = publish(sample, store.url, "--prune")
    assert dropped.code == 0
    assert old not in store.counts()
    assert old not in store.noted()
    assert {foreign, hostile} <= store.counts().keys()
    assert len(store.noted()) >= 10


def test_a_graph_of_the_same_name_that_is_not_ours_is_not_overwritten_unasked(
    sample: Graph, store: Store, publish: Publish
) -> None:
    graph = f"{BASE}graph/register"
    store.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> 1 }} }}")
    refused = publish(sample, store.url)
    assert refused.code == 2
    assert graph in refused.err
    assert "--replace" in refused.err
    assert store.counts() == {graph: 1}
    assert publish(sample, store.url, "--replace").code == 0
    assert store.lines() == set(sample.lines)


def test_a_graph_larger_than_a_piece_arrives_whole(
    sample: Graph, store: Store, door: Door, tmp_path: Path
) -> None:
    store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/ontology> {{ <x:s> <x:p> 1 }} }}")
    connection = Connection(door.url)
    remote = RemoteStore(connection, find_endpoints(connection), BASE)
    parts = cut(sample.snapshot, tmp_path)
    publication = Publication(connection, remote, parts, "a", piece=50_000)
    outcome = publication.run(publication.plan(), replace=True)
    connection.close()
    assert outcome.differences == ()
    assert store.lines() == set(sample.lines)
    assert max(len(one.body) for one in door.of("PUT", "POST")) < 60_000
    assert len(door.of("PUT")) == len(parts)
    assert len(door.of("POST")) > len(parts)


def test_a_store_that_takes_small_bodies_only_gets_small_pieces(
    sample: Graph, store: Store, door: Door, publish: Publish
) -> None:
    def small_only(asked: Asked) -> None:
        if len(asked.body) > 40_000:
            asked.refuse(413, b"<html>too large</html>", Content_Type="text/html")

    door.rule = small_only
    done = publish(sample, door.url)
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)


def test_what_was_killed_half_way_goes_on_from_there(
    sample: Graph,
    store: Store,
    door: Door,
    publish: Publish,
    command: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    held = 5
    door.rule = lambda asked: time.sleep(30) if len(door.of("PUT")) > held else None
    words = ("--graph", sample.folder, "publish", "--to", door.url)
    process = command(*words, env={"TMPDIR": str(tmp_path)})
    until = time.monotonic() + 30
    while len(door.of("PUT")) <= held and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 0 < len(store.counts()) < 10
    assert "" in store.noted().values()  # the one under way

    done = publish(sample, store.url)
    assert done.code == 0
    why = [reason for _, reason in actions(done).values()]
    assert (why.count("unchanged"), why.count("unfinished")) == (held, 1)
    assert store.lines() == set(sample.lines)
    assert "" not in store.noted().values()


def test_a_graph_whose_count_differs_is_said_and_sent_again_the_next_time(
    sample: Graph, store: Store, door: Door, publish: Publish
) -> None:
    graph = f"{BASE}graph/identity"

    def swallow(asked: Asked) -> None:
        if asked.method == "PUT" and asked.path.endswith("identity"):
            asked.body = b"".join(asked.body.splitlines(keepends=True)[:-1])

    door.rule = swallow
    short = publish(sample, door.url)
    assert short.code == 1
    assert f"{graph}: " in short.err
    assert store.noted()[graph] == ""
    again = publish(sample, store.url)
    assert again.code == 0
    assert actions(again)["identity"] == ("upload", "unfinished")
    assert store.lines() == set(sample.lines)


def test_a_store_that_keeps_what_a_graph_held_before_is_emptied_first(
    sample: Graph, store: Store, door: Door, publish: Publish
) -> None:
    left = f"INSERT DATA {{ GRAPH <{BASE}graph/identity> {{ <x:s> <x:p> 1 }} }}"
    graph = "graph%2Fidentity"

    def keeping(asked: Asked) -> None:
        emptied = any(one.path.endswith(graph) for one in door.of("DELETE"))
        if asked.method == "PUT" and asked.path.endswith(graph) and not emptied:
            store.update(left)
            asked.method = "POST"  # adds to what is there

    door.rule = keeping
    done = publish(sample, door.url)
    assert done.code == 0, done.err
    assert store.lines() == set(sample.lines)


def truncated(quads: bytes) -> bytes:
    return quads[: len(quads) // 2]


def without_a_graph(quads: bytes) -> bytes:
    lines = gzip.decompress(quads).splitlines(keepends=True)
    return gzip.compress(b"".join(line for line in lines if b"/graph/derived>" not in line))


def of_another_graph(quads: bytes) -> bytes:
    return gzip.compress(gzip.decompress(quads) + b"<x:s> <x:p> <x:o> <x:g> .\n")


def without_graphs(quads: bytes) -> bytes:
    return gzip.compress(b"no quads at all\n")


@pytest.mark.parametrize(
    "damage", [truncated, without_a_graph, of_another_graph, without_graphs, None]
)
def test_a_damaged_snapshot_is_not_published(
    sample: Graph,
    store: Store,
    publish: Publish,
    tmp_path: Path,
    damage: Callable[[bytes], bytes] | None,
) -> None:
    graph = Graph(tmp_path / "graph")
    shutil.copytree(sample.folder, graph.folder)
    quads = graph.snapshot.quads
    if damage is None:
        quads.unlink()
    else:
        quads.write_bytes(damage(quads.read_bytes()))
    done = publish(graph, store.url)
    assert done.code == 2
    assert f"{quads}: is damaged; build again" in done.err
    assert store.counts() == {}


def test_a_folder_for_what_is_cut_that_cannot_be_written_is_named(
    sample: Graph, store: Store, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("graphkit.publishing.parts.cut_by_graph", full)
    done = publish(sample, store.url)
    assert done.code == 2
    assert "No space left on device; TMPDIR" in done.err
