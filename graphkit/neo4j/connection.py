"""Where a Neo4j server is, and a connection to it that reads in streams and writes in retries."""

from __future__ import annotations

import getpass
import logging
import os
import re
import ssl
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import neo4j
from neo4j import exceptions

from graphkit import __version__
from graphkit.errors import NoServerError, UsageError
from graphkit.neo4j.failures import Where, failures

R = TypeVar("R")
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
FETCH_SIZE = 10_000
"""Records asked for at a time: 5 % faster than the driver's 1,000, and memory stays small."""
AGENT = f"graphkit/{__version__}"
_VARIABLES = {
    "uri": "NEO4J_URI",
    "username": "NEO4J_USERNAME",
    "password": "NEO4J_PASSWORD",
    "database": "NEO4J_DATABASE",
}
_KEYS = (*_VARIABLES, "password_file", "certificate")


@dataclass(frozen=True)
class ConnectionSettings:
    """Which server, as whom, into which database. Raises UsageError for an address that is none.

    `database` None is the user's home database. `certificate` is a PEM file of the authority
    to trust in place of the system's. `origins` tells where each value was found, `notes` what
    the person at the terminal should know.

    >>> settings = ConnectionSettings("bolt+s://db.example", password="s3cret")
    >>> settings.address, "s3cret" in repr(settings)
    ('db.example:7687', False)
    """

    uri: str
    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
    certificate: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        parts = _parts(self.uri)
        if self.certificate is not None:
            if not parts.scheme.endswith("+s"):
                raise UsageError(
                    f"a certificate is of no use with {parts.scheme}://",
                    hint=f"the address has to begin with {parts.scheme.partition('+')[0]}+s://",
                )
            try:
                ssl.create_default_context(cafile=self.certificate)
            except OSError as error:
                raise UsageError(
                    f"{self.certificate}: no certificate can be read: {error.strerror or error}"
                ) from None

    @property
    def address(self) -> str:
        """Host and port of the server."""
        parts = urlsplit(self.uri)
        host = parts.hostname or ""
        return f"{f'[{host}]' if ':' in host else host}:{parts.port or 7687}"

    @property
    def where(self) -> Where:
        """What messages about this server may tell."""
        scheme = urlsplit(self.uri).scheme
        return Where(self.address, scheme, self.username, self.database, self.password)


def _parts(uri: str) -> SplitResult:
    """The parts of a server's address; nothing that could hold a secret is repeated."""
    example = "such as bolt://127.0.0.1:7687 or neo4j+s://<id>.databases.neo4j.io"
    if "@" in uri:
        raise UsageError(
            "the server's address holds a user name or a password",
            hint="give the address alone, and the password by NEO4J_PASSWORD or the config file",
        )
    scheme = uri.partition("://")[0].lower() if "://" in uri else ""
    if scheme in ("http", "https"):
        raise UsageError(
            f"the server's address begins with {scheme}://",
            hint="the Bolt address is needed, usually bolt://host:7687",
        )
    if scheme not in SCHEMES:
        named = f", not {scheme}" if re.fullmatch(r"[a-z0-9+.-]{1,20}", scheme) else ""
        raise UsageError(
            f"the server's address begins with one of {', '.join(SCHEMES)}{named}", hint=example
        )
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
        broken = not host or parts.port == 0 or re.search(r"[\s\x00-\x20\x7f]", uri) is not None
        host.encode("idna")
    except ValueError:  # a port that is none, half an IPv6 address, a label that is too long
        broken = True
    if broken:
        raise UsageError(
            "the server's address has no host, or no port, that can be read", hint=example
        )
    if parts.path not in ("", "/") or parts.fragment or (parts.query and scheme[:4] == "bolt"):
        raise UsageError(
            "the server's address goes on after host and port",
            hint="a database is named by --database or NEO4J_DATABASE",
        )
    return parts


def default_config(environment: Mapping[str, str]) -> Path:
    """Where the config file of a user is looked for."""
    base = environment.get("APPDATA") if os.name == "nt" else environment.get("XDG_CONFIG_HOME")
    return Path(base or Path.home() / ".config") / "graphkit" / "neo4j.toml"


def ask_at_terminal(question: str) -> str:
    """Ask for a password without showing it; empty where nobody can be asked."""
    return getpass.getpass(question) if sys.stdin and sys.stdin.isatty() else ""


def read_settings(
    uri: str | None = None,
    username: str | None = None,
    database: str | None = None,
    *,
    certificate: Path | None = None,
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
    ask: Callable[[str], str] = ask_at_terminal,
) -> ConnectionSettings:
    """The settings from arguments, else the environment, else the config file, else `ask`.

    Raises UsageError where no server or no password is found, or a file cannot be read.

    >>> variables = {"NEO4J_URI": "bolt://db.example", "NEO4J_PASSWORD": "s3cret"}
    >>> settings = read_settings(database="plans", environment=variables)
    >>> settings.username, settings.database, settings.origins["uri"]
    ('neo4j', 'plans', 'NEO4J_URI')
    """
    environment = os.environ if environment is None else environment
    found: dict[str, str] = {}
    origins: dict[str, str] = {}
    notes: list[str] = []

    def take(values: Mapping[str, str | None], origin: Callable[[str], str]) -> None:
        for key, value in values.items():
            if value and key not in found:
                found[key], origins[key] = value, origin(key)

    given = {"uri": uri, "username": username, "database": database}
    take(given, lambda key: f"--{key}")
    take({key: environment.get(name) for key, name in _VARIABLES.items()}, _VARIABLES.__getitem__)
    named = config or (Path(p) if (p := environment.get("GRAPHKIT_NEO4J_CONFIG")) else None)
    path = (named or default_config(environment)).expanduser()
    if named or path.is_file():
        values, warnings = _read_config(path, wants_password="password" not in found)
        take(values, lambda _: str(path))
        notes += warnings
    if "uri" not in found:
        raise NoServerError(
            "no Neo4j server is named",
            hint="set NEO4J_URI or give --uri; in a checkout of graphkit, `scripts/neo4j up` "
            "starts one for trials",
        )
    checked = ConnectionSettings(found["uri"].strip(), found.get("username", "neo4j"))
    if "password" not in found:
        question = f"Password of {checked.username} at {checked.address}: "
        take({"password": ask(question)}, lambda _: "asked")
    if "password" not in found:
        raise UsageError(
            f"no password for {checked.username} at {checked.address}",
            hint=f"set NEO4J_PASSWORD, or write password or password_file into {path}",
        )
    trusted = certificate or (Path(c) if (c := found.get("certificate")) else None)
    return ConnectionSettings(
        checked.uri,
        checked.username,
        found["password"],
        found.get("database"),
        trusted,
        origins,
        tuple(notes),
    )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsageError(f"{path}: cannot be read: {reason or 'no such file'}") from None


def _read_config(path: Path, wants_password: bool) -> tuple[dict[str, str], list[str]]:
    """The values of a config file, and notes about it. No message repeats a value."""
    text = _text(path)
    values = _toml(path, text) if path.suffix.lower() == ".toml" else _lines(path, text)
    notes = _open_to_others(path) if "password" in values else []
    beside = path.resolve().parent
    if (name := values.pop("password_file", None)) and wants_password:
        if "password" in values:
            raise UsageError(f"{path}: has both password and password_file", hint="drop one")
        secret = beside / _home(name, path)
        values["password"] = _text(secret).rstrip("\r\n")
        notes += _open_to_others(secret)
        if not values["password"]:
            raise UsageError(f"{secret}: holds no password")
    if name := values.get("certificate"):
        values["certificate"] = str(beside / _home(name, path))
    return values, notes


def _home(name: str, config: Path) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise UsageError(f"{config}: {name} begins with the home of nobody here") from None


def _open_to_others(path: Path) -> list[str]:
    if os.name == "nt" or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    return [f"{path}: holds a password and is readable by others; chmod 600 {path}"]


def _toml(path: Path, text: str) -> dict[str, str]:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line \d+", str(error))
        raise UsageError(f"{path}: is not TOML{' ' + line[0] if line else ''}") from None
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"{path}: unknown key {key}", hint=f"known are {', '.join(_KEYS)}")
        if not isinstance(value, str):
            raise UsageError(f"{path}: {key} is not text", hint="put it in quotation marks")
    return dict(table)


def _lines(path: Path, text: str) -> dict[str, str]:
    """NAME=value lines, as in the file that Neo4j Aura gives for a new database."""
    names = {name: key for key, name in _VARIABLES.items()}
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip().removeprefix("export ")
        if not bare or bare.startswith("#"):
            continue
        name, sign, value = bare.partition("=")
        if not sign:
            raise UsageError(f"{path}:{number}: is no line of the form NAME=value")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key := names.get(name.strip()):
            values[key] = value
    return values


@dataclass(frozen=True)
class Server:
    """What a server says about itself; `writable` None where it does not tell."""

    version: str
    edition: str
    kind: str
    """`single`, `cluster` or `aura`."""
    writable: bool | None


@dataclass(frozen=True)
class Connection:
    """An open connection; `database` is the resolved name, and every session names it.

    All sessions share their bookmarks: what was written is seen by the next read, on
    whichever member of a cluster it lands. Failures come out as GraphkitError.
    """

    driver: neo4j.Driver
    settings: ConnectionSettings
    database: str
    server: Server
    bookmarks: Any = field(default_factory=neo4j.GraphDatabase.bookmark_manager, repr=False)

    @property
    def where(self) -> Where:
        """What messages about this connection may tell."""
        place = self.settings.where
        return Where(place.address, place.scheme, place.username, self.database, place.secret)

    @contextmanager
    def session(self, **options: Any) -> Iterator[neo4j.Session]:
        """A session of the driver on the database; `options` go to `Driver.session`."""
        chosen = {"fetch_size": FETCH_SIZE, **options}
        chosen |= {"database": self.database, "bookmark_manager": self.bookmarks}
        with failures(self.where), self.driver.session(**chosen) as session:
            yield session

    def read(
        self,
        query: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Iterator[neo4j.Record]:
        """Stream the records of a query that only reads; the server refuses one that writes.

        Nothing is retried once records flow. `timeout` is in seconds, by the server's clock.
        """
        asked = neo4j.Query(query, {"app": AGENT}, timeout)
        with self.session(default_access_mode=neo4j.READ_ACCESS) as session:
            yield from session.run(asked, dict(parameters or {}))

    def write(
        self, work: Callable[[neo4j.ManagedTransaction], R], *, timeout: float | None = None
    ) -> R:
        """Run `work` in a transaction and return what it returns.

        The driver runs it again after a failure that may pass: running it twice must
        amount to running it once. Consume results inside it.
        """
        timed = neo4j.unit_of_work(metadata={"app": AGENT}, timeout=timeout)(work)
        with self.session() as session:
            return session.execute_write(timed)


@contextmanager
def connect(
    settings: ConnectionSettings, *, timeout: float = 10.0, retry: float = 30.0
) -> Iterator[Connection]:
    """Connect, and find out what the server and the database are.

    `timeout` seconds for a connection to stand (half as much again in all), `retry` seconds
    for a transaction to be tried again. Raises UnreachableError (exit code 3) where there
    is no server or it is lost, UsageError (2) where login, database or version are wrong.
    """
    log = logging.getLogger("neo4j")
    if not log.hasHandlers():  # else Python prints the driver's warnings on standard error
        log.addHandler(logging.NullHandler())
    with failures(settings.where, connecting=True):
        driver = _driver(settings, settings.uri, timeout, retry)
    with driver:
        with failures(settings.where, connecting=True):
            try:
                version = driver.get_server_info().agent.removeprefix("Neo4j/")
            except exceptions.ServiceUnavailable:
                # The drivers before 6 do not tell why nobody routes: a direct connection does.
                uri = re.sub("^neo4j", "bolt", settings.uri, flags=re.IGNORECASE)
                with _driver(settings, uri.partition("?")[0], timeout, retry) as direct:
                    direct.get_server_info()
                raise
            check_version(version, settings.address)
            database = _database(driver, settings.database)
            server = _server(driver, database, version)
        if database == "system":
            raise UsageError(
                "the database system holds the server's own users and databases",
                hint="--database or NEO4J_DATABASE names another",
            )
        yield Connection(driver, settings, database, server)


def _driver(settings: ConnectionSettings, uri: str, timeout: float, retry: float) -> neo4j.Driver:
    trust: dict[str, Any] = {}
    if settings.certificate is not None:  # which the driver does not take along with bolt+s://
        uri = re.sub(r"\+s(?=://)", "", uri, count=1, flags=re.IGNORECASE)
        authority = neo4j.TrustCustomCAs(str(settings.certificate))
        trust = {"encrypted": True, "trusted_certificates": authority}
    return neo4j.GraphDatabase.driver(
        uri,
        auth=neo4j.basic_auth(settings.username, settings.password),
        user_agent=AGENT,
        connection_timeout=timeout,
        connection_acquisition_timeout=1.5 * timeout,
        max_transaction_retry_time=retry,
        **trust,
    )


def check_version(version: str, address: str) -> None:
    """Raise UsageError for a server before Neo4j 5, whose Cypher lacks what graphkit writes.

    >>> check_version("2025.09.0", "db.example:7687")
    >>> check_version("5.27-aura", "db.example:7687")
    """
    first = re.match(r"\d+", version)
    if first is None or int(first[0]) < 5:
        raise UsageError(
            f"{address} runs Neo4j {version}, and graphkit needs Neo4j 5 or later",
            hint="5.26 is the release with long-term support",
        )


def _database(driver: neo4j.Driver, asked: str | None) -> str:
    """The name of the database as the server writes it; None asks for the user's home."""
    try:
        with driver.session(database=asked) as session:
            rows = session.run("CALL db.info() YIELD name RETURN name").data()
    except exceptions.ClientError as error:
        if not (error.code or "").startswith(("Neo.ClientError.Procedure.", "Neo.ClientError.St")):
            raise
        if asked:
            return asked
        with driver.session(database="system") as session:
            rows = session.run("SHOW HOME DATABASE YIELD name").data()
    return str(rows[0]["name"])


def _server(driver: neo4j.Driver, database: str, version: str) -> Server:
    """Edition, kind and state, as far as the user may see them."""
    edition, rows = "", []
    with driver.session(database="system") as session:
        try:
            edition = str(session.run("CALL dbms.components() YIELD edition").data()[0]["edition"])
            query = "SHOW DATABASES YIELD * WHERE name = $name"
            rows = session.run(query, name=database).data()
        except (exceptions.ClientError, IndexError):
            pass  # a user with few rights: the work itself will show what may be done
    kind = "aura" if version.endswith("-aura") else "cluster" if len(rows) > 1 else "single"
    writable = None
    if rows:
        writable = any(
            row.get("access") == "read-write"
            and row.get("currentStatus") == "online"
            and row.get("writer") is not False
            for row in rows
        )
    return Server(version, edition, kind, writable)
