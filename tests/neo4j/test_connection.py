"""Finding a server, connecting to it, and every way in which that fails."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import neo4j
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import GraphkitError, UnreachableError, UsageError
from graphkit.neo4j.connection import (
    SCHEMES,
    Connection,
    ConnectionSettings,
    check_version,
    connect,
    read_settings,
)
from graphkit.neo4j.failures import Where, failures, translated

SECRET = "S3cret-%&'hush"
WHERE = Where("db.example:7687", "bolt", "ada", "plans", SECRET)


def settings(uri: str, **values: Any) -> ConnectionSettings:
    return ConnectionSettings(uri, **{"username": "nobody", "password": SECRET, **values})


def refusal(wanted: ConnectionSettings, kind: type[GraphkitError], timeout: float = 5) -> str:
    """What a connection that fails says; never the password, always the address."""
    with pytest.raises(kind) as caught, connect(wanted, timeout=timeout, retry=0.5):
        pass
    text = str(caught.value)
    assert wanted.address in text
    assert wanted.password not in text
    assert "\n" not in text
    return text


def read(home: Path, config: Path | None = None, **arguments: Any) -> ConnectionSettings:
    """Settings with nothing of this machine in them: its environment, its config file."""
    environment = {"XDG_CONFIG_HOME": str(home), "APPDATA": str(home)}
    environment |= arguments.pop("variables", {})
    arguments = {"ask": lambda _: "", **arguments}
    return read_settings(config=config, environment=environment, **arguments)


# Settings.


def test_arguments_come_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "graphkit" / "neo4j.toml"
    file.parent.mkdir()
    file.write_text(
        'uri = "bolt://file"\nusername = "file"\npassword = "file"\ndatabase = "file"\n'
    )
    file.chmod(0o600)
    variables = {"NEO4J_URI": "bolt://env", "NEO4J_USERNAME": "env", "NEO4J_DATABASE": ""}
    found = read(tmp_path, uri="bolt://given", variables=variables)
    assert (found.uri, found.username, found.password) == ("bolt://given", "env", "file")
    assert found.database == "file"
    assert found.origins == {
        "uri": "--uri",
        "username": "NEO4J_USERNAME",
        "password": str(file),
        "database": str(file),
    }
    assert found.notes == ()


def test_a_file_with_a_password_that_others_may_read_gets_a_note(tmp_path: Path) -> None:
    file = tmp_path / "n.toml"
    file.write_text(f'uri = "bolt://file"\npassword = "{SECRET}"\n')
    file.chmod(0o644)
    found = read(tmp_path, file)
    assert [f"chmod 600 {file}" in note for note in found.notes] == [os.name != "nt"]
    assert not any(SECRET in note for note in found.notes)


def test_a_password_file_stands_beside_the_config_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(f"{SECRET}\n")
    (tmp_path / "pw").chmod(0o600)
    file = tmp_path / "n.toml"
    file.write_text('uri = "bolt://file"\npassword_file = "pw"\n')
    found = read(tmp_path, variables={"GRAPHKIT_NEO4J_CONFIG": str(file)})
    assert found.password == SECRET
    assert found.notes == ()


def test_the_file_that_aura_gives_is_read(tmp_path: Path) -> None:
    file = tmp_path / "Neo4j-1a2b3c.txt"
    file.write_bytes(
        b"\xef\xbb\xbf# Wait 60 seconds before connecting\r\nNEO4J_URI=neo4j+s://1a2b3c.databases."
        b"neo4j.io\r\nNEO4J_USERNAME=neo4j\r\nNEO4J_PASSWORD=a=b#c\r\n"
        b"AURA_INSTANCEID=1a2b3c\r\n\r\n"
    )
    found = read(tmp_path, file)
    assert (found.address, found.password) == ("1a2b3c.databases.neo4j.io:7687", "a=b#c")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"password = {SECRET}", "is not TOML at line 1"),
        (f'passwd = "{SECRET}"', "unknown key passwd; known are uri,"),
        (f'uri = "bolt://h"\n[password]\nx = "{SECRET}"', "password is not text"),
        ("password_file = 'absent'", "absent: cannot be read: No such file"),
        ("password_file = 'n.toml'\npassword = 'x'", "both password and password_file"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_config_file_that_cannot_be_used_is_named_without_its_values(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    file = tmp_path / "n.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UsageError) as caught:
        read(tmp_path, file)
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_config_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml: cannot be read: No such file"):
        read(tmp_path, tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path, tmp_path)


def test_a_line_without_a_value_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"NEO4J_URI=bolt://h\n{SECRET}\n")
    with pytest.raises(UsageError, match=r"a\.txt:2: is no line") as caught:
        read(tmp_path, tmp_path / "a.txt")
    assert SECRET not in str(caught.value)


def test_no_server_and_no_password_are_said_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no Neo4j server is named; set NEO4J_URI or give --uri"):
        read(tmp_path)
    with pytest.raises(UsageError, match=r"no password for neo4j at h:7687; set NEO4J_PASSWORD"):
        read(tmp_path, uri="bolt://h")


def test_the_person_at_the_terminal_is_asked_last(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return SECRET

    found = read(tmp_path, uri="bolt://h", ask=ask)
    assert (found.password, found.origins["password"]) == (SECRET, "asked")
    assert asked == ["Password of neo4j at h:7687: "]
    read(tmp_path, uri="bolt://h", ask=ask, variables={"NEO4J_PASSWORD": "x"})
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        (f"bolt://neo4j:{SECRET}@h", "holds a user name or a password"),
        (f"neo4j+s://{SECRET}@h:1", "holds a user name or a password"),
        (f"http://h/{SECRET}", "the Bolt address is needed, usually bolt://host:7687"),
        ("https://h:7473", "the Bolt address is needed"),
        ("ftp://h", ", not ftp"),
        ("localhost:7687", f"one of {', '.join(SCHEMES)}; such as"),
        ("", "one of bolt"),
        ("bolt://", "no host, or no port"),
        ("bolt://h:x", "no host, or no port"),
        ("bolt://h:99999", "no host, or no port"),
        ("bolt://h:0", "no host, or no port"),
        ("bolt://[::1", "no host, or no port"),
        ("bolt://a b", "no host, or no port"),
        ("bolt://a\nb", "no host, or no port"),
        ("bolt://" + "a" * 80, "no host, or no port"),
        (f"bolt://h/{SECRET}", "goes on after host and port"),
        (f"bolt://h?password={SECRET}", "goes on after host and port"),
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(uri: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        ConnectionSettings(uri)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_address_is_host_and_port() -> None:
    assert settings("neo4j+s://Db.example/?policy=eu").address == "db.example:7687"
    assert settings("BOLT://[::1]:17").address == "[::1]:17"


def test_the_password_is_in_no_representation() -> None:
    found = settings("bolt://h")
    shown = repr(found) + str(found) + repr(found.where) + repr(Connection(None, found, "d", None))  # type: ignore[arg-type]
    assert SECRET not in shown


@given(
    st.dictionaries(
        st.sampled_from(["NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE", "OTHER"]),
        st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1).filter(
            lambda text: text[0] not in "\"'"
        ),
    )
)
def test_lines_give_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "lines.txt"
    lines = ["NEO4J_URI=bolt://h", *(f"{name}={value}" for name, value in values.items())]
    file.write_text("\n".join(lines), encoding="utf-8")
    found = read(file.parent, file, ask=lambda _: "asked")
    assert found.username == values.get("NEO4J_USERNAME", "neo4j")
    assert found.password == values.get("NEO4J_PASSWORD", "asked")
    assert found.database == values.get("NEO4J_DATABASE")


@given(st.binary(max_size=60), st.sampled_from([".toml", ".txt"]))
def test_any_file_gives_settings_or_a_usage_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"any{suffix}"
    file.write_bytes(content)
    with contextlib.suppress(UsageError):
        read(file.parent, file, uri="bolt://h")


@given(st.text())
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    for uri in (text, f"bolt://{text}"):
        with contextlib.suppress(UsageError):
            assert ConnectionSettings(uri).address


# Failures, from the errors alone.


@given(
    st.text("xyzXYZ&%'\"\\\n  ", min_size=1).filter(lambda secret: secret.strip()),
    st.text("abc "),
    st.sampled_from([str, lambda text: repr(text)[1:-1], lambda text: quote(text, safe="")]),
)
def test_a_password_that_is_echoed_is_struck_out(
    secret: str, around: str, written: Callable[[str], str]
) -> None:
    place = Where("h:1", "bolt", "u", None, secret)
    hidden = place.hidden(f"{around}{written(secret)}{around}" * 50)
    assert not set(hidden) & set("xyzXYZ&%'\"\\")


def test_errors_of_the_block_itself_pass_through() -> None:
    with pytest.raises(BrokenPipeError), failures(WHERE):
        raise BrokenPipeError
    with pytest.raises(UsageError, match="mine"), failures(WHERE, connecting=True):
        raise UsageError("mine")


def test_every_error_of_the_driver_becomes_one_of_ours() -> None:
    kinds = [kind for kind in vars(neo4j.exceptions).values() if isinstance(kind, type)]
    kinds = [
        kind
        for kind in kinds
        if issubclass(kind, (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError))
    ]
    assert len(kinds) > 20
    for kind in kinds:
        arguments = (None,) if issubclass(kind, neo4j.exceptions.ResultError) else ()
        found = translated(kind(*arguments, f"it broke\nwith {SECRET}"), WHERE)
        assert type(found) in (UsageError, UnreachableError)
        assert SECRET not in str(found)
        assert "\n" not in str(found)


@pytest.mark.parametrize("version", ["4.4.48", "3.5.0", "", "dev"])
def test_a_server_before_neo4j_5_is_refused(version: str) -> None:
    with pytest.raises(UsageError, match="graphkit needs Neo4j 5 or later"):
        check_version(version, "h:1")


# Servers that are none, or that say what they are told to.


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server whose connections go to a function; gives its host and port."""
    listeners: list[socket.socket] = []

    def start(handle: Callable[[socket.socket], object]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def one(peer: socket.socket) -> None:
            with contextlib.suppress(OSError), peer:
                handle(peer)

        def loop() -> None:
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    threading.Thread(target=one, args=(peer,), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def packed(value: Any) -> bytes:
    """PackStream, as far as the answers below need it."""
    if isinstance(value, str):
        data = value.encode()
        return b"\xd1" + len(data).to_bytes(2, "big") + data
    if isinstance(value, list):
        return bytes([0x90 + len(value)]) + b"".join(map(packed, value))
    return bytes([0xA0 + len(value)]) + b"".join(packed(k) + packed(v) for k, v in value.items())


def scripted(
    code: str, words: str, *, at: bytes = b"", agent: str = "Neo4j/5.26.0"
) -> Callable[[socket.socket], None]:
    """A Bolt 5.0 server that fails with a code where a message holds `at`, or at any query."""

    def handle(peer: socket.socket) -> None:
        stream = peer.makefile("rb")
        stream.read(20)
        peer.sendall(b"\x00\x00\x00\x05")

        def answer(tag: int, content: Any) -> None:
            data = bytes([0xB1, tag]) + packed(content)
            peer.sendall(len(data).to_bytes(2, "big") + data + b"\x00\x00")

        failed, rows = False, [["plans"]]
        while True:
            message = b""
            while size := int.from_bytes(stream.read(2), "big"):
                message += stream.read(size)
            if len(message) < 2 or message[1] == 0x02:
                return
            tag = message[1]
            own = b"CALL db" in message or b"SHOW" in message
            failing = at in message if at else tag == 0x10 and not own
            if tag == 0x0F:
                failed = False
                answer(0x70, {})
            elif failed:
                peer.sendall(b"\x00\x02\xb0\x7e\x00\x00")
            elif failing:
                failed = True
                answer(0x7F, {"code": code, "message": words})
            elif tag == 0x10:
                answer(0x70, {"fields": ["edition" if b"components" in message else "name"]})
            elif tag == 0x3F:
                for row in rows:
                    answer(0x71, row)
                answer(0x70, {})
            else:
                answer(0x70, {"server": agent, "connection_id": "bolt-1"} if tag == 1 else {})

    return handle


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("encrypted", ["", "+s", "+ssc"])
def test_a_server_that_is_absent(scheme: str, encrypted: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = refusal(settings(f"{scheme}{encrypted}://127.0.0.1:{port}"), UnreachableError)
    assert text.startswith(f"no server listens at 127.0.0.1:{port}; start it")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s"])
def test_a_server_that_never_answers_is_given_up_in_time(
    serve: Callable[..., str], scheme: str
) -> None:
    address = serve(lambda peer: time.sleep(20))
    began = time.monotonic()
    text = refusal(settings(f"{scheme}://{address}"), UnreachableError, timeout=0.4)
    assert time.monotonic() - began < 5
    assert f"{address} does not answer; check the address" in text


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_speaks_http(serve: Callable[..., str], scheme: str) -> None:
    def handle(peer: socket.socket) -> None:
        peer.recv(100)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    text = refusal(settings(f"{scheme}://{serve(handle)}"), UnreachableError)
    assert "answers by HTTP, not by Bolt; the Bolt address is needed" in text


def test_a_server_that_hangs_up(serve: Callable[..., str]) -> None:
    address = serve(lambda peer: peer.recv(100))
    assert "closed the connection at once" in refusal(
        settings(f"bolt://{address}"), UnreachableError
    )
    text = refusal(settings(f"bolt+s://{address}"), UnreachableError)
    assert "does not answer with encryption; a server without encryption" in text


def test_a_server_that_knows_no_version_of_bolt_in_common(serve: Callable[..., str]) -> None:
    def handle(peer: socket.socket) -> None:
        peer.recv(100)
        peer.sendall(b"\x00\x00\x00\x00")
        peer.recv(100)

    text = refusal(settings(f"bolt://{serve(handle)}"), UsageError)
    assert "is no Neo4j server that this driver can talk to; graphkit needs Neo4j 5" in text


def test_a_host_name_that_is_not_known() -> None:
    text = refusal(settings("bolt://no-such-host.invalid"), UnreachableError)
    assert text == "the host name in no-such-host.invalid:7687 is not known; check the address"


def test_an_old_server_is_refused_in_one_line(serve: Callable[..., str]) -> None:
    address = serve(scripted("", "", at=b"\xff\xff", agent="Neo4j/4.4.48"))
    text = refusal(settings(f"bolt://{address}"), UsageError)
    assert text.startswith(f"{address} runs Neo4j 4.4.48, and graphkit needs Neo4j 5 or later")


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("ClientError.Security.Unauthorized", UsageError, "does not accept the user name nobody"),
        ("ClientError.Security.AuthenticationRateLimit", UsageError, "locked the user nobody"),
        ("ClientError.Security.CredentialsExpired", UsageError, "has to be changed first"),
        ("ClientError.Security.TokenExpired", UsageError, "turned the user nobody away"),
        ("ClientError.Security.Forbidden", UsageError, "the user nobody may not do this"),
        ("ClientError.Database.DatabaseNotFound", UsageError, "has no database plans"),
        ("ClientError.General.ForbiddenOnReadOnlyDatabase", UsageError, "read-only"),
        ("ClientError.General.WriteOnReadOnlyAccessDatabase", UsageError, "is read-only"),
        ("ClientError.Cluster.NotALeader", UsageError, "use the neo4j:// address of"),
        ("ClientError.Statement.AccessMode", UsageError, "was asked only to read"),
        ("ClientError.Statement.SyntaxError", UsageError, "refuses the query: echo …"),
        ("ClientError.Schema.ConstraintValidationFailed", UsageError, "forbids what was to be"),
        ("ClientError.Schema.ConstraintCreationFailed", UsageError, "break a constraint"),
        ("ClientError.Schema.IndexAlreadyExists", UsageError, "stands in the way: echo …"),
        ("TransientError.General.MemoryPoolOutOfMemoryError", UsageError, "--batch"),
        ("TransientError.General.TransactionMemoryLimit", UsageError, "--batch"),
        ("ClientError.General.TransactionOutOfMemoryError", UsageError, "more memory"),
        ("ClientError.Transaction.TransactionTimedOut", UsageError, "took too long"),
        ("TransientError.Transaction.DeadlockDetected", UnreachableError, "in spite of retries"),
        ("TransientError.Transaction.LockClientStopped", UnreachableError, "in spite of retries"),
        ("TransientError.Transaction.Terminated", UnreachableError, "from outside"),
        ("TransientError.General.DatabaseUnavailable", UnreachableError, "is not available"),
        ("DatabaseError.Transaction.TransactionCommitFailed", UnreachableError, "disk is full"),
        ("DatabaseError.General.UnknownError", UnreachableError, "failed in its own work"),
        ("ClientError.Request.Invalid", UsageError, "(Neo.ClientError.Request.Invalid)"),
    ],
)
def test_what_a_server_reports_is_said_without_the_password(
    serve: Callable[..., str], code: str, kind: type[GraphkitError], said: str
) -> None:
    address = serve(scripted(f"Neo.{code}", f"echo {SECRET}\nmore."))
    wanted = settings(f"bolt://{address}")
    with connect(wanted, retry=0.1) as connection:
        for attempt in (
            lambda: list(connection.read("RETURN 1")),
            lambda: connection.write(lambda work: work.run("CREATE ()").consume()),
        ):
            with pytest.raises(kind) as caught:
                attempt()
            assert said in str(caught.value)
            assert SECRET not in str(caught.value)
            assert "\n" not in str(caught.value)
    at_once = serve(scripted(f"Neo.{code}", f"echo {SECRET}", at=b"user_agent"))
    refusal(settings(f"bolt://{at_once}"), kind)


def test_a_user_with_few_rights_still_connects(serve: Callable[..., str]) -> None:
    address = serve(scripted("Neo.ClientError.Security.Forbidden", "no", at=b"dbms.components"))
    with connect(settings(f"bolt://{address}")) as connection:
        assert connection.database == "plans"
        assert connection.server.writable is None
        assert connection.server.edition == ""


def test_a_connection_that_breaks_amid_records_is_lost(serve: Callable[..., str]) -> None:
    def handle(peer: socket.socket) -> None:
        with contextlib.suppress(ZeroDivisionError):
            scripted("", "", at=b"\xff\xff")(Breaking(peer))  # type: ignore[arg-type]

    class Breaking:
        """Ends the connection once a query that is not the connection's own comes."""

        def __init__(self, peer: socket.socket) -> None:
            self.peer, self.sent = peer, 0

        def makefile(self, mode: str) -> Any:
            return self.peer.makefile("rb")

        def sendall(self, data: bytes) -> None:
            if b"plans" in data and self.sent:
                self.peer.shutdown(socket.SHUT_RDWR)
                raise OSError
            self.sent += b"plans" in data
            self.peer.sendall(data)

    address = serve(handle)
    text = ""
    try:
        with connect(settings(f"bolt://{address}"), retry=0.1) as connection:
            list(connection.read("RETURN 1"))
    except UnreachableError as error:
        text = str(error)
    assert f"the connection to {address} was lost; what was committed stays" in text


# A real server.


def given_settings(server: Any, **values: Any) -> ConnectionSettings:
    chosen = {
        "username": server.username,
        "password": server.password,
        "database": server.database,
        **values,
    }
    return ConnectionSettings(chosen.pop("uri", server.uri), **chosen)


def rescheme(server: Any, scheme: str, address: str = "") -> str:
    return f"{scheme}://{address or urlsplit(server.uri).netloc}"


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("database", [None, "NEO4J"])
def test_a_connection_knows_its_server_and_its_database(
    neo4j_server: Any, scheme: str, database: str | None
) -> None:
    wanted = given_settings(neo4j_server, uri=rescheme(neo4j_server, scheme), database=database)
    with connect(wanted) as connection:
        assert connection.database == "neo4j"
        assert connection.server.version.startswith("5.")
        assert connection.server.edition in ("community", "enterprise")
        assert connection.server.kind == "single"
        assert connection.server.writable is True


@pytest.mark.neo4j
def test_records_stream_and_may_be_left_unread(neo4j_server: Any) -> None:
    with connect(given_settings(neo4j_server)) as connection:
        rows = connection.read("UNWIND range(1, $n) AS i RETURN i", {"n": 30_000})
        assert sum(row["i"] for row in rows) == 30_000 * 30_001 // 2
        endless = connection.read("UNWIND range(1, 1000000000) AS i RETURN i")
        assert next(endless)["i"] == 1
        endless.close()  # type: ignore[attr-defined]
        assert connection.write(lambda work: work.run("RETURN 7 AS n").single(True)["n"]) == 7


@pytest.mark.neo4j
def test_a_read_cannot_write_and_has_a_time_limit(neo4j_server: Any) -> None:
    with connect(given_settings(neo4j_server)) as connection:
        with pytest.raises(UsageError, match=r"the query writes, and .* was asked only to read"):
            list(connection.read("CREATE (:Never)"))
        with pytest.raises(UsageError, match="refuses the query: Invalid input"):
            list(connection.read("RETRN 1"))
        slow = "UNWIND range(1, 100000000000) AS i RETURN count(i)"
        with pytest.raises(UsageError, match="took too long"):
            list(connection.read(slow, timeout=0.2))


@pytest.mark.neo4j
def test_an_unknown_user_and_an_unknown_database(neo4j_server: Any) -> None:
    wrong = given_settings(neo4j_server, username="nobody-1", password=SECRET)
    assert "does not accept the user name nobody-1" in refusal(wrong, UsageError)
    for scheme in ("bolt", "neo4j"):
        uri = rescheme(neo4j_server, scheme)
        absent = given_settings(neo4j_server, uri=uri, database="no-such-database")
        assert "has no database no-such-database; SHOW DATABASES" in refusal(absent, UsageError)
    with (
        pytest.raises(UsageError, match="the database system holds"),
        connect(given_settings(neo4j_server, database="system")),
    ):
        pass


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s"])
def test_encryption_that_the_server_does_not_speak(neo4j_server: Any, scheme: str) -> None:
    wanted = given_settings(neo4j_server, uri=rescheme(neo4j_server, scheme))
    text = refusal(wanted, UnreachableError)
    assert f"by {scheme.partition('+')[0]}:// instead of {scheme}://" in text


@pytest.mark.neo4j
def test_a_server_that_is_lost_amid_a_stream(neo4j_server: Any, serve: Callable[..., str]) -> None:
    parts = urlsplit(neo4j_server.uri)

    def handle(peer: socket.socket) -> None:
        with socket.create_connection((parts.hostname, parts.port)) as server:
            server.setblocking(False)
            peer.setblocking(False)
            passed = 0
            while passed < 300_000:
                for source, target in ((peer, server), (server, peer)):
                    with contextlib.suppress(BlockingIOError):
                        data = source.recv(4096)
                        target.setblocking(True)
                        target.sendall(data)
                        target.setblocking(False)
                        passed += len(data)
                time.sleep(0.0005)

    wanted = given_settings(neo4j_server, uri=f"bolt://{serve(handle)}")
    with connect(wanted, retry=0.5) as connection:
        rows = connection.read("UNWIND range(1, 1000000) AS i RETURN toString(i)")
        next(rows)
        with pytest.raises(UnreachableError, match="was lost; what was committed stays"):
            list(rows)


@pytest.mark.neo4j
def test_nothing_reaches_standard_error(
    neo4j_server: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with connect(given_settings(neo4j_server)) as connection:
        list(connection.read("MATCH (n:NoSuchLabel) RETURN n.noSuchKey"))
    uri = rescheme(neo4j_server, "neo4j+s")
    refusal(given_settings(neo4j_server, uri=uri), UnreachableError)
    assert capfd.readouterr().err == ""


@pytest.fixture
def encrypted(neo4j_server: Any, serve: Callable[..., str], tmp_path: Path) -> tuple[str, Path]:
    """The real server behind TLS with a certificate of its own for `localhost`."""
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate, is absent")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    words += f" -addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}"
    subprocess.run(words.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    parts = urlsplit(neo4j_server.uri)

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def handle(peer: socket.socket) -> None:
        with (
            context.wrap_socket(peer, server_side=True) as inner,
            socket.create_connection((parts.hostname, parts.port)) as server,
        ):
            back = threading.Thread(target=pump, args=(server, inner), daemon=True)
            back.start()
            pump(inner, server)
            back.join()

    return serve(handle).replace("127.0.0.1", "localhost"), certificate


@pytest.mark.neo4j
def test_a_certificate_has_to_be_trusted(neo4j_server: Any, encrypted: tuple[str, Path]) -> None:
    address, certificate = encrypted
    for scheme in ("bolt+s", "neo4j+s"):
        wanted = given_settings(neo4j_server, uri=f"{scheme}://{address}")
        assert "is not trusted: self" in refusal(wanted, UnreachableError)
    trusting = given_settings(neo4j_server, uri=f"bolt+s://{address}", certificate=certificate)
    with connect(trusting) as connection:
        assert connection.server.kind == "single"
    with connect(given_settings(neo4j_server, uri=f"bolt+ssc://{address}")) as connection:
        assert connection.database == "neo4j"
    elsewhere = address.replace("localhost", "127.0.0.1")
    wanted = given_settings(neo4j_server, uri=f"bolt+s://{elsewhere}", certificate=certificate)
    assert "certificate is not valid for '127.0.0.1'" in refusal(wanted, UnreachableError)
    plain = given_settings(neo4j_server, uri=f"bolt://{address}")
    text = refusal(plain, UnreachableError)
    assert "closed the connection at once; a server that wants encryption is reached by" in text


def test_a_certificate_that_cannot_be_used(tmp_path: Path) -> None:
    empty = tmp_path / "c.pem"
    empty.write_text("")
    for path in (empty, tmp_path / "absent.pem"):
        with pytest.raises(UsageError, match="no certificate can be read"):
            settings("bolt+s://h", certificate=path)
    with pytest.raises(UsageError, match=r"has to begin with bolt\+s://"):
        settings("bolt://h", certificate=empty)
