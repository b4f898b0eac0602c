"""CSV for neo4j-admin, imported by a real Neo4j."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from export.neo4j_reading import expected_of, held_by
from neo4j_server import SCRIPT, PrivateServer, script

from graphkit.errors import UsageError
from graphkit.neo4j.bulk import export as neo4j_export
from graphkit.subgraph import Subgraph


def test_neo4j_admin_imports_the_same_nodes_and_relationships(
    part: Subgraph,
    hostile: Subgraph,
    written: Callable[..., Path],
    private_server: Callable[..., PrivateServer],
) -> None:
    server = private_server()
    for name, subgraph in (("part", part), ("hostile", hostile)):
        load = written(subgraph, "neo4j-admin", name)
        server.stop()
        admin = shlex.join(["bash", str(SCRIPT), "--home", str(server.home), "admin"])
        environment = {**os.environ, "NEO4J_ADMIN": admin, "PYTHON": sys.executable}
        words = ["sh", str(load / "import.sh"), "neo4j", "--overwrite-destination=true"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        server = server.start()
        ran = script("shell", server=server, input=(load / "schema.cypher").read_text("utf-8"))
        assert ran.returncode == 0, ran.stderr
        nodes, relationships = held_by(server)
        expected_nodes, expected_relationships = expected_of(subgraph)
        assert nodes == expected_nodes
        assert relationships == expected_relationships


def test_of_the_whole_graph_it_is_what_neo4j_export_writes(
    whole: Subgraph, written: Callable[..., Path], tmp_path: Path
) -> None:
    load = written(whole, "neo4j-admin", "load")
    neo4j_export(whole.snapshot, whole.graph, tmp_path / "other", ["csv"])
    paths = sorted(path.relative_to(load) for path in load.rglob("*") if path.is_file())
    own = {Path("README.txt"), Path("about.json")}
    assert own < set(paths)
    for path in paths:
        if path not in own:
            assert (load / path).read_bytes() == (tmp_path / "other" / path).read_bytes()


def test_the_folder_says_what_it_is(hostile: Subgraph, written: Callable[..., Path]) -> None:
    load = written(hostile, "neo4j-admin", "load")
    beside = load.with_name("load.meta.json")
    assert json.loads((load / "about.json").read_bytes()) == json.loads(beside.read_bytes())
    first = (load / "README.txt").read_text("utf-8").splitlines()[0]
    assert hostile.snapshot.manifest.id in first
    assert "search:<hostile>" in first


def test_a_folder_that_holds_something_is_left_alone(
    part: Subgraph, written: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        written(part, "neo4j-admin", "load")
    assert (tmp_path / "load" / "mine.txt").read_text() == "mine"
