"""The file of a property graph is whole, or it is not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import SnapshotError
from graphkit.property_graph import building
from graphkit.property_graph.graph import FILE, PropertyGraph
from graphkit.snapshot import Snapshot


@pytest.fixture
def snapshot(sample: Any, tmp_path: Path) -> Snapshot:
    """A copy of the sample's snapshot without a property graph."""
    folder = tmp_path / "snapshot"
    shutil.copytree(sample.snapshot.folder, folder, ignore=shutil.ignore_patterns(f"*{FILE}*"))
    return Snapshot(folder)


def files(snapshot: Snapshot) -> list[str]:
    return [path.name for path in snapshot.folder.iterdir() if FILE in path.name]


def test_the_file_is_made_once(snapshot: Snapshot) -> None:
    steps: list[int] = []
    for _ in range(2):
        PropertyGraph.of(snapshot, lambda what, count: steps.append(count)).close()
    assert len([step for step in steps if step]) == 1
    assert files(snapshot) == [FILE]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_build_that_is_stopped_leaves_nothing(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def stop(what: str, count: int) -> None:
        raise error

    with pytest.raises(error):
        PropertyGraph.of(snapshot, stop)
    assert files(snapshot) == []
    with PropertyGraph.of(snapshot) as graph:
        assert graph.digest


def test_quads_that_are_cut_off_are_told_and_leave_nothing(snapshot: Snapshot) -> None:
    data = snapshot.quads.read_bytes()
    snapshot.quads.write_bytes(data[: len(data) // 2])
    with pytest.raises(SnapshotError, match="property graph cannot be made"):
        PropertyGraph.of(snapshot)
    assert files(snapshot) == []


@pytest.mark.parametrize(
    "cut", [lambda data: b"", lambda data: data[:5000], lambda data: b"x" * 9000]
)
def test_a_damaged_file_is_made_again(snapshot: Snapshot, cut: Callable[[bytes], bytes]) -> None:
    with PropertyGraph.of(snapshot) as graph:
        wanted = graph.digest
    path = snapshot.folder / FILE
    path.write_bytes(cut(path.read_bytes()))
    with PropertyGraph.of(snapshot) as graph:
        assert graph.digest == wanted
        assert len(list(graph.nodes())) == sum(graph.node_counts().values())


def test_a_file_of_another_make_is_made_again(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    PropertyGraph.of(snapshot).close()
    monkeypatch.setattr("graphkit.property_graph.graph.FORMAT", "other")
    steps: list[int] = []
    PropertyGraph.of(snapshot, lambda what, count: steps.append(count)).close()
    assert steps


def test_quads_in_order_are_not_put_in_order_first(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(*_: object) -> None:
        raise AssertionError("the slow way")

    monkeypatch.setattr(building, "scattered", unwanted)
    PropertyGraph.of(snapshot).close()
