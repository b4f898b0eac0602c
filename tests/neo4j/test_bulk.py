"""First loads without a network: what is written, and that a real Neo4j takes it whole."""

from __future__ import annotations

import csv
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_graph import hostile_graph
from hypothesis import given
from hypothesis import strategies as st
from neo4j_server import SCRIPT, Neo4jServer, PrivateServer, script

from graphkit.errors import UsageError
from graphkit.neo4j import bulk
from graphkit.neo4j.bulk import export
from graphkit.neo4j.bulk_csv import DELIMITERS, Layout, is_inexpressible
from graphkit.neo4j.cypher_script import literal, name, string
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Snapshot


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory, sample: Any) -> dict[str, Path]:
    """The folders of the sample, and of a graph of everything that is hard to write."""
    return {
        "sample": sample.folder,
        "hostile": hostile_graph(tmp_path_factory.mktemp("hostile") / "graph"),
    }


@pytest.fixture(params=["sample", "hostile"])
def graph(request: pytest.FixtureRequest, graphs: dict[str, Path]) -> Path:
    """Each of the two in turn."""
    return graphs[request.param]


def exported(graph: Path, folder: Path, *what: str) -> Path:
    """The folder of an export."""
    snapshot = Snapshot.current(graph)
    with PropertyGraph.of(snapshot) as found:
        export(snapshot, found, folder, what or bulk.PARTS)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def check_equal(graphkit: Callable[..., Any], graph: Path) -> None:
    """Nothing is left to do, by the marker and by comparing everything."""
    answer = graphkit("neo4j", "verify", "--graph", graph)
    assert answer.code == 0, answer.out + answer.err
    for words in ((), ("--full",)):
        answer = graphkit("neo4j", "sync", "--graph", graph, *words)
        assert answer.code == 0, answer.err
        first, *rest = answer.out.splitlines()
        assert first.split() == ["nodes", "created", "0"]
        assert len(rest) == 1, answer.out  # nothing else was written
    assert "compared with everything" in answer.err


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Neo4jServer], None]:
    """Names a server to the commands of this process."""

    def use(server: Neo4jServer) -> None:
        for key, value in server.environment.items():
            monkeypatch.setenv(key, value)

    return use


def test_the_csv_files_fill_a_database_that_is_equal(
    graphs: dict[str, Path],
    tmp_path: Path,
    private_server: Callable[..., PrivateServer],
    graphkit: Callable[..., Any],
    at: Callable[[Neo4jServer], None],
) -> None:
    server = private_server()
    for title, graph in graphs.items():
        load = exported(graph, tmp_path / title, "csv")
        server.stop()
        admin = shlex.join(["bash", str(SCRIPT), "--home", str(server.home), "admin"])
        environment = {**os.environ, "NEO4J_ADMIN": admin, "PYTHON": sys.executable}
        words = ["sh", str(load / "import.sh"), "neo4j", "--overwrite-destination=true"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        server = server.start()
        at(server)
        ran = script("shell", server=server, input=(load / "schema.cypher").read_text("utf-8"))
        assert ran.returncode == 0, ran.stderr
        check_equal(graphkit, graph)
        exported(graph, load)  # what the import left there is no hindrance


def test_the_script_fills_a_database_that_is_equal(
    graph: Path,
    tmp_path: Path,
    empty_neo4j: Neo4jServer,
    graphkit: Callable[..., Any],
    at: Callable[[Neo4jServer], None],
) -> None:
    load = exported(graph, tmp_path / "load", "cypher")
    text = (load / "load.cypher").read_bytes().decode()
    ran = script("shell", server=empty_neo4j, input=text)
    assert ran.returncode == 0, ran.stderr[-2000:]
    at(empty_neo4j)
    check_equal(graphkit, graph)
    again = script("shell", server=empty_neo4j, input=text)
    assert again.returncode != 0  # nothing is doubled
    check_equal(graphkit, graph)


def test_the_same_graph_gives_the_same_bytes(graph: Path, tmp_path: Path) -> None:
    assert files(exported(graph, tmp_path / "a")) == files(exported(graph, tmp_path / "b"))


def test_every_row_is_written_and_a_reader_of_csv_reads_it(graph: Path, tmp_path: Path) -> None:
    load = exported(graph, tmp_path / "load", "csv")
    contents = json.loads((load / "export.json").read_bytes())
    csv.field_size_limit(10_000_000)
    counted = {"nodes": 0, "relationships": 0}
    for path in load.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert all(len(row) == len(header) for row in rows)
        assert len({column.split(":")[0] for column in header[2:]}) == len(header[2:])
        counted[path.parent.name] += len(rows)
        assert contents["files"][path.relative_to(load).as_posix()] == len(rows)
    assert counted == {"nodes": contents["nodes"], "relationships": contents["relationships"]}


def test_values_of_another_kind_go_into_another_file(
    graphs: dict[str, Path], tmp_path: Path
) -> None:
    load = exported(graphs["hostile"], tmp_path / "load", "csv")
    kinds = set()
    for path in (load / "nodes").glob("Project*.csv"):
        head = path.read_text("utf-8").partition("\n")[0]
        kinds |= {one for one in head.split(",") if one.startswith("start_date:")}
    expected = {"date", "date[]", "string", "string[]"}
    assert kinds == {f"start_date:{kind}" for kind in expected}


def test_what_csv_cannot_say_is_set_afterwards(graphs: dict[str, Path], tmp_path: Path) -> None:
    schema = (exported(graphs["hostile"], tmp_path / "x", "csv") / "schema.cypher").read_text(
        "utf-8"
    )
    assert schema.count("SET n.alt_label = ['']") == 1
    assert is_inexpressible([])
    assert is_inexpressible([""])
    assert not is_inexpressible(["", ""])


def test_a_delimiter_stands_in_no_element() -> None:
    layout = Layout()
    for used in DELIMITERS[:-1]:
        layout.survey(("A",), {"id": "1", "names": [f"a{used}b"]}, {})
        assert layout.delimiter not in f"a{used}b"
    layout.survey(("A",), {"id": "1", "names": [DELIMITERS[-1]]}, {})
    with pytest.raises(UsageError, match="--what cypher"):
        _ = layout.delimiter


def test_parts_are_chosen(graphs: dict[str, Path], tmp_path: Path) -> None:
    only = files(exported(graphs["hostile"], tmp_path / "x", "cypher"))
    assert sorted(only) == ["README.txt", "export.json", "load.cypher"]
    # An older export makes room, whatever it had.
    both = files(exported(graphs["hostile"], tmp_path / "x"))
    assert only.keys() < both.keys()


# ---- The folder ----


def test_a_folder_that_others_made_is_left_alone(
    graphs: dict[str, Path], tmp_path: Path, graphkit: Callable[..., Any]
) -> None:
    load = tmp_path / "load"
    load.mkdir()
    words = ("neo4j", "export", "--graph", graphs["hostile"], "-o", load)
    assert graphkit(*words).code == 0  # an empty one is no one's
    (load / "mine.txt").write_text("mine")
    answer = graphkit(*words)
    assert answer.code == 2
    assert "mine.txt" in answer.err
    (load / "export.json").unlink()
    assert graphkit(*words).code == 2
    assert (load / "mine.txt").read_text() == "mine"
    file = tmp_path / "file"
    file.write_text("")
    assert graphkit(*words[:-1], file).code == 2
    assert graphkit(*words[:-1], file / "below").code == 2


def test_a_folder_appears_whole_or_not_at_all(
    graphs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = exported(graphs["hostile"], tmp_path / "load")
    before = files(load)

    def broken(*_: object) -> Iterator[str]:
        yield "half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bulk, "script", broken)
    with pytest.raises(UsageError, match="No space left"):
        exported(graphs["sample"], load)
    assert files(load) == before
    with pytest.raises(UsageError):
        exported(graphs["sample"], tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["load"]


@pytest.mark.parametrize("what", ["", "x", "csv,x", ","])
def test_unknown_parts_are_refused(
    what: str, graphs: dict[str, Path], tmp_path: Path, graphkit: Callable[..., Any]
) -> None:
    words = ("neo4j", "export", "--graph", graphs["hostile"], "-o", tmp_path / "x", "--what", what)
    answer = graphkit(*words)
    assert answer.code == 2
    assert "csv, cypher" in answer.err


# ---- Literals of Cypher ----


def unquoted(text: str) -> str:
    """What a literal of `string` means, read as Cypher does."""
    letters = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "\\": "\\", "'": "'"}
    out, rest = "", text
    while rest:
        assert rest[0] == "'"
        place = 1
        while rest[place] != "'":
            if rest[place] != "\\":
                out, place = out + rest[place], place + 1
            elif rest[place + 1] == "u":
                out, place = out + chr(int(rest[place + 2 : place + 6], 16)), place + 6
            else:
                out, place = out + letters[rest[place + 1]], place + 2
        rest = rest[place + 1 :].removeprefix(" + ")
    return out


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("\\u'0041n\n\0"))
def test_a_string_means_itself(text: str) -> None:
    written = string(text)
    assert unquoted(written) == text
    assert "\\\\u" not in written  # which older parsers take for an escape
    assert not {"\n", "\r", "\0", "\u2028"}.intersection(written)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_means_itself(number: float) -> None:
    assert float(literal(number)) == number
    assert "+" not in literal(number)
    assert set(literal(number)) & {".", "e"}


def test_a_name_with_anything_in_it_stays_a_name() -> None:
    assert name("a b") == "`a b`"
    assert name("a`) DETACH DELETE n //") == "`a``) DETACH DELETE n //`"
