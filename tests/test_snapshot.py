"""A snapshot is published whole or not at all, whatever happens to the build."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit.build.pipeline import build, sample_folder
from graphkit.errors import SnapshotError
from graphkit.snapshot import Snapshot, snapshots
from graphkit.store import GraphStore

PROJECTS = "SELECT (COUNT(*) AS ?n) { ?p a <https://w3id.org/graphkit/ontology#Project> }"


def projects(graph: Path) -> int:
    """How many projects the snapshot in use holds, by its store and its manifest alike."""
    snapshot = Snapshot.current(graph)
    [row] = GraphStore(snapshot.store).select(PROJECTS)
    number = int(row["n"].value)
    assert number == snapshot.manifest.classes["Project"]
    assert snapshot.quads.stat().st_size > 0
    snapshot.rejects.read_bytes()
    snapshot.report()
    return number


def left_over(graph: Path) -> list[str]:
    """What builds left beside the snapshots."""
    return sorted(path.name for path in (graph / "snapshots").glob(".*"))


@pytest.fixture
def graph(sample: Any, tmp_path: Path) -> Path:
    """A copy of the built sample, to be written to."""
    shutil.copytree(sample.folder, tmp_path / "graph")
    return tmp_path / "graph"


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, and its projects again and again under other ids."""
    folder = tmp_path_factory.mktemp("larger") / "sources"
    shutil.copytree(sample_folder(), folder)
    lines = (folder / "gtr" / "projects.jsonl").read_text("utf-8").splitlines()
    with (folder / "gtr" / "more.jsonl").open("w", encoding="utf-8") as file:
        for copy in range(12):
            for number, line in enumerate(lines):
                record = json.loads(line)
                record["projectComposition"]["project"]["id"] = (
                    f"0A1B2C3D-0000-4000-{8000 + copy:04d}-{number:012d}"
                )
                file.write(json.dumps(record) + "\n")
    return folder


# ---- Kills ----


def kill_at_random(
    command: Callable[..., Any], graph: Path, source: Path, kills: int, seed: int
) -> int:
    """Kill builds at random moments; returns how many died of it.

    The moments are spread over the time that passes while a build has a folder of its own.
    """
    luck = random.Random(seed)
    killed = 0
    before = Snapshot.current(graph).manifest.id
    for number in range(kills):
        process = command("--graph", graph, "build", source, stdout=subprocess.DEVNULL)
        started = time.monotonic()
        while not left_over(graph) and process.poll() is None and time.monotonic() < started + 20:
            time.sleep(0.002)
        time.sleep(0.9 * (number + luck.random()) / kills)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        now = Snapshot.current(graph).manifest.id
        if process.returncode == -signal.SIGKILL and now == before:
            assert projects(graph) == 90
        else:  # it was through, or all but through
            assert projects(graph) == 90 + 12 * 80
            shutil.rmtree(graph / "snapshots" / now)
            (graph / "current").write_text(f"{before}\n", "utf-8")
    return killed


def test_a_killed_build_leaves_the_snapshot_in_use_and_the_next_build_cleans_up(
    command: Callable[..., Any], graph: Path, larger: Path
) -> None:
    assert kill_at_random(command, graph, larger, 8, 1) >= 4
    build(graph, [str(sample_folder())])
    assert left_over(graph) == []
    assert projects(graph) == 90


@pytest.mark.long
def test_forty_killed_builds_leave_the_snapshot_in_use(
    command: Callable[..., Any], graph: Path, larger: Path
) -> None:
    assert kill_at_random(command, graph, larger, 40, 2) >= 20
    build(graph, [str(sample_folder())])
    assert left_over(graph) == []


def test_what_a_dead_build_left_is_swept_but_not_what_a_live_one_works_in(
    command: Callable[..., Any], graph: Path, larger: Path
) -> None:
    dead = graph / "snapshots" / ".building-20200101T000000Z-1-abcdef"
    dead.mkdir()
    (dead / "quads.nq.gz").write_bytes(b"half")
    dead.with_name(f"{dead.name}.lock").touch()
    live = command("--graph", graph, "build", larger)
    while len(left_over(graph)) != 2 or dead.name in left_over(graph):
        assert live.poll() is None
        time.sleep(0.005)
    build(graph, [str(sample_folder())])
    _, errors = live.communicate()
    assert live.returncode == 0, errors
    assert left_over(graph) == []
    assert projects(graph) in (90, 90 + 12 * 80)


def test_two_builds_at_once_both_succeed(
    command: Callable[..., Any], tmp_path: Path, larger: Path
) -> None:
    graph = tmp_path / "graph"
    both = [command("--graph", graph, "build", s) for s in (larger, sample_folder())]
    for process in both:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert len(snapshots(graph)) == 2
    assert projects(graph) in (90, 90 + 12 * 80)
    assert left_over(graph) == []


def test_an_interrupted_build_leaves_with_130_and_nothing_behind(
    command: Callable[..., Any], graph: Path, larger: Path
) -> None:
    before = Snapshot.current(graph).manifest.id
    for wait in (0.02, 0.2):
        process = command("--graph", graph, "build", larger)
        while not left_over(graph):
            assert process.poll() is None
            time.sleep(0.002)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate()
        assert process.returncode == 130, errors
        assert out == b""
        assert b"Traceback" not in errors
        assert errors.endswith(b"graphkit: stopped\n")
        assert left_over(graph) == []
        assert Snapshot.current(graph).manifest.id == before


# ---- Folders that cannot be written, disks that are full ----


@pytest.mark.parametrize("limit", [4_000, 60_000, 300_000])
def test_a_full_disk_gives_one_line_and_leaves_the_old_snapshot(
    command: Callable[..., Any], graph: Path, larger: Path, limit: int
) -> None:
    before = Snapshot.current(graph).manifest.id
    prelude = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({limit}, {limit}))"
    process = command("--graph", graph, "build", larger, prelude=prelude)
    out, errors = process.communicate()
    assert process.returncode == 2, errors
    assert out == b""
    assert b"Traceback" not in errors
    assert errors.count(b"\n") == 1, errors
    assert b"this should not have happened" not in errors
    assert Snapshot.current(graph).manifest.id == before
    assert left_over(graph) == []
    assert projects(graph) == 90


def test_a_folder_that_cannot_be_written_is_refused_with_a_hint(
    graphkit: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("x", "utf-8")
    inside = graphkit("--graph", file / "graph", "build", "--sample")
    assert inside.code == 2
    assert "cannot be written" in inside.err
    assert "--graph" in inside.err
    assert graphkit("--graph", "/proc/graph", "build", "--sample").code == 2
    assert file.read_text("utf-8") == "x"


# Root may write anywhere, so it becomes nobody, who may not read every library: load them first.
BECOME_NOBODY = """
import os
if os.getuid() == 0:
    import filelock, rapidfuzz.fuzz, rapidfuzz.process, rich.box, rich.console, rich.table
    import graphkit.around, graphkit.build.pipeline, graphkit.cli.build, graphkit.cli.info
    import graphkit.cli.show, rich.cells, rich.text, rich._unicode_data
    graphkit.build.pipeline.sample_folder()  # loads what it needs
    os.setuid(65534)
"""


def test_a_read_only_folder_can_be_read_but_not_built_in(
    command: Callable[..., Any], sample: Any
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph = folder / "graph"
        shutil.copytree(sample.folder, graph)
        for path in [folder, graph, *graph.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            for words, code in ((("info", "--format", "csv"), 0), (("build", "--sample"), 2)):
                process = command("--graph", graph, *words, prelude=BECOME_NOBODY)
                _, errors = process.communicate()
                assert process.returncode == code, errors
            assert b"cannot be written" in errors
            assert errors.count(b"\n") == 1
            process = command("--graph", graph, "show", "16604", prelude=BECOME_NOBODY)
            _, errors = process.communicate()
            assert process.returncode == 0, errors
            assert b"16604" in errors
        finally:
            for path in [folder, graph, *graph.rglob("*")]:
                path.chmod(0o755 if path.is_dir() else 0o644)


# ---- Damage ----


def spoil_current(text: bytes) -> Callable[[Path], None]:
    return lambda graph: (graph / "current").write_bytes(text) and None


def spoil(name: str, content: bytes | None) -> Callable[[Path], None]:
    def act(graph: Path) -> None:
        path = Snapshot.current(graph).folder / name
        if content is not None:
            path.write_bytes(content)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return act


def empty_tables(graph: Path) -> None:
    for path in Snapshot.current(graph).store.glob("*.sst"):
        path.write_bytes(path.read_bytes()[:100])


def other_format(graph: Path) -> None:
    path = Snapshot.current(graph).folder / "manifest.json"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r'"format": 1', '"format": 99', text), "utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda graph: (graph / "current").unlink(), "current: is missing"),
        (lambda graph: shutil.rmtree(graph), "no graph here yet"),
        (spoil_current(b""), "damaged"),
        (spoil_current(b"\n"), "damaged"),
        (spoil_current(b"../../etc"), "damaged"),
        (spoil_current(b".building-x"), "damaged"),
        (spoil_current(b"\xff\xfe\x00"), "damaged"),
        (spoil_current(b"a\x00b"), "damaged"),
        (spoil_current(b"20200101T000000Z-00000000\n"), "no snapshot here"),
        (spoil_current(b"x" * 5000), "cannot be read"),
        (spoil("manifest.json", None), "no snapshot here"),
        (spoil("manifest.json", b""), "cannot be read"),
        (spoil("manifest.json", b'{"id": 1}'), "cannot be read"),
        (spoil("manifest.json", b"\xff\xfe{"), "cannot be read"),
        (spoil("manifest.json", b"[" * 100_000), "cannot be read"),
        (other_format, "another format"),
        (spoil("store", None), "cannot be opened"),
        (empty_tables, "cannot be opened"),
    ],
)
def test_a_damaged_graph_is_told_with_what_to_do(
    graphkit: Callable[..., Any], graph: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(graph)
    answer = graphkit("--graph", graph, "show", "16604")
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert "build" in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "name", "content"),
    [
        (("info",), "report.json", b"\xff"),
        (("info",), "report.json", None),
        (("rejects",), "rejects.jsonl", b"{}\n"),
        (("rejects",), "rejects.jsonl", None),
        (("validate",), "quads.nq.gz", None),
        (("validate",), "quads.nq.gz", b"no gzip"),
        (("validate",), "quads.nq.gz", b"\x1f\x8b\x08\x00" + b"\xff" * 99),
    ],
)
def test_a_damaged_part_is_named(
    graphkit: Callable[..., Any],
    graph: Path,
    words: tuple[str, ...],
    name: str,
    content: bytes | None,
) -> None:
    spoil(name, content)(graph)
    answer = graphkit("--graph", graph, *words)
    assert answer.code == 2
    assert name in answer.err
    assert answer.err.count("\n") == 1
    if words == ("info",):
        assert answer.err.count(name) == 1
        assert "Errno" not in answer.err
        assert "build again" in answer.err


def test_damage_is_mended_by_building_again(graphkit: Callable[..., Any], graph: Path) -> None:
    spoil_current(b"\x00")(graph)
    assert graphkit("--graph", graph, "build", "--sample").code == 0
    assert projects(graph) == 90


def test_a_snapshot_can_be_opened_where_another_process_reads_it(graph: Path) -> None:
    first = GraphStore(Snapshot.current(graph).store)
    build(graph, [str(sample_folder())])
    second = GraphStore(Snapshot.current(graph).store)
    assert len(list(first.select(PROJECTS))) == len(list(second.select(PROJECTS))) == 1


def test_who_may_read_a_snapshot_may_read_all_of_it(sample: Graph) -> None:
    folder = sample.snapshot.folder
    modes = {path: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    usual = modes[folder / "manifest.json"]
    assert (folder / "search" / "meta.json") in modes
    assert [path for path, mode in modes.items() if mode != usual] == []


def test_no_graph_is_a_snapshot_error_for_the_library_too(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="graphkit build --sample"):
        Snapshot.current(tmp_path)
    assert snapshots(tmp_path) == []
