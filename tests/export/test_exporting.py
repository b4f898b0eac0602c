"""Exporting from the command line: what stands there afterwards, and what a user is told."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Graph

from graphkit.export import FORMATS
from graphkit.view import write_page

Command = Callable[..., Answer]
ONE = ("question:16604", "--hops", "2")

MIDWAY = "import os, signal, graphkit.export.node_link as w; w._listed = lambda *_: {}"
"""Before the command: something happens when half a file is written."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def export(graphkit: Command, linked: Graph) -> Command:
    """Exports from the linked sample."""

    def run(*arguments: object) -> Answer:
        return graphkit("--graph", linked.folder, "export", *arguments)

    return run


def test_a_file_and_what_it_is_stand_side_by_side(export: Command, tmp_path: Path) -> None:
    answer = export(*ONE, "--degree", "partial", "-o", tmp_path / "net.json")
    assert answer.code == 0
    assert names(tmp_path) == ["net.json", "net.json.meta.json"]
    said = json.loads((tmp_path / "net.json.meta.json").read_bytes())
    assert said["parameters"] == {"seeds": ["question:16604"], "hops": 2, "degree": ["partial"]}
    assert said["labels"]["ResearchQuestion"] >= 1
    assert f"{said['nodes']:,} things, {said['relationships']:,} links" in answer.err
    assert any("Open Government Licence" in (one["attribution"] or "") for one in said["sources"])
    assert answer.out == ""


def test_standard_output_takes_a_single_file(export: Command) -> None:
    answer = export("question:16604", "--as", "node-link", "-o", "-")
    assert answer.code == 0
    assert answer.json()["directed"] is True


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("question:16604",), "-o"),
        (("-o", "net.json"), "nothing is selected"),
        (("question:16604", "-o", "net.xyz"), "--as"),
        (("question:16604", "-o", "-"), "--as"),
        (("question:16604", "-o", "net.json", "--as", "grapml"), "did you mean graphml"),
        (("question:16604", "-o", "net.png"), "graphkit plot network"),
        (("question:16604", "-o", "no/such/net.json"), "mkdir -p no/such"),
        (("question:0", "-o", "net.json"), "no such question"),
        (("department:Home Ofice", "-o", "net.json"), "Home Office"),
        (("query:awards-by-year", "-o", "net.json"), "no things"),
        (("question:16604", "-p", "x=y", "-o", "net.json"), "parameters are for queries"),
        (("all", "--since", "2090", "-o", "net.json"), "nothing is left"),
        (("all", "--projection", "people", "-o", "net.json"), "known: questions"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    export: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...], told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    answer = export(*arguments)
    assert answer.code == 2
    assert told in answer.err
    assert names(tmp_path) == []


def test_a_folder_in_place_of_a_file_is_refused(export: Command, tmp_path: Path) -> None:
    (tmp_path / "net.json").mkdir()
    answer = export("question:16604", "-o", tmp_path / "net.json")
    assert answer.code == 2
    assert "a folder, where a file is to be written" in answer.err
    assert names(tmp_path) == ["net.json"]


def test_a_blocked_companion_keeps_every_file_as_it_was(export: Command, tmp_path: Path) -> None:
    (tmp_path / "net.columns.csv").mkdir()
    (tmp_path / "net.relationships.csv").write_text("old")
    before = names(tmp_path)
    answer = export("question:16604", "-o", tmp_path / "net.csv")
    assert answer.code == 2
    assert names(tmp_path) == before
    assert (tmp_path / "net.relationships.csv").read_text() == "old"


def test_a_name_that_ends_as_a_folder_is_no_file(export: Command, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text("old")
    answer = export("question:16604", "-o", f"{tmp_path / 'net.json'}/")
    assert answer.code == 2
    assert (tmp_path / "net.json").read_text() == "old"


def test_a_page_is_held_to_strict_and_to_its_extension(
    export: Command, graphkit: Command, linked: Graph, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with monkeypatch.context() as small:
        small.setattr("graphkit.view.write_page", partial(write_page, max_nodes=50))
        answer = export("all", "--strict", "-o", tmp_path / "net.html")
    assert answer.code == 1
    assert "left out" in answer.err
    assert names(tmp_path) == []
    view = ("--graph", linked.folder, "view", "question:16604", "-o")
    assert graphkit(*view, tmp_path / "net.json").code == 2
    assert names(tmp_path) == []
    assert graphkit(*view, tmp_path / "net.html").code == 0
    assert names(tmp_path) == ["net.html"]


def test_strict_refuses_what_a_format_does_not_hold(export: Command, tmp_path: Path) -> None:
    target = tmp_path / "net.graphml"
    answer = export(*ONE, "-o", target, "--strict")
    assert answer.code == 1
    assert "changed: GraphML" in answer.err
    assert "--strict" in answer.err
    assert names(tmp_path) == []
    answer = export(*ONE, "-o", target)
    assert answer.code == 0
    said = json.loads((tmp_path / "net.graphml.meta.json").read_bytes())
    assert said["changed"]
    assert f"changed: {said['changed'][0]}" in answer.err


def test_an_old_file_stays_until_the_new_one_is_whole(
    command: Callable[..., Any], linked: Graph, tmp_path: Path
) -> None:
    target = tmp_path / "net.json"
    target.write_text("old")
    stop = MIDWAY.format("os.kill(os.getpid(), signal.SIGTERM)")
    call = ("--graph", linked.folder, "export", *ONE, "-o", target)
    process = command(*call, prelude=stop)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode().strip().endswith("graphkit: stopped")
    assert names(tmp_path) == ["net.json"]
    assert target.read_text() == "old"


def test_what_a_killed_export_left_is_swept_by_the_next(
    command: Callable[..., Any], export: Command, linked: Graph, tmp_path: Path
) -> None:
    target = tmp_path / "net.json"
    kill = MIDWAY.format("os.kill(os.getpid(), signal.SIGKILL)")
    process = command("--graph", linked.folder, "export", *ONE, "-o", target, prelude=kill)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert not target.exists()
    assert export(*ONE, "-o", target).code == 0
    assert names(tmp_path) == ["net.json", "net.json.meta.json"]


@pytest.mark.parametrize("form", ["node-link", "graphml", "csv", "sqlite", "parquet", "excel"])
def test_a_full_disk_leaves_nothing(
    command: Callable[..., Any], linked: Graph, tmp_path: Path, form: str
) -> None:
    full = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))"
    )
    target = tmp_path / "out" / f"net.{FORMATS[form].extensions[0]}"
    target.parent.mkdir()
    process = command("--graph", linked.folder, "export", *ONE, "-o", target, prelude=full)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "cannot be written" in err.decode()
    assert names(target.parent) == []


def test_the_formats_are_listed(export: Command) -> None:
    answer = export("--formats")
    assert answer.code == 0
    for name in FORMATS:
        assert name in answer.out


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_selection_gives_the_same_bytes(
    export: Command, tmp_path: Path, form: str
) -> None:
    found = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        target = folder / ".".join(["net", *FORMATS[form].extensions[:1]])
        assert export(*ONE, "-o", target, "--as", form).code == 0
        found.append(
            {
                path.relative_to(folder): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        )
    assert found[0] == found[1]
    assert len(found[0]) > 1


def test_a_pipe_is_written_into_and_stays_one(
    command: Callable[..., Any], linked: Graph, tmp_path: Path
) -> None:
    pipe = tmp_path / "net.json"
    os.mkfifo(pipe)
    process = command("--graph", linked.folder, "export", "question:16604", "-o", pipe)
    data = json.loads(pipe.read_bytes())
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert data["directed"] is True
    assert pipe.is_fifo()
    assert names(tmp_path) == ["net.json"]
