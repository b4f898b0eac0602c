"""What the tests share: the sample, built once, and doors to the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j_server as neo4j_servers
import pytest
from neo4j_server import empty_neo4j, may_be_emptied, neo4j_server, private_server

from graphkit.build.pipeline import Options, build, sample_folder
from graphkit.cli import run
from graphkit.gzipped import open_gzip
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.vocabulary import PREFIXES

__all__ = ["empty_neo4j", "may_be_emptied", "neo4j_server", "private_server"]  # fixtures

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Graph:
    """A built graph: its folder, and what the snapshot in use says."""

    folder: Path

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in use."""
        return Snapshot.current(self.folder)

    @property
    def bytes(self) -> bytes:
        """All statements as the file has them."""
        with open_gzip(self.snapshot.quads) as stream:
            return stream.read()

    @property
    def lines(self) -> list[str]:
        """All statements as N-Quads lines."""
        return self.bytes.decode().splitlines()

    def select(self, query: str) -> list[tuple[str, ...]]:
        """The sorted rows of a SELECT, every value as text ("" where it is unbound)."""
        rows = GraphStore(self.snapshot.store).run(query, prefixes=PREFIXES)
        return sorted(tuple(term.value if term else "" for term in row) for row in rows)

    def column(self, query: str) -> list[str]:
        """The first column of a SELECT, sorted."""
        return [row[0] for row in self.select(query)]

    def count(self, pattern: str) -> int:
        """How many solutions a pattern has."""
        return int(self.column(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0])

    def rejects(self) -> list[dict[str, str]]:
        """What the build refused."""
        return [json.loads(line) for line in self.snapshot.rejects.read_bytes().splitlines()]

    def report(self) -> dict[str, Any]:
        """What the build noticed."""
        return self.snapshot.report()


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The bundled sample, built once for each worker. Only to be read."""
    folder = tmp_path_factory.mktemp("sample") / "graph"
    build(folder, [str(sample_folder())])
    return Graph(folder)


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The sample with computed links, by words alone."""
    folder = tmp_path_factory.mktemp("linked") / "graph"
    assert run(["--graph", str(folder), "build", str(sample_folder())]) == 0
    assert run(["--graph", str(folder), "link", "--lexical"]) == 0
    return Graph(folder)


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Graph]:
    """Builds a graph from paths; `into` names its folder."""

    def make(*sources: Path | str, into: str = "graph", **options: Any) -> Graph:
        folder = tmp_path / into
        build(folder, [str(source) for source in sources], Options(**options))
        return Graph(folder)

    return make


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Writes files (bytes, text, or a value as JSON) into a folder and returns it."""

    def write(contents: dict[str, Any], folder: str = "sources") -> Path:
        target = tmp_path / folder
        for name, content in contents.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not isinstance(content, bytes):
                text = content if isinstance(content, str) else json.dumps(content)
                content = text.encode("utf-8", "surrogatepass")
            path.write_bytes(content)
        return target

    return write


@pytest.fixture
def graphkit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Runs the command line in this process; no traceback may ever come out."""

    def call(*arguments: object, stdin: bytes | str = b"") -> Answer:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "this should not have happened" not in captured.err
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def command() -> Callable[..., subprocess.Popen[bytes]]:
    """Starts the command line as a process of its own."""

    def start(*arguments: object, prelude: str = "", **options: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
        program = f"{prelude}\nfrom graphkit.cli import main; main()"
        words = [sys.executable, "-c", program, *map(str, arguments)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(words, env=environment, **{**pipes, **options})

    return start


@pytest.fixture
def real_data() -> Path:
    """The folder of real data beside the repository; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are absent")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked long, too")


def pytest_itemcollected(item: pytest.Item) -> None:
    neo4j_servers.mark(item)


def pytest_collection_modifyitems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes long: --long runs it"))
