"""scripts/neo4j: a real server that starts, answers, survives what befalls it, and stops."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError
from neo4j_server import SCRIPT, Neo4jServer, PrivateServer, script

NODES = "MATCH (n) RETURN count(n) AS n"


def without(tmp_path: Path, *names: str) -> dict[str, str]:
    """An environment in which only the named programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname", *names):
        found = shutil.which(name)
        if not found:
            pytest.skip(f"{name} is not installed")
        (folder / name).symlink_to(found)
    return {"PATH": str(folder), "PYTHON": sys.executable}


def test_help_names_every_verb_and_exit_code() -> None:
    answer = script("--help")
    assert answer.returncode == 0
    for verb in ("up", "down", "status", "env", "shell", "admin"):
        assert f"\n  {verb} " in answer.stdout
    assert "exit codes: 0" in answer.stdout


@pytest.mark.parametrize("words", [[], ["upp"], ["up", "--set", "novalue"]], ids=str)
def test_wrong_usage_ends_with_code_2(words: list[str], tmp_path: Path) -> None:
    assert script("--home", tmp_path, *words).returncode == 2


def test_without_java_it_says_what_to_install(tmp_path: Path) -> None:
    answer = script("--home", tmp_path / "home", "up", env=without(tmp_path))
    assert answer.returncode == 3
    assert "needs Java 17 or later: no Java was found." in answer.stderr
    assert "apt install default-jre-headless" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_java_home_that_holds_no_java_is_named(tmp_path: Path) -> None:
    environment = without(tmp_path) | {"JAVA_HOME": "/nowhere"}
    answer = script("--home", tmp_path / "home", "up", env=environment)
    assert answer.returncode == 3
    assert "no Java was found in JAVA_HOME (/nowhere)" in answer.stderr


def test_without_maven_it_says_what_to_install(tmp_path: Path) -> None:
    copy = copy_of_script(tmp_path)
    environment = without(tmp_path, "java")
    answer = subprocess.run(
        ["bash", copy, "up"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 3
    assert "Maven (mvn) was not found" in answer.stderr
    assert "apt install maven" in answer.stderr


def test_where_the_registry_fails_what_maven_said_is_shown(tmp_path: Path) -> None:
    copy = copy_of_script(tmp_path)
    environment = without(tmp_path, "java")
    maven = tmp_path / "bin" / "mvn"
    maven.write_text("#!/bin/sh\necho '[ERROR] Connection refused'\nexit 1\n")
    maven.chmod(0o755)
    answer = subprocess.run(
        ["bash", copy, "up"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 3
    assert "its registry could not be reached" in answer.stderr
    assert "[ERROR] Connection refused" in answer.stderr


def copy_of_script(tmp_path: Path) -> Path:
    """scripts/neo4j in a repository where nothing has been downloaded."""
    folder = tmp_path / "repository" / "scripts"
    shutil.copytree(SCRIPT.parent / "neo4j_local", folder / "neo4j_local")
    for name in ("neo4j", "environment.sh"):
        shutil.copy(SCRIPT.parent / name, folder / name)
    return folder / "neo4j"


def test_a_home_that_never_ran_is_not_running(tmp_path: Path) -> None:
    for verb, code in (("status", 1), ("down", 0), ("env", 1), ("shell", 1)):
        answer = script("--home", tmp_path / "home", verb)
        assert answer.returncode == code
        assert "Neo4j is not running" in answer.stdout + answer.stderr
    assert not (tmp_path / "home").exists()


def test_a_pid_file_that_a_killed_server_left_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "neo4j.pid").write_text(str(os.getpid()))
    assert script("--home", tmp_path, "status").returncode == 1
    assert script("--home", tmp_path, "down").returncode == 0


def test_up_does_nothing_where_the_environment_names_a_server(tmp_path: Path) -> None:
    other = Neo4jServer("bolt://127.0.0.1:9", "someone", "secret", "neo4j")
    answer = script("up", server=other)
    assert answer.returncode == 0
    assert "bolt://127.0.0.1:9 is used, nothing was started" in answer.stderr
    assert "export NEO4J_USERNAME=someone\n" in script("env", server=other).stdout
    status = script("status", server=other)
    assert status.returncode == 1
    assert "does not answer at bolt://127.0.0.1:9 (NEO4J_URI is set)" in status.stdout


def test_a_shell_evaluates_env_and_up_twice_is_up(neo4j_server: Neo4jServer) -> None:
    program = """
        eval "$(scripts/neo4j env)" && scripts/neo4j up && echo 'RETURN 6*7;' | scripts/neo4j shell
    """
    answer = subprocess.run(
        ["bash", "-c", program],
        cwd=SCRIPT.parent.parent,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "6*7\n42\n"
    assert neo4j_server.uri in answer.stderr


def test_the_shell_reads_statements_and_stops_at_the_first_fault(
    neo4j_server: Neo4jServer,
) -> None:
    answer = script(
        "shell",
        server=neo4j_server,
        input="// a comment; with a semicolon\nRETURN 'a;b' AS text, {k: [1]} AS map;\n"
        "RETURN 1 AS one;\nRETURN nothing;\nRETURN 2 AS two",
    )
    assert answer.stdout == 'text\tmap\na;b\t{"k": [1]}\none\n1\n'
    assert answer.returncode == 1
    assert "Variable `nothing` not defined" in answer.stderr


def test_the_admin_tool_runs_with_the_same_jars(neo4j_server: Neo4jServer) -> None:
    answer = script("admin", "database", "import", "full", "--help")
    assert answer.returncode == 0
    assert "--nodes" in answer.stdout


def test_an_emptied_database_holds_nothing(empty_neo4j: Neo4jServer) -> None:
    empty_neo4j.run("CREATE CONSTRAINT `a ``b` FOR (t:Thing) REQUIRE t.id IS UNIQUE")
    empty_neo4j.run("CREATE INDEX named FOR (t:Thing) ON (t.name)")
    empty_neo4j.run("UNWIND range(1, 25000) AS i CREATE (:Thing {id: i})-[:NEXT]->(:Other)")
    empty_neo4j.empty()
    assert empty_neo4j.run(NODES) == [{"n": 0}]
    assert empty_neo4j.run("SHOW CONSTRAINTS") == []
    assert {row["type"] for row in empty_neo4j.run("SHOW INDEXES")} == {"LOOKUP"}


def test_a_killed_server_starts_again_with_its_data_though_its_port_is_taken(
    private_server: Callable[..., PrivateServer],
) -> None:
    server = private_server()
    assert server.runs
    password = server.home / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    assert password.read_text() == server.password
    server.run("CREATE (:Kept)")
    server.kill()
    assert not server.runs
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(server.uri.rpartition(":")[2])))
        taken.listen()
        again = server.start()
    assert again.uri != server.uri
    assert again.run(NODES) == [{"n": 1}]
    changed = script("--home", server.home, "up", "--heap", "300m")
    assert (changed.returncode, "already runs, without -Xmx300m" in changed.stderr) == (1, True)
    again.stop()
    assert not again.runs


def test_a_private_server_can_demand_encryption_and_little_memory(
    private_server: Callable[..., PrivateServer], tmp_path: Path
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", "private.key", "-out", "public.crt"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    settings = {
        "server.bolt.tls_level": "REQUIRED",
        "dbms.ssl.policy.bolt.enabled": "true",
        "dbms.ssl.policy.bolt.base_directory": str(tmp_path),
        "db.memory.transaction.max": "10m",
    }
    words = [word for key in settings for word in ("--set", f"{key}={settings[key]}")]
    server = private_server(*words)
    assert server.uri.startswith("bolt+ssc://")
    with pytest.raises(Neo4jError, match=r"db\.memory.transaction\.max"):
        server.run("UNWIND range(1, 1000000) AS i RETURN collect(i) AS all")


def test_a_wrong_setting_ends_the_start_with_what_neo4j_said(
    neo4j_server: Neo4jServer, tmp_path: Path
) -> None:
    answer = script("--home", tmp_path / "home", "up", "--set", "no.such.setting=1")
    assert answer.returncode == 1
    assert "no.such.setting" in answer.stderr
    assert script("--home", tmp_path / "home", "status").returncode == 1
