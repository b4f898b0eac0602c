"""A real Neo4j for the tests: one that they share, and private ones to be broken.

A test that takes one of these fixtures gets the marker `neo4j`. scripts/test runs those one after
the other in one process: the Community edition has only one database for users.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import neo4j
import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "neo4j"
MISSING = 3  # the exit code of scripts/neo4j where Java, Maven or the registry is missing
ABSENT = "no Neo4j server can be had here (scripts/neo4j up says what is missing)"
SMALL = ("--heap", "256m", "--set", "server.memory.pagecache.size=16m")
QUICK = ("--java-option=-XX:TieredStopAtLevel=1", "--java-option=-XX:+UseSerialGC")


@dataclass(frozen=True)
class Neo4jServer:
    """A running server and how to log in."""

    uri: str
    username: str
    password: str
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name this server to a program."""
        values = (self.uri, self.username, self.password, self.database)
        names = ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")
        return dict(zip(names, values, strict=True))

    def driver(self) -> neo4j.Driver:
        """A driver, to be closed by the caller."""
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.username, self.password))

    def run(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows that a statement answers, in a transaction that the server begins itself."""
        with self.driver() as driver, driver.session(database=self.database) as session:
            return session.run(statement, parameters).data()  # type: ignore[arg-type]

    def empty(self) -> None:
        """Delete every node, relationship, constraint and index, but for the lookup indexes."""
        for kind, listed in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
            for row in self.run(f"SHOW {listed} YIELD name, type WHERE type <> 'LOOKUP'"):
                self.run(f"DROP {kind} `{row['name'].replace('`', '``')}` IF EXISTS")
        for thing in ("()-[r]->() WITH r AS it", "(n) WITH n AS it"):
            self.run(f"MATCH {thing} CALL (it) {{ DELETE it }} IN TRANSACTIONS OF 10000 ROWS")


def script(
    *words: object, server: Neo4jServer | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Runs scripts/neo4j; NEO4J_… of the environment counts only if a server is given."""
    # This Python has the driver; scripts/neo4j would look for one.
    environment = {**os.environ, "PYTHON": sys.executable}
    if server is None:
        environment = {k: v for k, v in environment.items() if k not in NAMES}
    else:
        environment |= server.environment
    options = {"env": environment, "timeout": 300, "input": "", **options}
    command = ["bash", str(SCRIPT), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, **options)


NAMES = frozenset(Neo4jServer("", "", "", "").environment)


def started(*words: object) -> None:
    """Runs a `scripts/neo4j up`; skips where no server can be had."""
    answer = script(*words)
    if answer.returncode == MISSING:
        if os.environ.get("GRAPHKIT_REQUIRE_NEO4J"):
            pytest.fail(f"{ABSENT}, and GRAPHKIT_REQUIRE_NEO4J is set", pytrace=False)
        pytest.skip(ABSENT)
    if answer.returncode:
        pytest.fail(f"scripts/neo4j {shlex.join(map(str, words))}:\n{answer.stderr}", False)


def server_of(*words: object) -> Neo4jServer:
    """The server that `scripts/neo4j env` names."""
    answer = script(*words, "env")
    assert answer.returncode == 0, answer.stderr
    lines = (line.removeprefix("export ") for line in answer.stdout.splitlines())
    values = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    return Neo4jServer(**{name.removeprefix("NEO4J_").lower(): values[name] for name in values})


@pytest.fixture(scope="session")
def neo4j_server() -> Neo4jServer:
    """The server that tests share: that of NEO4J_URI, else that of `scripts/neo4j up`.

    What it holds is of other tests: see `empty_neo4j`. It is left running, for the next time;
    scripts/test stops it if it has started it.
    """
    if os.environ.get("NEO4J_URI"):
        named = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
        defaults = {"NEO4J_USERNAME": "neo4j", "NEO4J_PASSWORD": "", "NEO4J_DATABASE": "neo4j"}
        values = {**defaults, **named}.items()
        return Neo4jServer(**{name.removeprefix("NEO4J_").lower(): value for name, value in values})
    started("up")  # where two workers do this, one of them waits and finds it running
    return server_of()


@pytest.fixture(scope="session")
def may_be_emptied(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    """Keeps the tests from deleting what someone has in the server that NEO4J_URI names."""
    theirs = os.environ.get("NEO4J_URI") and neo4j_server != own_server()
    if theirs and neo4j_server.run("MATCH (n) RETURN 1 LIMIT 1"):
        pytest.fail(
            f"NEO4J_URI names {neo4j_server.uri}, whose database is not empty, and the tests would "
            "delete everything in it. Unset NEO4J_URI, or empty the database yourself.",
            pytrace=False,
        )
    yield neo4j_server
    if theirs:
        neo4j_server.empty()


def own_server() -> Neo4jServer | None:
    """The server of `scripts/neo4j up`, if it runs: someone may have evaluated its `env`."""
    return server_of() if script("status").returncode == 0 else None


@pytest.fixture
def empty_neo4j(may_be_emptied: Neo4jServer) -> Neo4jServer:
    """The shared server with nothing in its database."""
    may_be_emptied.empty()
    return may_be_emptied


@dataclass(frozen=True)
class PrivateServer(Neo4jServer):
    """A server with data of its own, which a test may break."""

    home: Path

    @property
    def pid(self) -> int:
        """The process id of the server, or that of the last one."""
        return int((self.home / "neo4j.pid").read_text())

    @property
    def runs(self) -> bool:
        """Whether it answers."""
        return script("--home", self.home, "status").returncode == 0

    def kill(self) -> None:
        """End the process as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        with (self.home / "neo4j.pid").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # the process holds it until it has ended

    def stop(self) -> None:
        """End the process in good order."""
        answer = script("--home", self.home, "down")
        assert answer.returncode == 0, answer.stderr

    def start(self, *words: str) -> PrivateServer:
        """Start it again, with arguments for `scripts/neo4j up`; the port may be another."""
        started("--home", self.home, "up", *SMALL, *QUICK, *words)
        return replace(self, **vars(server_of("--home", self.home)))


@pytest.fixture
def private_server(tmp_path: Path) -> Iterator[Callable[..., PrivateServer]]:
    """Starts servers of the test's own: `private_server("--heap", "128m", name="second")`.

    Arguments are those of `scripts/neo4j up`. Whatever happens, they end with the test.
    """
    homes: list[Path] = []

    def start(*words: str, name: str = "neo4j") -> PrivateServer:
        homes.append(tmp_path / name)
        return PrivateServer("", "", "", "", homes[-1]).start(*words)

    yield start
    for home in homes:
        if script("--home", home, "status").stdout.startswith("Neo4j is not running"):
            continue
        os.kill(int((home / "neo4j.pid").read_text()), signal.SIGKILL)  # its data go, too


def mark(item: pytest.Item) -> None:
    """Gives a test that uses a server its markers."""
    used = set(getattr(item, "fixturenames", ()))
    if not used.isdisjoint({"neo4j_server", "private_server"}):
        item.add_marker("neo4j")
