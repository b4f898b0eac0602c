"""The same input gives the same bytes, wherever and in whatever order it lies."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.build.pipeline import sample_folder

PARTS = ("ari", "gtr", "organisations", "places")


def digest(graph: Any) -> str:
    return hashlib.sha256(graph.snapshot.quads.read_bytes()).hexdigest()


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A copy of the sample elsewhere, with other file times."""
    target = tmp_path / "else where"
    shutil.copytree(sample_folder(), target)
    for path in target.rglob("*"):
        os.utime(path, (86_400, 86_400))
    return target


def test_two_builds_give_the_same_bytes(built: Callable[..., Any], sample: Any) -> None:
    again = built(sample_folder())
    assert digest(again) == digest(sample) == again.snapshot.manifest.quads_sha256


def test_the_order_of_the_arguments_leaves_no_trace(built: Callable[..., Any], moved: Path) -> None:
    # The manifest names files from the sample's folder on, so each is given by a glob from there.
    files = sorted(str(path) for part in PARTS for path in (moved / part).iterdir())
    for part in PARTS:
        shutil.copy(moved / "sources.json", moved / part)
    first = built(*files, into="a")
    turned = built(*reversed(files), into="b")
    shuffled = random.Random(7).sample(files, len(files))
    mixed = built(*shuffled, into="c")
    assert digest(first) == digest(turned) == digest(mixed)


def test_a_copy_of_the_folder_elsewhere_gives_the_same_statements(
    built: Callable[..., Any], moved: Path, sample: Any
) -> None:
    assert digest(built(moved)) == digest(sample)


def test_without_a_manifest_the_files_own_times_stand_in_the_catalogue(
    built: Callable[..., Any], moved: Path
) -> None:
    (moved / "sources.json").unlink()
    graph = built(moved / "ari", moved / "gtr")
    times = graph.column("SELECT ?t { ?s a gk:Source ; prov:generatedAtTime ?t }")
    assert set(times) == {"1970-01-02T00:00:00Z"}


def test_files_under_other_names_say_the_same_in_graphs_of_other_names(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    one = make.portal(1, title="Weirs and otters")
    two = make.portal(1, lead="University of Weirs", title="Weirs, and otters", status="Closed")
    three = make.table({"Title": "Weirs", "LeadROName": "Weir University", "Region": "London"})
    first = files({"a.json": one, "b.json": two, "c.csv": three}, "first")
    second = files({"z.json": one, "y.json": two, "x.csv": three}, "second")
    for path in [*first.iterdir(), *second.iterdir()]:
        os.utime(path, (86_400, 86_400))
    graphs = [built(first, into="a"), built(second, into="b")]
    said = [[line for line in graph.lines if "/graph/catalogue>" not in line] for graph in graphs]
    renamed = {"json-a>": "json-z>", "json-b>": "json-y>", "csv-c>": "csv-x>"}
    for old, new in renamed.items():
        said[0] = [line.replace(old, new) for line in said[0]]
    assert said[0] == said[1]


def test_a_folder_of_another_name_changes_nothing(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    first = files({"a.json": make.portal(1)}, "first")
    second = files({"a.json": make.portal(1)}, "second/inner")
    for path in (first / "a.json", second / "a.json"):
        os.utime(path, (86_400, 86_400))
    assert built(first, into="a").lines == built(second.parent, into="b").lines


def test_files_of_one_name_in_two_folders_have_graphs_of_their_own(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    first = files({"a.json": make.portal(1)}, "first")
    second = files({"a.json": make.portal(2)}, "second")
    names = [
        {
            graph.rpartition("/")[2]
            for graph in built(*folders, into=name).column("SELECT ?g { ?g a gk:Source }")
        }
        for name, folders in (("a", (first, second)), ("b", (second, first)), ("c", (first,)))
    ]
    assert names[0] == names[1] == {"gtr-portal-json-first-a", "gtr-portal-json-second-a"}
    assert names[2] == {"gtr-portal-json-a"}


def test_files_whose_names_are_alike_have_graphs_told_apart_by_their_content(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    folder = files({"a b.json": make.portal(1), "a-b.json": make.portal(2)})
    graphs = built(folder).column("SELECT ?g { ?g a gk:Source }")
    names = {graph.rpartition("/")[2] for graph in graphs}
    assert len(names) == 2
    assert all(re.fullmatch("gtr-portal-json-a-b-[0-9a-f]{12}", name) for name in names)


def test_compression_changes_no_more_than_the_hash_of_the_source(
    built: Callable[..., Any], moved: Path
) -> None:
    plain = built(moved / "gtr", into="a")
    (moved / "gtr" / "projects.jsonl.gz").write_bytes(
        gzip.compress((moved / "gtr" / "projects.jsonl").read_bytes())
    )
    (moved / "gtr" / "projects.jsonl").unlink()
    zipped = built(moved / "gtr", into="b")

    def triples(graph: Any) -> set[str]:
        return {line.rpartition(" <")[0] for line in graph.lines if "/graph/catalogue>" not in line}

    assert triples(plain) == triples(zipped)


def test_a_source_given_twice_changes_nothing(
    built: Callable[..., Any], moved: Path, sample: Any
) -> None:
    again = moved / "z again"
    again.mkdir()
    for path in (moved / "gtr").iterdir():
        shutil.copy(path, again / f"z-copy-of-{path.name}")
    for path in (moved / "organisations").iterdir():
        shutil.copy(path, again / f"z-copy-of-{path.name}")
    (moved / "linked").symlink_to(moved / "gtr")
    graph = built(moved)

    def said(graph: Any) -> list[str]:
        return [line for line in graph.lines if "/graph/catalogue>" not in line]

    assert said(graph) == said(sample)
    warned = graph.report()["warnings"]
    assert sum(number for what, number in warned.items() if "same content" in what) == 3
    assert not graph.rejects()


def test_hash_randomisation_leaves_no_trace(command: Callable[..., Any], tmp_path: Path) -> None:
    digests = set()
    for seed in ("1", "4242"):
        graph = tmp_path / seed
        process = command("--graph", graph, "build", "--sample", env={"PYTHONHASHSEED": seed})
        process.communicate()
        assert process.returncode == 0
        [quads] = graph.glob("snapshots/*/quads.nq.gz")
        digests.add(hashlib.sha256(quads.read_bytes()).hexdigest())
    assert len(digests) == 1
