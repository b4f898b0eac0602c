"""The folder of one server: its settings, password, data and process."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connection import Connection
from installation import OPENS, Installation, locked
from neo4j.exceptions import AuthError
from problems import Problem, say

PATIENCE = 120  # seconds, for a start and for a stop
DEFAULT_OPTIONS = ("-Xmx1g",)
ADDRESS = "server.bolt.listen_address"


@dataclass(frozen=True)
class Home:
    """One server."""

    folder: Path
    installation: Installation

    @property
    def _conf(self) -> Path:
        return self.folder / "conf" / "neo4j.conf"

    @property
    def _java_options(self) -> Path:
        return self.folder / "conf" / "java-options"

    @property
    def _console(self) -> Path:
        return self.folder / "logs" / "console.log"

    @property
    def _password(self) -> Path:
        return self.folder / "password"

    @property
    def _pid(self) -> Path:
        """Holds the process id, and the server holds a lock on it for as long as it lives: no
        file that a killed server left, and no other process with its id, can be taken for it."""
        return self.folder / "neo4j.pid"

    def pid(self) -> int | None:
        """The id of the running process."""
        try:
            with self._pid.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(self._pid.read_text() or 0)
        except FileNotFoundError:
            pass
        return None

    def settings(self) -> dict[str, str]:
        """What neo4j.conf says; empty where there is none yet."""
        if not self._conf.is_file():
            return {}
        lines = self._conf.read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def uri(self) -> str | None:
        """Where the server listens, or did last."""
        settings = self.settings()
        # +ssc: encrypted, and a certificate that signed itself is good enough.
        encrypted = settings.get("server.bolt.tls_level", "DISABLED").upper() == "REQUIRED"
        scheme = "bolt+ssc" if encrypted else "bolt"
        return f"{scheme}://{settings[ADDRESS]}" if ADDRESS in settings else None

    def connection(self) -> Connection | None:
        """How to reach the server, if it runs."""
        uri = self.uri()
        if uri is None or self.pid() is None:
            return None
        return Connection(uri, "neo4j", self._password.read_text("utf-8").strip())

    def up(self, extra: dict[str, str], java_options: Sequence[str]) -> int:
        """Start the server unless it runs, and wait until it answers a query."""
        with locked(self.folder / "lock"):
            running = self.connection()
            if running:
                self._check_unchanged(extra, java_options)
                fault = running.fault()
                if fault:
                    raise Problem(
                        f"A server runs (pid {self.pid()}) but does not answer at {running.uri}: "
                        f"{fault}\nTo stop it: scripts/neo4j --home {self.folder} down"
                    )
                say(f"Neo4j is already running at {running.uri} (data in {self.folder}).")
                return 0
            self.installation.java()
            self.installation.ensure()
            begun = time.monotonic()
            self._java_options.parent.mkdir(parents=True, exist_ok=True)
            words = (*OPENS, *DEFAULT_OPTIONS, *java_options)  # the last one wins
            self._java_options.write_text("".join(f'"{word}"\n' for word in words), "utf-8")
            self._console.parent.mkdir(exist_ok=True)
            for last in (False, False, True):
                self._write_settings(extra)
                self._ensure_password()
                if self._start(give_up=last or ADDRESS in extra):
                    break
            seconds = time.monotonic() - begun
            say(
                f"Neo4j {self.installation.version} started in {seconds:.0f} s at {self.uri()} "
                f"(data in {self.folder})."
            )
        return 0

    def _check_unchanged(self, extra: dict[str, str], java_options: Sequence[str]) -> None:
        """A server that runs takes no settings: only those that it has may be given."""
        has, words = self.settings(), self._java_options.read_text("utf-8").splitlines()
        differing = [f"{key}={value}" for key, value in extra.items() if has.get(key) != value]
        differing += [word for word in java_options if f'"{word}"' not in words]
        if differing:
            raise Problem(
                f"The server already runs, without {', '.join(differing)}.\n"
                "Stop it first (down), then start it with those."
            )

    def _write_settings(self, extra: dict[str, str]) -> None:
        """The ports are those of the last time, if they are still free."""
        before = self.settings().get(ADDRESS, "127.0.0.1:0")
        address = f"127.0.0.1:{free_port(int(before.rpartition(':')[2]))}"
        settings = {
            "server.default_listen_address": "127.0.0.1",
            ADDRESS: address,
            "server.bolt.advertised_address": address,
            # Bolt is all that is asked: the browser is not among the jars.
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "dbms.usage_report.enabled": "false",
            "dbms.security.allow_csv_import_from_file_urls": "false",
            "server.memory.pagecache.size": "256m",
            "db.tx_log.preallocate": "false",  # or an empty database takes half a gigabyte
            **extra,
        }
        self._conf.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"{key}={value}\n" for key, value in settings.items())
        self._conf.write_text("".join(lines), "utf-8")

    def _ensure_password(self) -> None:
        """A random one that only the owner can read; the server takes it before its first start."""
        if not self._password.is_file():
            part = self._password.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(secrets.token_hex(16), "utf-8")
            part.rename(self._password)
        if (self.folder / "data" / "databases" / "system").is_dir():
            return
        # @FILE: neo4j-admin reads the argument from there, so that no list of processes shows it.
        words = ["dbms", "set-initial-password", f"@{self._password}"]
        done = subprocess.run(
            self._admin_command(words), env=self._variables(), capture_output=True, text=True
        )
        if done.returncode:
            raise Problem(f"Neo4j did not take its first password: {done.stdout}{done.stderr}")

    def _start(self, give_up: bool) -> bool:
        """Start the process; false if it should be tried once more, with another port."""
        command = [
            *(self.installation.java(), f"@{self._java_options}"),
            *("-cp", f"{self.installation.lib}/*", self.installation.main_class()),
            *(f"--home-dir={self.folder}", f"--config-dir={self._conf.parent}"),
            "--console-mode",  # so that the console says why a start failed
        ]
        with self._pid.open("a") as held, self._console.open("wb") as console:
            fcntl.flock(held, fcntl.LOCK_EX)
            held.truncate(0)
            # A session of its own: Ctrl-C in the terminal is not for the server.
            server = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                pass_fds=[held.fileno()],
            )
            held.write(str(server.pid))
        try:
            if self._wait(server):
                return True
        except BaseException:
            server.kill()
            server.wait()
            raise
        said = self._console.read_text("utf-8", "replace")
        if "Address already in use" in said and not give_up:
            return False
        lines = said.splitlines()
        telling = [line for line in lines if re.search("ERROR|Error|Caused by", line)] or lines
        shown = "\n".join(f"  {line[:300]}" for line in telling[-6:])
        raise Problem(f"Neo4j stopped while it started. From {self._console}:\n{shown}")

    def _wait(self, server: subprocess.Popen[bytes]) -> bool:
        """True when the server answers, false when it ended."""
        connection = self.connection()
        fault: Exception | None = None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if server.poll() is not None or connection is None:
                return False
            # Before it says so, what answers at that port may be a server of someone else.
            if " Started." in self._console.read_text("utf-8", "replace"):
                fault = connection.fault()
                if fault is None:
                    return True
            if isinstance(fault, AuthError):
                raise Problem(
                    f"The password in {self._password} is not that of the data: {fault}\n"
                    f"Put the right one there, or delete {self.folder} to begin anew."
                )
            time.sleep(0.1)
        raise Problem(
            f"Neo4j did not answer within {PATIENCE} s and was stopped: {fault}\n"
            f"What it said is in {self._console}"
        )

    def down(self) -> int:
        """Stop the server and wait until it has ended."""
        if not self.folder.is_dir():
            say(f"Neo4j is not running (data in {self.folder}).")
            return 0
        with locked(self.folder / "lock"):
            pid = self.pid()
            if not pid:
                say(f"Neo4j is not running (data in {self.folder}).")
                return 0
            begun = time.monotonic()
            how = "stopped"
            os.kill(pid, signal.SIGTERM)
            while self.pid():
                if time.monotonic() > begun + PATIENCE and how == "stopped":
                    os.kill(pid, signal.SIGKILL)
                    how = f"did not stop within {PATIENCE} s and was killed"
                time.sleep(0.05)
            say(f"Neo4j {how} (data in {self.folder}).")
        return 0

    def admin(self, words: Sequence[str]) -> int:
        """Run neo4j-admin on this home; gives its exit code."""
        self.installation.java()
        self.installation.ensure()
        if not self._conf.is_file():
            with locked(self.folder / "lock"):
                self._write_settings({})
        return subprocess.run(self._admin_command(words), env=self._variables()).returncode

    def _admin_command(self, words: Sequence[str]) -> list[str]:
        java, lib = self.installation.java(), self.installation.lib
        return [java, *OPENS, "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool", *words]

    def _variables(self) -> dict[str, str]:
        folders = {"NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self._conf.parent)}
        return {**os.environ, **folders}


def free_port(wanted: int) -> int:
    """The wanted port if nothing listens there, else one that is free; 0 means any."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port(0)
        return int(attempt.getsockname()[1])
