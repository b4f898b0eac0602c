"""What goes wrong in a sync into a real server, how it ends, and that the next sync mends it."""

from __future__ import annotations

import contextlib
import random
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import neo4j
import pytest
from neo4j_server import Neo4jServer, PrivateServer, script
from neo4j_sync import assert_equal, built_from, clean, contents, opened, project, synced

from graphkit.errors import GraphkitError, UnreachableError
from graphkit.neo4j import writing
from graphkit.neo4j.marker import locked
from graphkit.neo4j.sync import sync

pytestmark = pytest.mark.neo4j
Cli = Callable[..., Any]


@pytest.fixture
def server(may_be_emptied: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """The shared server with no nodes, named to the command line."""
    name_server(may_be_emptied, monkeypatch)
    return clean(may_be_emptied)


def name_server(server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of some dozen nodes."""
    folder = tmp_path_factory.mktemp("small") / "graph"
    return built_from(folder, [project(n) for n in range(10)])


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph that takes some seconds to sync in small batches."""
    folder = tmp_path_factory.mktemp("medium") / "graph"
    return built_from(folder, [project(n) for n in range(800)])


def one_line(answer: Any, code: int, server: Neo4jServer) -> str:
    """The only line that a command ends with, which does not tell the password."""
    assert answer.code == code, answer
    lines = [line for line in answer.err.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    assert server.password not in answer.err + answer.out
    assert answer.out == ""
    return str(lines[0])


# ---- No server, or not this one ----


def test_a_server_that_cannot_be_used_ends_each_command_with_one_line(
    server: Neo4jServer, small: Path, graphkit: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    secure = server.uri.replace("bolt:", "bolt+s:").replace("neo4j:", "neo4j+s:")
    verbs = ("plan", "sync", "verify")
    for variable, value, code, said, tried in (
        ("NEO4J_URI", f"bolt://127.0.0.1:{port}", 3, "no server listens at", verbs),
        ("NEO4J_URI", secure, 3, "does not answer with encryption", verbs),
        ("NEO4J_DATABASE", "elsewhere", 2, "has no database elsewhere", verbs),
        # A server locks a user out after three wrong ones.
        ("NEO4J_PASSWORD", "not this one", 2, "does not accept the user name", ("sync",)),
    ):
        with monkeypatch.context() as changed:
            changed.setenv(variable, value)
            for verb in tried:
                line = one_line(graphkit("--graph", small, "neo4j", verb), code, server)
                assert said in line
                assert "not this one" not in line
    assert contents(server)["nodes"] == []


def test_the_password_is_in_no_traceback_and_in_no_list_of_processes(
    server: Neo4jServer, small: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    wrong = {"NEO4J_PASSWORD": "Wr0ng-secret"}
    for environment, secret in (({}, server.password), (wrong, "Wr0ng-secret")):
        process = command("--debug", "--graph", small, "neo4j", "sync", env=environment)
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            assert secret not in Path(f"/proc/{process.pid}/cmdline").read_text()
        out, err = process.communicate(timeout=60)
        assert secret.encode() not in out + err
        assert bool(process.returncode) == bool(environment)
    assert b"Traceback" in err


# ---- Two syncs ----


def test_a_second_sync_at_the_same_time_is_refused(
    server: Neo4jServer, small: Path, graphkit: Cli
) -> None:
    with opened(server, small) as (connection, snapshot, graph):
        sync(connection, snapshot, graph, small)
        with locked(connection):
            line = one_line(graphkit("--graph", small, "neo4j", "sync", "--full"), 2, server)
            assert "another sync into this database of " in line
            assert line.endswith("wait until it has ended")
            for verb in ("plan", "verify"):
                assert graphkit("--graph", small, "neo4j", verb).code == 0
    assert graphkit("--graph", small, "neo4j", "sync", "--full").code == 0


def test_of_two_first_syncs_at_the_same_time_one_ends_well(
    server: Neo4jServer, small: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    server.empty()
    both = [command("--graph", small, "neo4j", "sync", "--batch", 3) for _ in range(2)]
    told = [process.communicate(timeout=120)[1].decode() for process in both]
    codes = [process.returncode for process in both]
    assert 0 in codes, told
    assert set(codes) <= {0, 2, 3}, told
    for code, text in zip(codes, told, strict=True):
        assert code == 0 or text.strip().count("\n") <= 1, text
        assert "Traceback" not in text
    assert_equal(server, small)


def is_syncing(server: Neo4jServer) -> bool:
    query = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.app = 'graphkit sync' RETURN 1"
    return bool(server.run(query))


def kill_clients(
    server: Neo4jServer,
    folder: Path,
    command: Callable[..., subprocess.Popen[bytes]],
    times: int,
    seed: int,
) -> None:
    chance = random.Random(seed)
    synced(server, folder)
    clean(server)
    for turn in range(times):
        process = command("--graph", folder, "neo4j", "sync", "--batch", 40, "--full")
        while process.poll() is None and not is_syncing(server):
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if turn % 5 == 4:  # else the next one finds what this one left
            assert_after_sync(server, folder)
            clean(server)
    assert_after_sync(server, folder)


def assert_after_sync(server: Neo4jServer, folder: Path) -> None:
    """The lock of who was killed is free at once, and the next sync makes all equal."""
    synced(server, folder)
    assert_equal(server, folder)
    assert synced(server, folder).basis == "unchanged"


def test_a_sync_that_is_killed_is_put_right_by_the_next(
    server: Neo4jServer, medium: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    kill_clients(server, medium, command, 3, seed=1)


@pytest.mark.long
def test_a_sync_that_is_killed_twenty_times_is_put_right(
    server: Neo4jServer, medium: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    kill_clients(server, medium, command, 20, seed=2)


def test_a_sync_that_is_interrupted_ends_at_once_with_one_line(
    server: Neo4jServer, medium: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    synced(server, medium)
    clean(server)
    process = command("--graph", medium, "neo4j", "sync", "--batch", 10)
    while process.poll() is None and not is_syncing(server):
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode in (1, 130)
    assert b"Traceback" not in err
    assert err.decode().strip().splitlines()[-1]
    assert_after_sync(server, medium)


# ---- Locks of others ----


def test_a_node_that_somebody_else_holds_is_waited_for(server: Neo4jServer, small: Path) -> None:
    synced(server, small)
    server.run("MATCH (n:Project {title: 'Otters 3'}) SET n.abstract = 'by hand'")
    ended: list[str] = []
    with server.driver() as driver, driver.session(database=server.database) as session:
        transaction = session.begin_transaction()
        transaction.run("MATCH (n:Project {title: 'Otters 3'}) SET n.x_note = 1").consume()
        worker = threading.Thread(
            target=lambda: ended.append(synced(server, small, full=True).basis)
        )
        worker.start()
        worker.join(3)
        assert ended == []
        transaction.commit()
        worker.join(30)
    assert ended == ["database"]
    assert_equal(server, small)
    assert server.run("MATCH (n) WHERE n.x_note = 1 RETURN n.title AS t") == [{"t": "Otters 3"}]


def test_deadlocks_with_somebody_else_are_tried_again(server: Neo4jServer, medium: Path) -> None:
    synced(server, medium)
    server.run("MATCH (n:Project) SET n.abstract = 'by hand'")
    server.run("MATCH ()-[r:LED_BY]->() SET r.source = 'by hand'")
    over, deadlocks = threading.Event(), 0

    def hold(seed: int) -> None:
        nonlocal deadlocks
        chance = random.Random(seed)
        with server.driver() as driver, driver.session(database=server.database) as session:
            while not over.is_set():
                titles = [f"Otters {n}" for n in sorted(chance.sample(range(800), 12))]
                chance.shuffle(titles)
                try:
                    with session.begin_transaction() as transaction:
                        for title in titles:
                            query = "MATCH (n:Project {title: $t}) SET n.x_held = true"
                            transaction.run(query, t=title).consume()
                        transaction.rollback()
                except neo4j.exceptions.TransientError as error:
                    deadlocks += "Deadlock" in (error.code or "")

    threads = [threading.Thread(target=hold, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    try:
        outcome = synced(server, medium, full=True, batch=100)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert outcome.written.properties_set == 1600
    assert deadlocks
    assert_equal(server, medium)


def test_a_deadlock_that_takes_a_batch_makes_it_run_again(server: Neo4jServer, small: Path) -> None:
    """The server lets the one go on that has locked more, which here is somebody else."""
    synced(server, small)
    server.run("MATCH (n:Project) SET n.abstract = 'by hand'")
    titles = [f"Otters {n}" for n in range(10)]
    taken: list[BaseException] = []
    query = "MATCH (n:Project {title: $t}) SET n.x_held = 1"
    with server.driver() as driver, driver.session(database=server.database) as session:
        holding = session.begin_transaction()
        rows = server.run("MATCH (n:Project) RETURN n.title AS t ORDER BY n.id")
        first, last = rows[0]["t"], rows[-1]["t"]
        assert {first, last} <= set(titles)
        holding.run(query, t=last).consume()

        def run() -> None:
            try:
                synced(server, small, full=True)
            except GraphkitError as error:
                taken.append(error)

        worker = threading.Thread(target=run)
        worker.start()
        time.sleep(3)  # the batch has the first by now, and waits for the last
        try:
            holding.run(query, t=first).consume()
            holding.commit()
        except neo4j.exceptions.TransientError:
            holding.close()
        worker.join(60)
    assert taken == []
    assert_equal(server, small)


# ---- Answers that get lost ----

COMMIT = b"\x00\x02\xb0\x12\x00\x00"


class Cut:
    """A door to a server that closes a connection about a commit."""

    def __init__(self, server: Neo4jServer, number: int, arrives: bool) -> None:
        self.number, self.arrives = number, arrives
        self.commits = 0
        self.lock = threading.Lock()
        parts = urlsplit(server.uri)
        self.target = (parts.hostname or "", parts.port or 7687)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server = replace(server, uri=f"bolt://127.0.0.1:{self.listener.getsockname()[1]}")

    def __enter__(self) -> Cut:
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                behind = socket.create_connection(self.target)
                cut = threading.Event()
                for run in (self.forth, self.back):
                    threading.Thread(target=run, args=(peer, behind, cut), daemon=True).start()

    def forth(self, peer: socket.socket, behind: socket.socket, cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := peer.recv(65536):
                with self.lock:
                    before = self.commits
                    self.commits += data.count(COMMIT)
                    mine = before < self.number <= self.commits
                if mine:
                    cut.set()
                    if not self.arrives:
                        break
                behind.sendall(data)
        if cut.is_set() and self.arrives:
            return
        close(peer, behind)

    def back(self, peer: socket.socket, behind: socket.socket, cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := behind.recv(65536):
                if cut.is_set():
                    break
                peer.sendall(data)
        close(peer, behind)


def close(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def lose_commit(server: Neo4jServer, folder: Path, number: int, arrives: bool) -> tuple[int, str]:
    """Sync through a door that loses a commit, and once more; tells how the first ended."""
    clean(server)
    said = ""
    with Cut(server, number, arrives) as cut:
        try:
            synced(cut.server, folder, batch=12)
        except UnreachableError as error:
            said = str(error)
            assert "\n" not in said
    synced(server, folder)
    assert_equal(server, folder)
    return cut.commits, said


def test_a_commit_that_gets_lost_doubles_nothing_and_loses_nothing(
    server: Neo4jServer, small: Path
) -> None:
    synced(server, small)
    whole, said = lose_commit(server, small, 10_000, True)
    assert whole > 12
    assert said == ""
    for number, arrives in ((whole // 2, True), (whole // 2, False), (whole, True)):
        _, said = lose_commit(server, small, number, arrives)
        assert said == "" or number == whole, said


@pytest.mark.long
def test_whichever_commit_gets_lost_nothing_is_doubled(server: Neo4jServer, small: Path) -> None:
    synced(server, small)
    whole, _ = lose_commit(server, small, 10_000, True)
    for number in range(1, whole + 1):
        for arrives in (True, False):
            lose_commit(server, small, number, arrives)


# ---- A server of the tests' own, which they break ----


class Private:
    """A server that is started again and again; its port may change."""

    def __init__(self, home: Path) -> None:
        self.server = PrivateServer("", "", "", "", home)
        self.words: tuple[str, ...] = ()

    def start(self, *words: str) -> PrivateServer:
        """Have it run with these settings."""
        if self.server.uri and self.server.runs:
            if words == self.words:
                return self.server
            self.server.stop()
        self.words = words
        self.server = self.server.start(*(part for word in words for part in ("--set", word)))
        return self.server


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    found = Private(tmp_path_factory.mktemp("private") / "neo4j")
    yield found
    if found.server.uri and script("--home", found.server.home, "status").returncode == 0:
        found.server.kill()


LITTLE = "db.memory.transaction.max=10m"


def test_batches_that_need_too_much_memory_are_halved(
    private: Private, tmp_path: Path, graphkit: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = private.start(LITTLE)
    name_server(server, monkeypatch)
    long = "Otters swim. " * 1500
    folder = built_from(tmp_path / "g", [project(n, abstractText=long) for n in range(700)])
    started = time.monotonic()
    outcome = synced(server, folder)
    assert outcome.written.batches > 20
    assert time.monotonic() - started < 60  # no batch is tried for half a minute before
    assert_equal(server, folder)

    huge = built_from(tmp_path / "h", [project(1, abstractText="Otters swim. " * 600_000)])
    line = one_line(graphkit("--graph", huge, "neo4j", "sync", "--allow-delete"), 2, server)
    assert "a transaction needs more memory than" in line
    synced(server, folder, allow_delete=True)
    assert_equal(server, folder)


def kill_server_in_a_sync(private: Private, folder: Path, wait: float) -> str:
    """Kill the server at a moment of a sync, start it again; tells how the sync ended."""
    server = private.server
    said: list[str] = []

    def run() -> None:
        try:
            with opened(server, folder, retry=1.0) as (connection, snapshot, graph):
                sync(connection, snapshot, graph, folder, batch=40, full=True)
        except UnreachableError as error:
            said.append(str(error))

    worker = threading.Thread(target=run)
    worker.start()
    time.sleep(wait)
    server.kill()
    worker.join(60)
    assert not worker.is_alive()
    private.start(*private.words)
    assert "\n" not in "".join(said)
    return "".join(said)


def kill_servers(private: Private, folder: Path, times: int, seed: int) -> None:
    """Kill the server in syncs, of which each goes on where the last one ended."""
    chance = random.Random(seed)
    server = private.start(LITTLE)
    synced(server, folder, allow_delete=True)
    clean(server)
    met: list[str] = []
    for turn in range(times):
        said = kill_server_in_a_sync(private, folder, chance.uniform(0.3, 2.0))
        assert said == "" or " was lost; " in said or "no server listens at " in said, said
        met += [said] if said else []
        if turn % 5 == 4:
            assert_after_sync(private.server, folder)
            clean(private.server)
    assert met, "no sync was met in its midst"
    assert_after_sync(private.server, folder)


def test_a_server_that_is_killed_in_a_sync_is_put_right_by_the_next(
    private: Private, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "RETRY", 1.0)
    kill_servers(private, medium, 3, seed=1)


@pytest.mark.long
def test_a_server_that_is_killed_twenty_times_is_put_right(
    private: Private, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "RETRY", 1.0)
    kill_servers(private, medium, 20, seed=2)


@pytest.mark.long
def test_a_disk_without_room_ends_a_sync_and_with_room_the_next_ends_well(
    private: Private, medium: Path, small: Path, graphkit: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = private.start(LITTLE)
    name_server(server, monkeypatch)
    synced(server, small, allow_delete=True)
    _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1 << 16, most))
    try:
        answer = graphkit("--graph", medium, "neo4j", "sync", "--allow-delete")
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, most))
    line = one_line(answer, answer.code, server)
    assert answer.code in (2, 3)
    assert "disk" in line or "was lost" in line, line
    server.kill()
    server = private.start(LITTLE)
    synced(server, medium, allow_delete=True)
    assert_equal(server, medium)


@pytest.mark.long
def test_a_database_that_is_read_only_can_be_compared_but_not_synced(
    private: Private, medium: Path, small: Path, graphkit: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = private.start(LITTLE)
    synced(server, medium, allow_delete=True)
    server = private.start("server.databases.default_to_read_only=true")
    name_server(server, monkeypatch)
    assert graphkit("--graph", medium, "neo4j", "verify").code == 0
    assert graphkit("--graph", small, "neo4j", "plan").code == 0
    for words in (["--full"], ["--allow-delete"]):
        answer = graphkit("--graph", small, "neo4j", "sync", *words)
        assert "is read-only" in one_line(answer, 2, server)
